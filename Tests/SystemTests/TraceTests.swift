import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// `pbxctl trace`: what passed on the wire, with nothing switched on beforehand.
    @Suite(.serialized) struct TraceTests {
        private struct Trace: Decodable {
            struct Party: Decodable { let number: String }
            struct Message: Decodable {
                let party: Int
                let label: String
                let text: String
            }
            let parties: [Party]
            let messages: [Message]
            let isWhole: Bool
        }

        private func trace(_ call: String, _ daemon: Daemon) throws -> Trace {
            try JSONDecoder().decode(Trace.self, from: Data(daemon.control("trace", call, "--json").output.utf8))
        }

        private func lastCall(_ daemon: Daemon, isLive: Bool = false) throws -> String {
            struct Reply: Decodable {
                struct Call: Decodable { let callId: String }
                let calls: [Call]?
                let records: [Call]?
            }
            let output = try daemon.control(isLive ? "calls" : "records", "--json").output
            let reply = try JSONDecoder().decode(Reply.self, from: Data(output.utf8))
            return try #require((reply.calls ?? reply.records)?.first).callId
        }

        /// What tshark makes of a call's capture: one line a packet, of its fields.
        private func dissected(_ call: String, _ fields: [String], _ daemon: Daemon) throws -> [[String]] {
            let tshark = try Programs.peer("tshark", package: "tshark")
            let file = daemon.folder.path("\(call).pcap")
            let written = try daemon.control("trace", call, "--pcap", file)
            #expect(written.status == 0, "\(written.output)")
            let options = [
                "-r", file, "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o",
                "tcp.check_checksum:TRUE", "-T", "fields", "-E", "separator=|",
            ]
            let result = try Programs.run(tshark, options + fields.flatMap { ["-e", $0] })
            return result.output.split(separator: "\n").filter { $0.contains("|") }.map { line in
                line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            }
        }

        @Test(arguments: SIPAccount.Transport.allCases, [false, true])
        func wiresharkReadsTheCaptureOfACall(transport: SIPAccount.Transport, isIPv6: Bool) throws {
            let daemon = try Daemon()
            let caller = SIPAccount("101", at: daemon.port, transport: transport, isIPv6: isIPv6)
            let callee = SIPAccount("102", at: daemon.port, transport: transport, isIPv6: isIPv6)
            let answering = try SIPp(.callee(), callee, load: SIPp.Load(calls: 1), isCallee: true)
            try SIPp.register(callee, contactPort: answering.port)
            try SIPp(.caller(caller, calling: "102"), caller, load: SIPp.Load(calls: 1)).succeed()
            try answering.succeed()
            try daemon.waitUntilQuiet()
            let call = try lastCall(daemon)
            let rows = try dissected(
                call, ["_ws.col.Protocol", "sip.Method", "sip.Status-Code", "_ws.malformed", "_ws.expert.severity"],
                daemon)
            let messages = try trace(call, daemon).messages
            #expect(rows.count == messages.count)
            #expect(rows.allSatisfy { $0[0].hasPrefix("SIP") && $0[3].isEmpty }, "\(rows)")
            // Of tshark's remarks, those from “warning” on would be about what we made up.
            let remarks = rows.flatMap { $0[4].split(separator: ",").compactMap { Int($0) } }
            #expect(remarks.allSatisfy { $0 < 0x60_0000 }, "\(rows)")
            #expect(
                rows.map { $0[1].isEmpty ? $0[2] : $0[1] }
                    == messages.map { $0.label.split(separator: " ")[0].description })
            let text = try daemon.control("trace", call).output
            #expect(text.contains("101") && text.contains("102") && text.contains("BYE"))
        }

        @Test func aFailedCallShowsWhoRefused() throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let refusing = try SIPp(.refusingCallee(486, "Busy Here"), callee, isCallee: true)
            try SIPp.register(callee, contactPort: refusing.port)
            try SIPp(.refusedCaller(caller, calling: "102", status: 486), caller).succeed()
            try refusing.succeed()
            try daemon.waitUntilQuiet()
            let trace = try trace(try lastCall(daemon), daemon)
            #expect(trace.isWhole)
            #expect(trace.parties.map(\.number) == ["101", "102"])
            let refusal = try #require(trace.messages.first { $0.label == "486 Busy Here" })
            #expect(trace.parties[refusal.party].number == "102")
            #expect(!trace.messages.contains { $0.label == "REGISTER" })
        }

        /// Live, with audio: its quality stands below the ladder.
        @Test func aLiveCallShowsItsAudio() throws {
            let daemon = try Daemon()
            let callee = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let caller = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try caller.wait(for: "CALL_ESTABLISHED")
            try callee.wait(for: "CALL_ESTABLISHED")
            try caller.hear(seconds: 7)
            let call = try lastCall(daemon, isLive: true)
            let text = try daemon.control("trace", call, "--messages").output
            #expect(text.contains("caller 101") && text.contains("callee 102"))
            #expect(text.contains("jitter") && text.contains("MOS"))
            #expect(text.contains("Call-ID: "))
            #expect(!text.contains("response=\"") || text.contains("response=\"xxxxxxxx"))
            try caller.hangUp()
            let missing = try daemon.control("trace", "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a")
            #expect(missing.status == 1 && missing.output.contains("no call"))
        }
    }
}
