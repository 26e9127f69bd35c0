import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// What happens to people when something under them is gone.
    @Suite(.serialized) struct InterruptionTests {
        /// The daemon loses its calls when it is killed; phones and consoles go on with the next one by themselves.
        @Test func aDaemonKilledInMidCallIsUsedAgainAsSoonAsItIsBack() throws {
            var daemon = try Daemon()
            let (folder, port) = (daemon.folder, daemon.port)
            let callee = try PBXPhone(SIPAccount("102", at: port), toneHertz: 600)
            let desk = try ReceptionDesk("101", at: daemon, toneHertz: 440)
            try desk.phone.dial("102")
            try desk.console.wait(for: "▶ talking")
            daemon.process.kill()
            let stale = try desk.console.wait(for: "NO CONNECTION")
            #expect(stale.contains("102"), "the data stays")
            daemon = try Daemon(folder: folder, port: port)
            try desk.console.wait(for: "connected again")
            try desk.console.wait(for: "no calls are up")
            // Both still think that they talk; hanging up ends that, though nobody knows the call any more.
            try desk.phone.hangUp()
            try desk.phone.wait(for: "ended")
            try callee.hangUp()
            try callee.wait(for: "ended")
            // Where the phones are was kept.
            try desk.phone.dial("102")
            try desk.phone.wait(for: "active", line: 2)
            try desk.console.wait(for: "▶ talking")
            try desk.phone.hangUp()
            try daemon.waitUntilQuiet()
        }

        /// As when a window is closed or an ssh link is cut: the console ends, and the calls go on.
        @Test func aConsoleWhoseTerminalIsClosedLeavesTheCallsAlone() throws {
            let daemon = try Daemon()
            let callee = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            var desk: ReceptionDesk? = try ReceptionDesk("101", at: daemon, toneHertz: 440)
            let phone = try #require(desk?.phone)
            let pid = try #require(try desk?.console.pid())
            try phone.dial("102")
            try phone.wait(for: "active")
            try desk?.console.wait(for: "▶ talking")
            desk = nil
            try Waiting.until("the console to end") { kill(pid, 0) != 0 }
            #expect(try daemon.calls().count == 1)
            let again = try Tmux(
                try Programs.ours("pbx-console"), ["--socket", daemon.controlSocket, "-e", "101"])
            try again.wait(for: "▶ talking")
            try phone.hangUp()
            try callee.wait(for: "ended")
            try daemon.waitUntilQuiet()
        }

        /// A terminal that is closed hangs up: the other party is not left listening to nothing.
        @Test func aPhoneWhoseTerminalIsClosedHangsUp() throws {
            let daemon = try Daemon()
            let phone = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            let callee = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600)
            try phone.dial("102")
            try phone.wait(for: "active")
            phone.process.send(signal: SIGHUP)
            try callee.wait(for: "ended")
            try daemon.waitUntilQuiet()
        }
    }
}
