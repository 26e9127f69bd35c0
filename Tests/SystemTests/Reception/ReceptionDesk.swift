import Foundation
import SystemTestKit

/// A receptionist's place: the console in a terminal, and the phone beside it, which the console answers.
final class ReceptionDesk {
    let number: String
    let console: Tmux
    let phone: PBXPhone

    init(_ number: String, at daemon: Daemon, toneHertz: Double) throws {
        self.number = number
        phone = try PBXPhone(SIPAccount(number, at: daemon.port), toneHertz: toneHertz, answersAtOnce: false)
        console = try Tmux(
            try Programs.ours("pbx-console"), ["--socket", daemon.controlSocket, "-e", number], width: 100, height: 30)
        try console.wait(for: "live")
    }

    /// Answers what rings, at the loop where it is.
    func answers() throws {
        try console.press(try loop(of: "● for you"))
        try console.wait(for: "▶ talking")
    }

    /// The key of the first loop that shows `text`.
    func loop(of text: String) throws -> String {
        let screen = try console.wait(for: text)
        let row = screen.split(separator: "\n").first { $0.contains(text) } ?? ""
        return row.first(where: { ("1"..."6").contains($0) }).map(String.init) ?? "1"
    }

    /// Chooses the loop that shows `text`.
    func chooses(_ text: String) throws { try console.press(try loop(of: text)) }

    /// Finds somebody by number.
    func finds(_ number: String) throws {
        try console.press("/")
        try console.press("-l", number)
        try console.wait(for: "▶ \(number)")
    }

    /// Types a command after the colon.
    func commands(_ line: String) throws {
        try console.press(":")
        try console.press("-l", line)
        try console.press("Enter")
    }
}
