import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// The real console in a real terminal, on the real daemon with real phones.
    @Suite(.serialized) struct ConsoleTests {
        private func console(
            _ daemon: Daemon, _ arguments: String..., width: Int = 80, height: Int = 24,
            environment: [String: String] = [:]
        ) throws -> Tmux {
            try Tmux(
                try Programs.ours("pbx-console"), ["--socket", daemon.controlSocket] + arguments, width: width,
                height: height, environment: environment)
        }

        @Test func aCallIsSeenFromRingingToItsEnd() throws {
            let daemon = try Daemon()
            let receptionist = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440, answersAtOnce: false)
            let caller = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let console = try console(daemon, "-e", "101")
            try console.wait(for: "phones 2")
            try caller.dial("101")
            try receptionist.wait(for: "CALL_INCOMING")
            try console.wait(for: "● for you")
            try receptionist.answer()
            try console.wait(for: "▶ talking")
            try console.press("1")
            try console.press("C-x")
            try caller.wait(for: "CALL_CLOSED")
            try console.wait(for: "ended by an operator")
            try console.press("M-3")
            let history = try console.wait(for: "Outcome")
            #expect(history.contains("102"))
            try console.press("C-c")
            try console.waitForEnd()
        }

        @Test func aParkedCallerIsSeenAndFetchedAndTheCallsMessagesAreShown() throws {
            let daemon = try Daemon()
            let receptionist = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            let caller = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let console = try console(daemon, "-e", "101", width: 132, height: 43)
            try console.wait(for: "phones 2")
            try console.wait(for: "no call is parked")
            try caller.dial("101")
            try receptionist.wait(for: "CALL_ESTABLISHED")
            try console.wait(for: "▶ talking")
            try console.press("1")
            try console.press("M-6", "Down", "p")
            try receptionist.wait(for: "CALL_CLOSED")
            try console.wait(for: "‖ on hold")
            try console.press("M-1")
            let board = try console.wait(for: "← 101")
            #expect(board.contains("‖ 702"))
            // The cursor has stayed at this slot.
            try console.press("M-6", "Enter")
            try receptionist.wait(for: "CALL_ESTABLISHED")
            try console.press("M-2", "Enter")
            let ladder = try console.wait(for: "PBX-X")
            #expect(ladder.contains("INVITE (") && ladder.contains("200 OK (BYE)"))
            try console.press("Enter")
            try console.wait(for: "Call-ID: ")
        }

        @Test func somebodyIsFoundByTypingAndCalled() throws {
            let daemon = try Daemon()
            let receptionist = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            let called = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 600, answersAtOnce: false)
            let console = try console(daemon, "-e", "101")
            try console.wait(for: "phones 2")
            try console.press("/", "103")
            try console.wait(for: "▶ 103")
            try console.press("Enter")
            try receptionist.wait(for: "CALL_ESTABLISHED")
            try called.wait(for: "CALL_INCOMING")
            try console.wait(for: "◐ ringing")
            try called.answer()
            try console.wait(for: "▶ talking")
        }

        @Test func whatTheDaemonCannotDoIsSaid() throws {
            let daemon = try Daemon()
            let console = try console(daemon, "-e", "101")
            try console.wait(for: "live")
            try console.press("F8")
            try console.wait(for: "! park: ")
        }

        @Test func aRestartOfTheDaemonIsSurvived() throws {
            var daemon = try Daemon()
            let (folder, port) = (daemon.folder, daemon.port)
            let phone = try Baresip(SIPAccount("104", at: port), toneHertz: 440)
            let console = try console(daemon, "-e", "101")
            try console.wait(for: "phones 1")
            daemon.process.kill()
            let stale = try console.wait(for: "NO CONNECTION")
            #expect(stale.contains("104"), "the data stays")
            daemon = try Daemon(folder: folder, port: port)
            try console.wait(for: "connected again")
            withExtendedLifetime(phone) {}
        }

        @Test func anySizeIsShown() throws {
            let daemon = try Daemon()
            let console = try console(daemon)
            try console.wait(for: "whole company")
            try console.resize(width: 132, height: 43)
            try console.wait(for: "no calls are up")
            try console.resize(width: 30, height: 6)
            try console.wait(for: "is too small")
            try console.resize(width: 80, height: 24)
            try console.wait(for: "Search:")
        }

        @Test func aTerminalWithoutUTF8OrColourIsGoodEnough() throws {
            let daemon = try Daemon()
            let console = try console(daemon, environment: ["LC_ALL": "C", "TERM": "vt100"])
            let screen = try console.wait(for: "whole company")
            #expect(screen.utf8.allSatisfy { $0 < 0x80 }, "\(screen)")
        }

        @Test func linearModeSaysWhatHappensAndTakesLines() throws {
            let daemon = try Daemon()
            let phone = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440, answersAtOnce: false)
            let caller = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            let console = try ChildProcess(
                try Programs.ours("pbx-console"), ["--socket", daemon.controlSocket, "-e", "101", "--linear"],
                environment: ["LC_ALL": "C.UTF-8"])
            try console.wait(for: "live: pbxd")
            try caller.dial("101")
            try phone.wait(for: "CALL_INCOMING")
            try console.wait(for: "1: for you: ")
            try phone.answer()
            try console.wait(for: "1: talking: ")
            try console.say("1")
            try console.say("hangup")
            try console.wait(for: "1: ended")
            try console.say("quit")
            #expect(try console.waitForExit() == 0)
        }

        @Test func aMistakeInTheKeysIsExplained() throws {
            let daemon = try Daemon()
            let keys = try daemon.folder.write("[switchboard]\nhold = [\"F8\"]\n", to: "keys.toml")
            let result = try Programs.run(
                try Programs.ours("pbx-console"), ["--socket", daemon.controlSocket, "--keys", keys])
            #expect(result.status == 2)
            #expect(result.output.contains("F8 in switchboard would do both"), "\(result.output)")
        }

        @Test func theTerminalIsRestoredWhenTheConsoleIsEnded() throws {
            let daemon = try Daemon()
            let program = try Programs.ours("pbx-console")
            let shell = try Tmux(
                URL(filePath: "/bin/sh"),
                ["-c", "\(program.path) --socket \(daemon.controlSocket); stty -a | grep -o ' echo '; echo left; cat"])
            try shell.wait(for: "Search:")
            try shell.press("C-c")
            let screen = try shell.wait(for: "left")
            #expect(screen.contains("echo"))
            #expect(!screen.contains("Search:"))
        }
    }
}
