/// Messages between parties as arrows between vertical lines: a SIP call flow.
package struct Ladder {
    package struct Message: Hashable, Sendable {
        package var time: String
        /// Indices of `parties`.
        package var from: Int
        package var to: Int
        package var text: String
        package var style: Style

        package init(time: String, from: Int, to: Int, text: String, style: Style = .plain) {
            self.time = time
            self.from = from
            self.to = to
            self.text = text
            self.style = style
        }
    }

    package var parties: [String]
    package var messages: [Message]
    package var state: ListState
    /// For the times, with the mark before them.
    package var timeColumns: Int

    package init(
        parties: [String], messages: [Message], state: ListState = ListState(), timeColumns: Int = Self.timeColumnsUsual
    ) {
        self.parties = parties
        self.messages = messages
        self.state = state
        self.timeColumns = timeColumns
    }

    package static let timeColumnsUsual = 15

    /// Columns that each party has in a width.
    package func laneColumns(width: Int) -> Int { parties.isEmpty ? 0 : (width - timeColumns) / parties.count }

    package func draw(in canvas: inout Canvas) {
        guard !parties.isEmpty, canvas.size.width > timeColumns + 2 else { return }
        let lane = laneColumns(width: canvas.size.width)
        let middles = parties.indices.map { timeColumns + lane * $0 + lane / 2 }
        for (index, party) in parties.enumerated() {
            let part = Rect(x: timeColumns + lane * index, y: 0, width: max(0, lane - 1), height: 1)
            canvas.inside(part) {
                $0.text(party, x: 0, y: 0, width: $0.size.width, style: .bold, alignment: .centre)
            }
        }
        let visible = state.visible(count: messages.count, height: canvas.size.height - 1)
        for (offset, index) in visible.enumerated() {
            let y = offset + 1
            for x in middles { canvas.text("│", x: x, y: y, style: .dim) }
            canvas.text(messages[index].time, x: 2, y: y, width: timeColumns - 3, style: .dim)
            draw(messages[index], middles: middles, y: y, in: &canvas)
            if index == state.row(of: messages.count) { canvas.text("▶", x: 0, y: y, style: .bold) }
        }
    }

    private func draw(_ message: Message, middles: [Int], y: Int, in canvas: inout Canvas) {
        guard middles.indices.contains(message.from), middles.indices.contains(message.to) else { return }
        let start = middles[message.from]
        let end = middles[message.to]
        if start == end {
            canvas.text("● \(message.text)", x: start, y: y, style: message.style)
            return
        }
        let left = min(start, end) + 1
        let width = max(0, abs(end - start) - 1)
        canvas.fill(Rect(x: left, y: y, width: width, height: 1), with: "─", style: message.style)
        if start < end {
            canvas.text("▶", x: end - 1, y: y, style: message.style)
        } else {
            canvas.text("◀", x: left, y: y, style: message.style)
        }
        let room = max(0, width - 2)
        // Blanks around it, unless they would cost letters.
        let isTight = CharacterWidth.columns(of: message.text) > room - 2
        let label = isTight ? message.text : " \(message.text) "
        let columns = min(room, CharacterWidth.columns(of: label))
        canvas.text(label, x: left + 1 + (room - columns) / 2, y: y, width: columns, style: message.style)
    }
}
