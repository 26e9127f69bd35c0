import TerminalUI

/// What happened, latest last.
struct LogScreen {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        let lines = state.log.lines
        Table(
            columns: [
                Table.Column(state.texts[.time], .fixed(11)), Table.Column(state.texts[.event], .fixed(22)),
                Table.Column("", .share(1)),
            ], rowCount: lines.count, state: state.lists[.log] ?? ListState()
        ) { row in
            // Latest first, so that news is where the eye is.
            let line = lines[lines.count - 1 - row]
            return [StyledText(state.format.clock(line.at)), StyledText(line.type), StyledText(line.text)]
        }.draw(in: &canvas)
    }
}
