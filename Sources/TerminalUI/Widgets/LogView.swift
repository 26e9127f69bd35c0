/// Lines of which the latest stands last; scrolled back by so many lines.
package struct LogView {
    package var lineCount: Int
    package var linesBack: Int
    package var line: (Int) -> [StyledText]

    package init(lineCount: Int, linesBack: Int = 0, line: @escaping (Int) -> [StyledText]) {
        self.lineCount = lineCount
        self.linesBack = linesBack
        self.line = line
    }

    package func draw(in canvas: inout Canvas) {
        let height = canvas.size.height
        let back = min(max(0, linesBack), max(0, lineCount - height))
        let end = lineCount - back
        let first = max(0, end - height)
        for (y, index) in (first..<max(first, end)).enumerated() {
            var x = 0
            for part in line(index) { x += canvas.text(part.text, x: x, y: y, style: part.style) }
        }
        if back > 0 { canvas.text("▼ \(back)", x: canvas.size.width - 8, y: max(0, height - 1), style: .reverse) }
    }
}
