package import ControlProtocol
import PBXModel

/// A call's SIP messages as a ladder, and the quality of its audio below.
package enum LadderView {
    /// Narrower, no arrow is seen; wider, a row is hard to follow.
    private static let laneMin = 20
    private static let laneMax = 48
    private static let timeColumns = 10

    package static func text(_ report: WireTraceReport, _ context: ViewContext) -> String {
        var text = ""
        if report.messages.isEmpty {
            text = "no messages of this call are kept (the trace holds the last ones, since the daemon's start)\n"
        } else {
            if !report.isWhole { text = "(the first messages are not kept any more)\n" }
            text += ladder(CallLadder(report), context)
        }
        let audio = report.audio
        if !audio.isEmpty { text += "\n" }
        for leg in audio {
            let name = "\(leg.role.rawValue) \(leg.number.printable)"
            for (index, line) in MediaFiguresText.lines(leg.figures).enumerated() {
                let head = index == 0 ? name : String(repeating: " ", count: name.displayWidth)
                text += "\(head)  \(line)\n"
            }
        }
        return text
    }

    private static func ladder(_ ladder: CallLadder, _ context: ViewContext) -> String {
        let lane = laneWidth(ladder)
        let middles = ladder.columns.indices.map { timeColumns + lane * $0 + lane / 2 }
        var text = ""
        for field in [\CallLadder.Column.title, \.address] {
            var line = Line()
            for (column, middle) in zip(ladder.columns, middles) {
                let title = column[keyPath: field].printable.shortened(to: lane - 2)
                line.put(title, at: middle - title.displayWidth / 2)
            }
            text += line.text.coloured(field == \.title ? .heading : .quiet, context) + "\n"
        }
        for row in ladder.rows {
            var line = Line()
            line.put(row.time, at: max(0, timeColumns - 2 - row.time.displayWidth))
            let (left, right) = (min(row.from, row.to), max(row.from, row.to))
            let room = middles[right] - middles[left] - 1
            // What lies between is crossed by the arrow.
            for index in middles.indices where index <= left || index >= right {
                line.put("│", at: middles[index])
                guard index == left else { continue }
                line.put(
                    arrow(row, room: room).coloured(row.kind.colour, context), at: middles[left] + 1, columns: room)
            }
            text += line.text + "\n"
        }
        return text
    }

    /// `──── INVITE (PCMA) ──▶` in that many columns.
    private static func arrow(_ row: CallLadder.Row, room: Int) -> String {
        let isRightward = row.from < row.to
        let label = " \((row.isRepeat ? "↻ " : "") + row.text.printable) ".shortened(to: room - 4)
        let line = max(0, room - 1 - label.displayWidth)
        let before = String(repeating: "─", count: line / 2)
        let after = String(repeating: "─", count: line - line / 2)
        return isRightward ? before + label + after + "▶" : "◀" + before + label + after
    }

    /// Wide enough for the longest row, as far as that is reasonable.
    private static func laneWidth(_ ladder: CallLadder) -> Int {
        let rows = ladder.rows.map { ($0.text.displayWidth + 10) / max(1, abs($0.to - $0.from)) }
        let titles = ladder.columns.map { max($0.title.displayWidth, $0.address.displayWidth) + 2 }
        return min(laneMax, max(laneMin, rows.max() ?? 0, titles.max() ?? 0))
    }
}

/// The messages themselves, each under a line that says when and between whom.
package enum MessagesView {
    package static func text(_ report: WireTraceReport, _ context: ViewContext) -> String {
        let ladder = CallLadder(report)
        return zip(report.messages, ladder.rows).map { message, row in
            let (from, to) = (ladder.columns[row.from].title, ladder.columns[row.to].title)
            let way =
                message.isReceived
                ? "\(message.remote) to \(message.local)" : "\(message.local) to \(message.remote)"
            let head = "\(row.time)  \(from.printable) → \(to.printable)  \(message.transport) \(way)"
            let lines = message.text.split(omittingEmptySubsequences: false) { $0.isNewline }.map {
                "    " + String($0).printable
            }
            return "\n" + head.coloured(.heading, context) + "\n" + lines.joined(separator: "\n").trimmedEnd + "\n"
        }.joined()
    }
}

extension CallLadder.Kind {
    fileprivate var colour: Colour? {
        switch self {
        case .request: nil
        case .provisional: .pending
        case .success: .good
        case .refusal: .bad
        }
    }
}

/// A line that is written to at columns, from left to right.
private struct Line {
    private(set) var text = ""
    private var width = 0

    /// - Parameter columns: that the text takes, where colours make it look longer.
    mutating func put(_ part: String, at column: Int, columns: Int? = nil) {
        guard !part.isEmpty else { return }
        let gap = max(0, column - width)
        text += String(repeating: " ", count: gap) + part
        width += gap + (columns ?? part.displayWidth)
    }
}

extension String {
    /// With `…` for what does not fit.
    fileprivate func shortened(to columns: Int) -> String {
        guard displayWidth > columns else { return self }
        var text = ""
        var width = 0
        for character in self {
            width += String(character).displayWidth
            if width >= columns { break }
            text.append(character)
        }
        return text + "…"
    }

    fileprivate var trimmedEnd: String {
        var text = self
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
