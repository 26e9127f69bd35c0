import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// `pbxctl selftest` against a real daemon: passes when calls work, and says what does not when they do not.
    @Suite struct SelfTestTests {
        @Test func passesAgainstTheDemoAndLeavesNothingBehind() throws {
            let daemon = try Daemon()
            let result = try daemon.control("selftest")
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("ok       hear the caller's tone"))
            #expect(result.output.contains("ok       hear the callee's digits"))
            #expect(result.output.contains("self-test passed in"))
            #expect(try !daemon.control("registrations").output.contains("selftest"))
            #expect(try !daemon.control("extensions").output.contains("selftest"))
            #expect(try daemon.control("records").output.contains("selftest"))
            #expect(try daemon.stop() == 0)
        }

        @Test func tellsScriptsInJSON() throws {
            let daemon = try Daemon()
            let result = try daemon.control("selftest", "--json")
            #expect(result.status == 0, "\(result.output)")
            let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
            #expect(report.isPassed)
            #expect(report.steps.map(\.outcome) == Array(repeating: "passed", count: 13))
            #expect(report.steps.first?.name == "borrowExtensions")
            #expect(report.steps.last?.name == "cleanUp")
        }

        /// As a new installation: no extension of anybody.
        @Test(arguments: ["udp:127.0.0.1", "tcp:127.0.0.1", "udp:[::1]", "udp:0.0.0.0"])
        func passesWithoutAnyExtensionOverEveryListener(listen: String) throws {
            let result = try selfTest(listen: listen)
            #expect(result.status == 0, "\(result.output)")
        }

        /// Ports are bound to every address, and phones are told one that the route to them would not suggest.
        @Test func passesOnASecondAddress() throws {
            let result = try selfTest(listen: "udp:127.0.0.2")
            #expect(result.status == 0, "\(result.output)")
        }

        /// Phones are sent to an address where no audio of ours is: the way a wrong NAT setting looks.
        @Test func saysThatAudioDoesNotArriveAndWhatToDo() throws {
            let result = try selfTest(media: #"addresses = ["127.0.0.1"]"# + "\n" + #"advertised = ["127.0.0.3"]"#)
            #expect(result.status == 1)
            #expect(result.output.contains("FAILED   hear the caller's tone"))
            #expect(result.output.contains("no audio arrived: none of 100 packets"))
            #expect(result.output.contains("phones are told to send audio to 127.0.0.3"))
            #expect(result.output.contains("media.advertised"))
            #expect(result.output.contains("0 packets from the caller and 0 from the callee"))
            #expect(result.output.contains("ok       clean up"))
        }

        @Test func saysWhichCodecsItNeeds() throws {
            let result = try selfTest(media: #"codecs = ["opus"]"#)
            #expect(result.status == 1)
            #expect(result.output.contains("call refused with 488"))
            #expect(result.output.contains("allow PCMA or PCMU in media.codecs"))
            #expect(result.output.contains("skipped  answer it"))
        }

        @Test func saysThatTheDaemonIsFull() throws {
            let result = try selfTest(limits: "registrations-max = 1")
            #expect(result.status == 1)
            #expect(result.output.contains("FAILED   register the called phone"))
            #expect(result.output.contains("registration refused with 503"))
            #expect(result.output.contains("ok       clean up"))
        }

        private struct Report: Decodable {
            struct Step: Decodable {
                var name: String
                var outcome: String
            }

            var isPassed: Bool
            var steps: [Step]
        }

        /// Runs the self-test against a daemon of such a configuration.
        private func selfTest(
            listen: String = "udp:127.0.0.1", media: String = "", limits: String = ""
        ) throws -> (status: Int32, output: String) {
            let daemon = try Daemon(
                configuration: """
                    [sip]
                    listen = ["\(listen):PORT"]
                    [media]
                    \(media)
                    [limits]
                    \(limits)
                    """)
            return try daemon.control("selftest")
        }
    }
}
