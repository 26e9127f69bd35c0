import PBXModel
import TerminalUI

/// The receptionist's place: six loops above, the searched directory below; on a wide screen all calls beside it.
struct SwitchboardScreen {
    let state: ConsoleState

    /// Lower, and the directory needs every row.
    private static let heightOfStrip = 13

    func draw(in canvas: inout Canvas) {
        let strip = ParkStrip(state: state)
        let stripHeight = canvas.size.height < Self.heightOfStrip ? 0 : strip.height(width: canvas.size.width)
        let parts = canvas.bounds.rows([
            .fixed(CallLoops.count + 1), .fixed(1), .atLeast(2), .fixed(stripHeight),
        ])
        canvas.inside(parts[3]) { strip.draw(in: &$0) }
        canvas.inside(parts[0], drawLoops)
        canvas.inside(parts[1], drawSearch)
        guard canvas.size.width >= Console.wideColumns else { return canvas.inside(parts[2], drawPeople) }
        let columns = parts[2].columns([.share(1), .share(1)], gap: 3)
        canvas.inside(columns[0], drawPeople)
        canvas.inside(columns[1]) { CallsScreen(state: state, isActive: false).draw(in: &$0) }
    }

    private func drawLoops(in canvas: inout Canvas) {
        let texts = state.texts
        Table(
            columns: [
                Table.Column("", .fixed(1)), Table.Column(texts[.who], .share(2)),
                Table.Column(texts[.number], .share(1)), Table.Column(texts[.dialled], .fixed(10)),
                Table.Column(texts[.state], .fixed(14)), Table.Column(texts[.time], .fixed(8), alignment: .trailing),
            ], rowCount: CallLoops.count, state: nil
        ) { row in loopRow(row) }.draw(in: &canvas)
        if let loop = state.switchboard.loop {
            canvas.restyle(Rect(x: 0, y: loop + 1, width: canvas.size.width, height: 1)) { $0.adding(.reverse) }
            canvas.text("▶", x: 1, y: loop + 1, style: Style(.standard, [.bold, .reverse]))
        }
    }

    private func loopRow(_ row: Int) -> [StyledText] {
        let number = StyledText("\(row + 1)", .bold)
        guard let call = state.loops.places[row].flatMap({ state.exchange.calls[$0] }) else {
            return [number, StyledText(state.texts[.noLoopCall], .dim)]
        }
        let face = CallFace(call, state)
        return [
            number, StyledText(call.note.map { "\(face.who) ✎ \($0)" } ?? face.who, .bold), StyledText(face.number),
            StyledText(face.dialled), face.state,
            StyledText(face.time),
        ]
    }

    private func drawSearch(in canvas: inout Canvas) {
        canvas.rule(y: 0)
        let more = state.loops.waiting.isEmpty ? "" : state.texts(.moreCalls, "\(state.loops.waiting.count)")
        let moreWidth = CharacterWidth.columns(of: more)
        canvas.inside(Rect(x: 2, y: 0, width: canvas.size.width - moreWidth - 6, height: 1)) { canvas in
            let label = " \(state.texts[.search])"
            let hint = state.switchboard.isSearching ? " " : "\(state.texts[.everybody]) "
            Prompt(
                label, state.switchboard.search, suggestion: hint, isActive: state.switchboard.isSearching
            ).draw(in: &canvas)
        }
        canvas.text(more, x: canvas.size.width - moreWidth - 1, y: 0, style: Style(.yellow, .bold))
    }

    private func drawPeople(in canvas: inout Canvas) {
        let found = state.exchange.directory.matches(state.switchboard.search.text)
        let lamps = state.exchange.lamps
        Table(
            columns: [
                Table.Column("", .fixed(min(16, max(8, state.exchange.directory.numberLettersMax)))),
                Table.Column("", .share(2)), Table.Column("", .share(1), widthMin: 60),
                Table.Column("", .fixed(16)),
            ], rowCount: found.count, state: state.switchboard.people, isActive: state.switchboard.isChoosing,
            emptyText: state.switchboard.isSearching ? state.texts[.nobodyFound] : ""
        ) { row in
            let entry = found[row]
            let lamp =
                switch entry.kind {
                case .extension: lamps[entry].styled(state.texts)
                case .ringGroup: StyledText("◇ \(state.texts[.group])")
                case .contact: StyledText("☏ \(state.texts[.outside])", .dim)
                }
            let presence = state.exchange.settings[entry.number].presence.map { " – \($0)" } ?? ""
            return [
                StyledText(entry.number), StyledText(entry.name + presence), StyledText(entry.place, .dim), lamp,
            ]
        }.draw(in: &canvas)
    }
}
