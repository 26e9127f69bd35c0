import TerminalUI

/// Every key and every command, from the tables that make them work.
struct HelpScreen {
    let state: ConsoleState

    static func lineCount(_ state: ConsoleState) -> Int { lines(state).count }

    private static func lines(_ state: ConsoleState) -> [[StyledText]] {
        var lines: [[StyledText]] = []
        for (title, places) in [
            (state.texts[.switchboard], [KeyPlace.switchboard]), ("\(state.texts[.calls]), …", [.calls, .list]),
            (state.texts[.parked], [.parked]), (state.texts[.ladder], [.ladder]),
            ("", [.everywhere]),
        ] {
            if !title.isEmpty { lines.append([StyledText(title, .bold)]) }
            for row in state.keys.rows(places) {
                let keys = row.keys.map { String(describing: $0) }.joined(separator: " ")
                lines.append([StyledText(keys, .bold), StyledText(row.help)])
            }
        }
        lines.append([
            StyledText(state.texts[.commandHelp], .bold), StyledText(CommandLineReader.ownWords.joined(separator: " ")),
        ])
        return lines
    }

    func draw(in canvas: inout Canvas) {
        let lines = Self.lines(state)
        Table(
            columns: [Table.Column("", .fixed(16)), Table.Column("", .share(1))], rowCount: lines.count,
            state: state.lists[.help] ?? ListState()
        ) { lines[$0] }.draw(in: &canvas)
    }
}
