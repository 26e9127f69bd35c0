import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// Our phone with its screen in a real terminal, on the real daemon with real phones.
    @Suite(.serialized) struct PhoneScreenTests {
        private func registered(
            _ daemon: Daemon, home: TemporaryFolder? = nil, files: [String: String] = [:], arguments: [String] = []
        ) throws -> ScreenPhone {
            let phone = try ScreenPhone(
                SIPAccount("101", at: daemon.port), home: home, files: files, arguments: arguments)
            try phone.wait(for: "● registered")
            return phone
        }

        @Test func somebodyIsCalledByNumberAndHungUp() throws {
            let daemon = try Daemon()
            let called = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600, answersAtOnce: false)
            let phone = try registered(daemon)
            try phone.press("102")
            try phone.wait(for: "Call: 102  → 102")
            try phone.press("Enter")
            try called.wait(for: "CALL_INCOMING")
            try phone.wait(for: "◐ ringing")
            try called.answer()
            try phone.wait(for: "▶ talking")
            try phone.press("C-x")
            try called.wait(for: "CALL_CLOSED")
            try phone.wait(for: ": hung up (0:0")
            try phone.wait(for: "→ called")
            try phone.quit()
        }

        @Test func callsAreAnsweredSwappedAndEnded() throws {
            let daemon = try Daemon()
            let first = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let second = try PBXPhone(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            let phone = try registered(daemon)
            try first.dial("101")
            try phone.wait(for: "● for you")
            try phone.press("Enter")
            try first.wait(for: "CALL_ESTABLISHED")
            try phone.wait(for: "▶ talking")
            try second.dial("101")
            try phone.wait(for: "answering holds the other call")
            try phone.press("F2")
            try phone.wait(for: "‖ on hold")
            try second.wait(for: "active")
            try phone.press("7", "#")
            try phone.wait(for: "sent: 7#")
            try second.waitForEvent(#""event":"digit""#, ##""digit":"#""##)
            try phone.press("F1")
            try second.waitForEvent(#""heldByPeer":true"#)
            try phone.press("C-x")
            try first.wait(for: "CALL_CLOSED")
            let mark = second.output.split(separator: "\n").count
            try phone.press("Enter")
            try second.waitForEvent(#""heldByPeer":false"#, after: mark)
            try second.hangUp()
            try phone.wait(for: "hung up there")
        }

        @Test func aCallIsTransferredWithoutAsking() throws {
            let daemon = try Daemon()
            let caller = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let target = try PBXPhone(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            let phone = try registered(daemon)
            try caller.dial("101")
            try phone.wait(for: "● for you")
            try phone.press("Enter")
            try phone.wait(for: "▶ talking")
            try phone.press("F9")
            try phone.wait(for: "Transfer ")
            try phone.press("103", "Enter")
            try target.wait(for: "active")
            try phone.wait(for: ": transferred")
            try target.hear(seconds: 1)
            try caller.hangUp()
            try target.wait(for: "ended")
        }

        @Test func aCallIsTransferredAfterAsking() throws {
            let daemon = try Daemon()
            let caller = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let target = try PBXPhone(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            let phone = try registered(daemon)
            try caller.dial("101")
            try phone.wait(for: "● for you")
            try phone.press("Enter")
            try phone.wait(for: "▶ talking")
            try phone.press("/", "103", "Enter")
            try target.wait(for: "active")
            try phone.wait(for: "‖ on hold")
            try phone.press("F10")
            try phone.wait(for: " are connected")
            try phone.wait(for: "2   –")
            try caller.hangUp()
            try target.wait(for: "ended")
        }

        @Test func twoCallsAreJoinedAndTakenApart() throws {
            let daemon = try Daemon()
            let first = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let second = try PBXPhone(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            let phone = try registered(daemon)
            try first.dial("101")
            try phone.wait(for: "● for you")
            try phone.press("Enter")
            try phone.wait(for: "▶ talking")
            try second.dial("101")
            try phone.wait(for: "● for you")
            try phone.press("Enter")
            try phone.wait(for: "‖ on hold")
            try phone.press("C-g")
            try Waiting.until("both lines to be in the conference") {
                try phone.terminal.screen().components(separatedBy: "▶ conference").count == 3
            }
            try phone.press("C-g")
            try phone.wait(for: "‖ on hold")
            try phone.press("C-c")
            try phone.wait(for: "Leaving ends 2 call(s)")
            try phone.press("y")
            try first.wait(for: "ended")
            try second.wait(for: "ended")
            try phone.terminal.waitForEnd()
        }

        @Test func aMissedCallIsShownAndSurvivesARestart() throws {
            let daemon = try Daemon()
            let caller = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            var phone = try registered(daemon)
            try caller.dial("101")
            try phone.wait(for: "● for you")
            try caller.hangUp()
            try phone.wait(for: ": missed")
            try phone.quit()
            let file = phone.home.path("state/pbx-x/phone-history.jsonl")
            let kept = try String(contentsOfFile: file, encoding: .utf8)
            try ("{broken\n" + kept).write(toFile: file, atomically: true, encoding: .utf8)
            phone = try registered(daemon, home: phone.home)
            try phone.wait(for: "missed calls: 1")
            try phone.press("M-2")
            try phone.wait(for: "▶ ✗ missed")
            try phone.press("Enter")
            try caller.wait(for: "active", line: 2)
            try phone.press("C-x")
            try caller.wait(for: "ended", line: 2)
            try phone.quit()
            phone = try registered(daemon, home: phone.home)
            let screen = try phone.wait(for: "→ called")
            #expect(screen.contains("✗ missed"))
            #expect(screen.contains("no missed calls"))
        }

        @Test func settingsKeysAndPeopleComeFromTheUsersFiles() throws {
            let daemon = try Daemon()
            let account = SIPAccount("104", at: daemon.port)
            let called = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let home = try TemporaryFolder()
            for (name, text) in [
                (
                    "phone.toml",
                    "[accounts.demo]\naddress = \"sip:104@\(account.server)\"\npassword-file = \"secret\"\n\n"
                        + "[phone]\nsound = false\nlang = \"de\"\n"
                ),
                ("secret", "demo-104\n"), ("phonebook.toml", "[demo]\n\"Björn Bär\" = \"102\"\n"),
                ("keys.toml", "[switchboard]\nhold = \"F6\"\n[phone.everywhere]\nhangUp = \"F11\"\n"),
            ] { try home.write(text, to: "config/pbx-x/\(name)") }
            let terminal = try Tmux(
                try Programs.ours("pbx-phone"), [],
                environment: ScreenPhone.variables(home, account).merging(["PBX_PHONE_PASSWORD": ""]) { $1 })
            try terminal.wait(for: "● angemeldet")
            try terminal.press("bj")
            try terminal.wait(for: "→ 102 Björn Bär")
            try terminal.press("Enter")
            try called.wait(for: "active")
            try terminal.wait(for: "F11 auflegen")
            try terminal.press("F11")
            try called.wait(for: "ended")
        }

        @Test func linearModeSaysWhatHappensAndTakesLines() throws {
            let daemon = try Daemon()
            let account = SIPAccount("101", at: daemon.port)
            let caller = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let home = try TemporaryFolder()
            let phone = try ChildProcess(
                try Programs.ours("pbx-phone"), ["--account", "sip:101@\(account.server)", "--no-sound", "--linear"],
                environment: ScreenPhone.variables(home, account).merging(["LC_ALL": "C.UTF-8"]) { $1 })
            try phone.wait(for: "101@\(account.server): registered")
            try caller.dial("101")
            try phone.wait(for: "1: for you: ")
            try phone.say("1")
            try phone.wait(for: "1: talking: ")
            try caller.wait(for: "active")
            try phone.say("hangup")
            try phone.wait(for: ": hung up (")
            try phone.say("history")
            try phone.wait(for: " answered: ")
            try phone.say("quit")
            #expect(try phone.waitForExit() == 0)
            let said = try phone.finalOutput()
            #expect(!said.contains("\u{1B}"))
        }

        @Test func anySizeIsShownWithoutColourOrUTF8() throws {
            let daemon = try Daemon()
            let phone = try ScreenPhone(
                SIPAccount("101", at: daemon.port), environment: ["LC_ALL": "C", "TERM": "vt100", "NO_COLOR": "1"])
            let screen = try phone.wait(for: "* registered")
            #expect(screen.utf8.allSatisfy { $0 < 0x80 }, "\(screen)")
            try phone.terminal.resize(width: 30, height: 8)
            try phone.wait(for: "is too small")
            try phone.terminal.resize(width: 132, height: 43)
            try phone.wait(for: "no calls yet")
            try phone.quit()
        }

        @Test func withoutATerminalTheOtherWaysAreNamed() throws {
            let result = try Programs.run(
                try Programs.ours("pbx-phone"), ["--account", "sip:101@127.0.0.1"],
                environment: ["XDG_CONFIG_HOME": "/nowhere"])
            #expect(result.status == 2)
            #expect(result.output.contains("--headless") && result.output.contains("--linear"), "\(result.output)")
        }

        @Test func aMistakeInTheSettingsIsExplained() throws {
            let home = try TemporaryFolder()
            try home.write("[phone]\nsrtp = \"always\"\n", to: "config/pbx-x/phone.toml")
            let result = try Programs.run(
                try Programs.ours("pbx-phone"), ["--linear"], environment: ["XDG_CONFIG_HOME": home.path("config")])
            #expect(result.status == 2)
            #expect(result.output.contains("phone.toml:2:1: srtp \"always\""), "\(result.output)")
        }
    }
}
