import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// Our own phone, which the daemon tells how to register.
    @Suite(.serialized) struct PhoneAccountTests {
        @Test func theDirectoryComesWithTheAccount() throws {
            let daemon = try Daemon()
            let home = try TemporaryFolder()
            let phone = try Tmux(
                try Programs.ours("pbx-phone"), ["--socket", daemon.controlSocket],
                environment: ["HOME": home.url.path, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""])
            try phone.wait(for: "● registered")
            try phone.press("-l", "hadd")
            try phone.wait(for: "Farid Haddad")
            try phone.press("C-c")
            try phone.waitForEnd()
        }

        @Test func registersByItselfAsTheExtensionOfItsUser() throws {
            let daemon = try Daemon()
            let phone = try ChildProcess(
                try Programs.ours("pbx-phone"), ["--headless", "--socket", daemon.controlSocket, "--call", "*43"])
            try phone.wait(for: #""state":"active""#)
            #expect(try daemon.control("calls").output.contains("Anna Berg"))
            try phone.say("hangup")
            #expect(try phone.waitForExit() == 0)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().first?.from == "101")
        }

        @Test func saysWhyItGetsNoAccount() throws {
            let nobodyThere = try Programs.run(
                try Programs.ours("pbx-phone"), ["--headless", "--socket", "/tmp/pbx-x-is-not-here"])
            #expect(nobodyThere.status == 2)
            #expect(nobodyThere.output.contains("no daemon at \"/tmp/pbx-x-is-not-here\""))
            let daemon = try Daemon(
                configuration: """
                    [sip]
                    listen = ["udp:127.0.0.1:PORT"]
                    [media]
                    addresses = ["127.0.0.1"]
                    [extensions.101]
                    password = "copper lantern"
                    """)
            let nobodys = try Programs.run(
                try Programs.ours("pbx-phone"), ["--headless", "--socket", daemon.controlSocket])
            #expect(nobodys.status == 2)
            #expect(nobodys.output.contains("has no extension of his own (set unix-user = "))
        }
    }
}
