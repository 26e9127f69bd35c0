import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// The programs as a person at a prompt meets them.
    @Suite(.serialized) struct ProgramTests {
        @Test func theDemoSaysWhatToTryNextAndStopsInOrder() throws {
            let daemon = try Daemon()
            try daemon.process.wait(for: "pbxctl selftest")
            try daemon.process.wait(for: "127.0.0.1:\(daemon.port)")
            #expect(try daemon.stop() == 0)
        }

        @Test func theDemoProvesItself() throws {
            let daemon = try Daemon()
            let result = try daemon.control("selftest", within: 60)
            #expect(result.status == 0, "\(result.output)")
            #expect(try daemon.records().contains { $0.cause == "normal" })
            try daemon.waitUntilQuiet()
        }

        @Test func checkReportsEveryMistakeWithPlaceAndSuggestion() throws {
            let folder = try TemporaryFolder()
            let file = try folder.write(
                """
                [sip]
                lisen = ["udp:127.0.0.1:5060"]

                [extensions.101]
                password = "long-enough-a"

                [ring-groups.500]
                members = ["110"]
                """, to: "pbx.toml")
            try folder.write("[extensions.101]\npassword = \"1234\"\n", to: "conf.d/10-more.toml")
            let result = try Programs.run(try Programs.ours("pbxd"), ["--check", "--config", file])
            #expect(result.status == 1)
            #expect(result.output.contains("pbx.toml:2:"), "\(result.output)")
            #expect(result.output.contains("did you mean \"listen\"") || result.output.contains("did you mean listen"))
            #expect(result.output.contains("pbx.toml:8:"), "\(result.output)")
            #expect(result.output.contains("did you mean 101?"), "\(result.output)")
            #expect(result.output.contains("10-more.toml:"), "\(result.output)")
        }

        @Test(arguments: ["pbxd", "pbxctl"])
        func everyProgramExplainsItself(name: String) throws {
            let program = try Programs.ours(name)
            let help = try Programs.run(program, ["--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("USAGE"))
            let version = try Programs.run(program, ["--version"])
            #expect(version.status == 0)
            #expect(version.output.contains("0.1.0"))
            #expect(try Programs.run(program, ["--no-such-option"]).status == 2)
        }

        @Test func aSecondDaemonOnTheSamePlaceSaysWhy() throws {
            let daemon = try Daemon()
            let second = try Programs.run(
                try Programs.ours("pbxd"), ["--demo", "--state", daemon.folder.path("state"), "--sip-port", "1"])
            #expect(second.status == 1)
            #expect(second.output.contains("pbxd: "), "\(second.output)")
            let other = try TemporaryFolder()
            let third = try Programs.run(
                try Programs.ours("pbxd"), ["--demo", "--state", other.path("state"), "--sip-port", "\(daemon.port)"])
            #expect(third.status == 1)
            #expect(third.output.contains("\(daemon.port)"), "\(third.output)")
        }

        @Test func withoutADaemonTheCommandLineSaysWhatToDo() throws {
            let result = try Programs.run(try Programs.ours("pbxctl"), ["--socket", "/tmp/no-such.sock", "status"])
            #expect(result.status == 1)
            #expect(result.output.hasPrefix("pbxctl: "), "\(result.output)")
        }
    }
}
