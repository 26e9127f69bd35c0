import ConsoleApp
import ControlProtocol
import PBXBase
import PBXModel
import TerminalTestKit
import TerminalUI
import Testing

struct LinearTests {
    /// A morning in linear mode, as it is printed.
    private func story(_ language: Language) throws -> String {
        var office = try Office(language: language)
        var view = LinearView()
        var lines: [String] = []
        func say() {
            let state = office.state
            lines += view.lines(for: ConsoleLines.items(state)) { ConsoleLines.farewell($0, state) }
        }
        say()
        office.connect()
        say()
        office.take(.callChanged(Office.call(1, "103", "Cem Çelik", "101", .ringing, 3), .callRinging))
        say()
        office.pass(seconds: 5)
        say()
        office.take(.callChanged(Office.call(1, "103", "Cem Çelik", "101", .active, 0), .callAnswered))
        say()
        office.take(.entered("1"))
        say()
        office.take(.entered("find mul"))
        say()
        lines += ConsoleLines.answer(office.state)
        office.take(.entered("call #1"))
        say()
        office.take(.entered("nonsense"))
        say()
        office.take(.link(.lost(reason: "connection to the daemon was lost", retrySeconds: 1)))
        say()
        office.pass(seconds: 60)
        say()
        office.connect()
        say()
        for command in ["calls", "history", "phones", "help"] {
            office.take(.entered(command))
            lines += ConsoleLines.answer(office.state)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(arguments: Language.allCases) func changesAreLines(language: Language) throws {
        let text = try story(language)
        let mismatch = SnapshotFile.mismatch(text, named: "linear-\(language.rawValue)")
        #expect(mismatch == nil, "\(mismatch ?? "")")
        #expect(!text.unicodeScalars.contains { (0x2500...0x257F).contains($0.value) || $0.value == 0x1B })
    }
}
