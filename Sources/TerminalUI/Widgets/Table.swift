/// Text with its look.
package struct StyledText: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    package init(stringLiteral value: String) { self.init(value) }
}

/// Rows in columns under headings. Only the rows that are seen are asked for.
package struct Table {
    package struct Column: Sendable {
        package var title: String
        package var length: Length
        package var alignment: Alignment
        /// Left out when the table is narrower than this.
        package var widthMin: Int

        package init(_ title: String, _ length: Length, alignment: Alignment = .leading, widthMin: Int = 0) {
            self.title = title
            self.length = length
            self.alignment = alignment
            self.widthMin = widthMin
        }
    }

    package var columns: [Column]
    package var rowCount: Int
    package var state: ListState?
    /// Whether the keys act here: the selection then stands out more.
    package var isActive: Bool
    /// Shown instead of rows when there are none.
    package var emptyText: String
    package var row: (Int) -> [StyledText]

    package init(
        columns: [Column], rowCount: Int, state: ListState? = nil, isActive: Bool = true, emptyText: String = "",
        row: @escaping (Int) -> [StyledText]
    ) {
        self.columns = columns
        self.rowCount = rowCount
        self.state = state
        self.isActive = isActive
        self.emptyText = emptyText
        self.row = row
    }

    /// The first column of a table with a selection is its mark, so that no colour is needed to find it.
    package func draw(in canvas: inout Canvas) {
        let shown = columns.indices.filter { columns[$0].widthMin <= canvas.size.width }
        let left = state == nil ? 0 : 2
        let hasTitles = columns.contains { !$0.title.isEmpty }
        let isScrolling = rowCount > canvas.size.height - (hasTitles ? 1 : 0)
        let space = Rect(
            x: left, y: 0, width: canvas.size.width - left - (isScrolling ? 2 : 0), height: canvas.size.height)
        let parts = space.columns(shown.map { columns[$0].length }, gap: 1)
        if hasTitles {
            canvas.restyle(Rect(x: 0, y: 0, width: canvas.size.width, height: 1)) { $0.adding(.underline) }
            for (index, part) in zip(shown, parts) {
                canvas.text(
                    columns[index].title, x: part.x, y: 0, width: part.width, style: Style(.standard, .underline),
                    alignment: columns[index].alignment)
            }
        }
        let top = hasTitles ? 1 : 0
        if rowCount == 0 { return drawEmptyText(y: top, in: &canvas) }
        let height = canvas.size.height - top
        let visible = (state ?? ListState()).visible(count: rowCount, height: height)
        for (offset, index) in visible.enumerated() {
            draw(row(index), shown: shown, parts: parts, y: top + offset, in: &canvas)
            // What no key acts on looks like no choice.
            if isActive, index == state?.row(of: rowCount) { mark(y: top + offset, in: &canvas) }
        }
        drawScrollMarks(visible, top: top, in: &canvas)
    }

    private func draw(_ cells: [StyledText], shown: [Int], parts: [Rect], y: Int, in canvas: inout Canvas) {
        for (index, part) in zip(shown, parts) where index < cells.count {
            canvas.text(
                cells[index].text, x: part.x, y: y, width: part.width, style: cells[index].style,
                alignment: columns[index].alignment)
        }
    }

    private func mark(y: Int, in canvas: inout Canvas) {
        canvas.text("▶", x: 0, y: y, style: isActive ? .bold : .dim)
        guard isActive else { return }
        canvas.restyle(Rect(x: 0, y: y, width: canvas.size.width, height: 1)) { $0.adding(.reverse) }
    }

    private func drawEmptyText(y: Int, in canvas: inout Canvas) {
        canvas.text(emptyText, x: 2, y: y, style: .dim)
    }

    /// Arrows at the right edge when there is more above or below.
    private func drawScrollMarks(_ visible: Range<Int>, top: Int, in canvas: inout Canvas) {
        let x = canvas.size.width - 1
        if visible.lowerBound > 0 { canvas.text("▲", x: x, y: top, style: .bold) }
        if visible.upperBound < rowCount { canvas.text("▼", x: x, y: canvas.size.height - 1, style: .bold) }
    }
}
