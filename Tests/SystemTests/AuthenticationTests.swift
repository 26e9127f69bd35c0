import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// What a stranger gets to see, on the wire and in the log.
    @Suite(.serialized) struct AuthenticationTests {
        @Test func aWrongPasswordIsRefusedAndLoggedOnce() throws {
            let daemon = try Daemon()
            let stranger = SIPAccount("101", at: daemon.port, password: "guess")
            for _ in 0..<3 { try SIPp(.register(stranger, contactPort: 9, status: 401), stranger).succeed() }
            #expect(try daemon.status().registrations == 0)
            let refusals = daemon.process.output.split(separator: "\n").filter { $0.contains("refused") }
            #expect(refusals.count == 1, "one line per source and minute: \(daemon.process.output)")
            #expect(refusals.first?.contains("wrong password") == true)
        }

        /// RFC 3261 §22: whoever guesses must not learn which extensions exist, from the answer or from its time.
        @Test func anUnknownUserLooksLikeAWrongPassword() throws {
            let daemon = try Daemon()
            let known = try Answers(daemon, user: "101")
            let unknown = try Answers(daemon, user: "199")
            #expect(known.statuses == unknown.statuses)
            #expect(known.headerNames == unknown.headerNames)
            #expect(unknown.medianSeconds < known.medianSeconds * 3 + 0.001)
            #expect(known.medianSeconds < unknown.medianSeconds * 3 + 0.001)
        }

        @Test func aCallWithoutARegistrationStillNeedsThePassword() throws {
            let daemon = try Daemon()
            let stranger = SIPAccount("101", at: daemon.port, password: "guess")
            try SIPp(.refusedCaller(stranger, calling: "102", status: 401), stranger).succeed()
            #expect(try daemon.records().isEmpty)
        }

        @Test func anOldOrForgedNonceIsStaleNotWrong() throws {
            let daemon = try Daemon()
            let socket = try LoopbackSocket(.udp, to: daemon.port)
            let forged = #"Digest username="101", realm="x", nonce="0000", uri="sip:127.0.0.1", response="00""#
            try socket.send(RawMessage.register("101", from: socket.localPort, extra: ["Authorization: \(forged)"]))
            let answer = try #require(socket.receive())
            #expect(answer.hasPrefix("SIP/2.0 401 "))
        }

        /// Median time and looks of the answers to ten guesses with a digest over a nonce of the server's.
        private struct Answers {
            var statuses: [String] = []
            var headerNames: [String] = []
            var medianSeconds = 0.0

            init(_ daemon: Daemon, user: String) throws {
                let socket = try LoopbackSocket(.udp, to: daemon.port)
                var times: [Double] = []
                for _ in 0..<10 {
                    try socket.send(RawMessage.register(user, from: socket.localPort))
                    let challenge = socket.receive() ?? ""
                    let digest = RawMessage.digest(answering: challenge, user: user)
                    let start = Date()
                    try socket.send(
                        RawMessage.register(user, from: socket.localPort, extra: ["Authorization: \(digest)"]))
                    let answer = socket.receive() ?? ""
                    times.append(Date().timeIntervalSince(start))
                    statuses += [challenge, answer].compactMap { $0.split(separator: "\r\n").first.map(String.init) }
                    headerNames += answer.split(separator: "\r\n").map { String($0.prefix { $0 != ":" }) }
                }
                medianSeconds = times.sorted()[times.count / 2]
            }
        }
    }
}
