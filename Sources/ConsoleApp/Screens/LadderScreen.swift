import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI

/// What passed on the wire for one call, and how its audio fares.
struct LadderScreen {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        guard let report = state.ladder.report else {
            let text = state.ladder.failure ?? state.texts[state.ladder.callID == nil ? .noLadder : .fetchingLadder]
            canvas.text(text, x: 2, y: 0, width: canvas.size.width - 2, style: .dim)
            return
        }
        let audio = Self.audioLines(report, state)
        let parts = canvas.bounds.rows([.fixed(1), .atLeast(2), .fixed(audio.count)])
        canvas.inside(parts[0]) { drawTitle(report, in: &$0) }
        canvas.inside(parts[1]) { drawMessages(report, in: &$0) }
        canvas.inside(parts[2]) { canvas in
            for (y, line) in audio.enumerated() { canvas.text(line, x: 2, y: y, width: canvas.size.width - 2) }
        }
    }

    private func drawTitle(_ report: WireTraceReport, in canvas: inout Canvas) {
        let (from, name, to) =
            report.call.map { ($0.from, $0.fromName, $0.answeredBy ?? $0.to) }
            ?? report.record.map { ($0.from, $0.fromName, $0.answeredBy ?? $0.to) } ?? ("", "", "")
        var parts = ["\(from)\(name.isEmpty ? "" : " \(name)") → \(to)"]
        if let call = report.call {
            let face = CallFace(call, state)
            parts.append("\(face.state.text) \(face.time)")
        } else if let outcome = report.record?.causeText {
            parts.append(outcome)
        }
        parts.append(state.texts(.messagesCount, state.format.number(report.messages.count)))
        if !report.isWhole, !report.messages.isEmpty { parts.append(state.texts[.ladderCut]) }
        if let failure = state.ladder.failure { parts.append(failure) }
        canvas.text(parts.joined(separator: " · "), x: 2, y: 0, width: canvas.size.width - 2, style: .bold)
    }

    private func drawMessages(_ report: WireTraceReport, in canvas: inout Canvas) {
        guard !report.messages.isEmpty else {
            canvas.text(state.texts[.noMessages], x: 2, y: 0, style: .dim)
            return
        }
        let rows = CallLadder(report)
        var ladder = Ladder(
            parties: rows.columns.map(\.title), messages: [], state: state.lists[.ladder] ?? ListState(),
            timeColumns: Self.timeColumns)
        let lane = ladder.laneColumns(width: canvas.size.width)
        ladder.messages = rows.rows.map { row in
            // Half a hint says less than none.
            let room = lane * abs(row.to - row.from) - Self.arrowColumns
            let text = CharacterWidth.columns(of: row.text) <= room ? row.text : row.label
            return Ladder.Message(
                time: row.time, from: row.from, to: row.to, text: (row.isRepeat ? "↻ " : "") + text,
                style: row.kind.style)
        }
        ladder.draw(in: &canvas)
    }

    private static let timeColumns = 11
    /// What an arrow's ends take of the space between two parties, with the sign of a repetition.
    private static let arrowColumns = 7

    /// A line for each leg with figures, and one for what is wrong with its audio.
    static func audioLines(_ report: WireTraceReport, _ state: ConsoleState) -> [String] {
        report.audio.flatMap { leg -> [String] in
            let figures = leg.figures
            let score = figures.listeningScoreHundredths.map { score in
                "\(score / 100)\(state.format.habit == .german ? "," : ".")\(score / 10 % 10)"
            }
            let line = state.texts(
                .audioLine, leg.number, figures.codec ?? "–", state.format.number(figures.packetsReceived),
                state.format.number(figures.packetsLost),
                figures.jitterMicroseconds.map { "\($0 / 1_000) ms" } ?? "–", score ?? "–")
            return [line] + (figures.verdict.map { ["⚠ \(leg.number): \($0)"] } ?? [])
        }
    }
}

extension CallLadder.Kind {
    fileprivate var style: Style {
        switch self {
        case .request: .plain
        case .provisional: Style(.yellow)
        case .success: Style(.green)
        case .refusal: Style(.red, .bold)
        }
    }
}
