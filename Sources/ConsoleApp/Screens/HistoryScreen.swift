import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI

/// Finished calls, latest first.
struct HistoryScreen {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        let texts = state.texts
        let records = state.exchange.records
        Table(
            columns: [
                Table.Column(texts[.began], .fixed(16)), Table.Column(texts[.from], .share(1)),
                Table.Column(texts[.to], .share(1)), Table.Column(texts[.wait], .fixed(7), alignment: .trailing),
                Table.Column(texts[.talk], .fixed(7), alignment: .trailing), Table.Column(texts[.outcome], .share(1)),
            ], rowCount: records.count, state: state.lists[.history] ?? ListState(), emptyText: texts[.noRecords]
        ) { row in cells(records[row]) }.draw(in: &canvas)
    }

    private func cells(_ record: CallRecordReport) -> [StyledText] {
        let isAnswered = record.answeredAt != nil
        return [
            StyledText(moment(record.startedAt)),
            StyledText(record.fromName.isEmpty ? record.from : "\(record.from) \(record.fromName)"),
            StyledText(record.answeredBy.map { $0 == record.to ? $0 : "\(record.to) → \($0)" } ?? record.to),
            StyledText(record.waitSeconds.map { state.format.duration(.seconds($0)) } ?? ""),
            StyledText(isAnswered ? record.talkSeconds.map { state.format.duration(.seconds($0)) } ?? "" : ""),
            StyledText((record.note == nil ? "" : "✎ ") + (record.causeText ?? ""), isAnswered ? .plain : .bold),
        ]
    }

    private func moment(_ text: String) -> String {
        WallTime(rfc3339: text).map { state.format.moment($0, now: state.now.wall) } ?? text
    }
}
