import PBXBase
import TerminalUI

/// Finished calls, latest first.
struct HistoryPageView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        HistoryTable(
            state: state, list: state.lists[.history] ?? ListState(), rowsMax: state.history.entries.count
        ).draw(in: &canvas)
    }
}

/// The history's rows, for its page and for the few latest on the phone's.
struct HistoryTable {
    let state: PhoneScreenState
    let list: ListState?
    let rowsMax: Int

    /// Below this, what came of a call and how long it was have to be short.
    private static let narrowColumns = 56

    func draw(in canvas: inout Canvas) {
        let texts = state.texts
        let isNarrow = canvas.size.width < Self.narrowColumns
        Table(
            columns: [
                Table.Column(texts[.latest], .fixed(isNarrow ? 12 : 23)), Table.Column(texts[.who], .share(2)),
                Table.Column(texts[.number], .share(1), widthMin: 72), Table.Column(texts[.began], .fixed(16)),
                Table.Column(texts[.talk], .fixed(7), alignment: .trailing, widthMin: Self.narrowColumns),
            ], rowCount: rowsMax, state: list, emptyText: texts[.noCalls]
        ) { row in state.history.entry(row).map(cells) ?? [] }.draw(in: &canvas)
    }

    private func cells(_ entry: HistoryEntry) -> [StyledText] {
        [
            entry.styled(state.texts),
            StyledText(entry.name ?? state.book.name(of: entry.number) ?? entry.number),
            StyledText(entry.number), StyledText(state.format.moment(entry.at, now: state.now.wall)),
            StyledText(entry.talkSeconds.map { state.format.duration(.seconds($0)) } ?? ""),
        ]
    }
}
