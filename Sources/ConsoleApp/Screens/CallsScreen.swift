import PBXModel
import TerminalUI

/// All calls of the company.
struct CallsScreen {
    let state: ConsoleState
    /// Whether it is the screen, and not the part of one.
    var isActive = true

    func draw(in canvas: inout Canvas) {
        let texts = state.texts
        let calls = state.exchange.callsInOrder
        Table(
            columns: [
                Table.Column(texts[.from], .share(1)), Table.Column(texts[.to], .share(1)),
                Table.Column(texts[.state], .fixed(14)), Table.Column(texts[.time], .fixed(8), alignment: .trailing),
                Table.Column(texts[.phone], .share(1), widthMin: 100),
            ], rowCount: calls.count, state: isActive ? state.lists[.calls] ?? ListState() : nil,
            emptyText: texts[.noCalls]
        ) { row in
            let call = calls[row]
            let face = CallFace(call, state)
            let from = call.fromName.isEmpty ? call.from : "\(call.from) \(call.fromName)"
            let to = call.answeredBy.map { $0 == call.to ? $0 : "\(call.to) → \($0)" } ?? call.to
            return [
                StyledText(from), StyledText(named(to) + (call.note.map { " ✎ \($0)" } ?? "")), face.state,
                StyledText(face.time),
                StyledText(call.legs.last.map { "\($0.peer) \($0.codec ?? "")" } ?? "", .dim),
            ]
        }.draw(in: &canvas)
    }

    private func named(_ number: String) -> String {
        state.exchange.directory.entry(number).map { "\(number) \($0.name)" } ?? number
    }
}
