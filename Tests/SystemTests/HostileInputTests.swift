import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// What is no SIP: the daemon stays up, says little, and keeps serving.
    @Suite(.serialized) struct HostileInputTests {
        /// Bytes with a name, so that a log of the tests names them instead of listing 60,000 numbers.
        struct Garbage: CustomTestStringConvertible {
            var testDescription: String
            var bytes: [UInt8]

            init(_ name: String, _ bytes: [UInt8]) {
                testDescription = name
                self.bytes = bytes
            }

            init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
        }

        static let garbage = [
            Garbage("a zero", [0]), Garbage("keep-alive", "\r\n\r\n"),
            Garbage("HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
            Garbage("a request without headers", "INVITE sip:102@127.0.0.1 SIP/2.0\r\n\r\n"),
            Garbage("a response without headers", "SIP/2.0 200 OK\r\n\r\n"),
            Garbage(
                "a request with empty headers",
                "OPTIONS sip:a SIP/2.0\r\nVia: \r\nFrom:\r\nTo:\r\nCall-ID:\r\nCSeq: x\r\n\r\n"),
            Garbage("an absurd length", "REGISTER sip:a SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n"),
            Garbage("1,400 bytes of 0xFF", [UInt8](repeating: 0xFF, count: 1_400)),
            Garbage("60,000 letters", [UInt8](repeating: UInt8(ascii: "A"), count: 60_000)),
        ]

        @Test func garbageOverUDPIsSurvivedAndLoggedOnce() throws {
            let daemon = try Daemon()
            let socket = try LoopbackSocket(.udp, to: daemon.port)
            for _ in 0..<100 {
                for garbage in Self.garbage { try socket.send(bytes: garbage.bytes) }
            }
            try expectService(daemon)
            let lines = daemon.process.output.split(separator: "\n").filter {
                $0.contains("127.0.0.1:\(socket.localPort)")
            }
            #expect(lines.count == 1, "a line per source and minute: \(daemon.process.output)")
            try daemon.waitUntilQuiet()
        }

        @Test(arguments: garbage)
        func garbageOverTCPEndsTheConnectionAndNothingElse(garbage: Garbage) throws {
            let daemon = try Daemon()
            let socket = try LoopbackSocket(.tcp, to: daemon.port)
            try? socket.send(bytes: garbage.bytes)
            try expectService(daemon)
            #expect(daemon.process.isRunning)
        }

        @Test func aMessageInPiecesIsOneMessage() throws {
            let daemon = try Daemon()
            let socket = try LoopbackSocket(.tcp, to: daemon.port)
            for byte in RawMessage.options(from: socket.localPort, transport: "TCP").utf8 {
                try socket.send(bytes: [byte])
            }
            #expect(socket.receiveStatus() == 200)
        }

        @Test func messagesGluedTogetherAreSeveral() throws {
            let daemon = try Daemon()
            let socket = try LoopbackSocket(.tcp, to: daemon.port)
            let both = (0..<2).map { _ in RawMessage.options(from: socket.localPort, transport: "TCP") }.joined()
            try socket.send(both)
            var answers = ""
            while answers.components(separatedBy: "SIP/2.0 200 ").count < 3, let more = socket.receive(), !more.isEmpty
            {
                answers += more
            }
            #expect(answers.components(separatedBy: "SIP/2.0 200 ").count == 3)
        }

        /// TCP connections that the daemon has not closed, as the kernel counts them.
        private func connectionsHeld(by daemon: Daemon) throws -> Int {
            let port = String(daemon.port, radix: 16, uppercase: true)
            let local = ":" + String(repeating: "0", count: 4 - port.count) + port
            let established = "01"
            let closedByPeer = "08"
            // The kernel hands this file out a page at a time, which only a read to its end gets whole.
            let file = try #require(FileHandle(forReadingAtPath: "/proc/net/tcp"))
            let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
            return table.split(separator: "\n").count { line in
                let fields = line.split(separator: " ")
                guard fields.count > 3, fields[1].hasSuffix(local) else { return false }
                return fields[3] == established || fields[3] == closedByPeer
            }
        }

        @Test func halfMessagesOnManyConnectionsLeaveNothingBehind() throws {
            let daemon = try Daemon()
            let others = try connectionsHeld(by: daemon)
            do {
                var half: [LoopbackSocket] = []
                for _ in 0..<200 {
                    let socket = try LoopbackSocket(.tcp, to: daemon.port)
                    try socket.send("INVITE sip:102@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP")
                    half.append(socket)
                }
                try Waiting.until("the connections to be taken") {
                    try connectionsHeld(by: daemon) >= others + 200
                }
                try withExtendedLifetime(half) { try expectService(daemon) }
            }
            try Waiting.until("the connections to be closed") { try connectionsHeld(by: daemon) <= others }
        }

        /// A new peer is served as if nothing had happened.
        private func expectService(_ daemon: Daemon, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let socket = try LoopbackSocket(.udp, to: daemon.port)
            try socket.send(RawMessage.options(from: socket.localPort))
            #expect(socket.receiveStatus() == 200, sourceLocation: sourceLocation)
        }
    }
}
