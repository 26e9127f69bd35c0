/// A box over a screen: a question, an explanation, a list. It hides the cursor of what it covers.
package struct Popup {
    package var title: String
    package var lines: [StyledText]

    package init(_ title: String, _ lines: [StyledText]) {
        self.title = title
        self.lines = lines
    }

    package func draw(in canvas: inout Canvas) {
        let textWidth = ([title] + lines.map(\.text)).map { CharacterWidth.columns(of: $0) }.max() ?? 0
        let box = canvas.bounds.centred(Size(width: textWidth + 6, height: lines.count + 2))
        canvas.hideCursor()
        canvas.fill(box)
        canvas.frame(box, title: title, style: .bold)
        canvas.inside(box.inset(1)) { canvas in
            for (y, line) in lines.enumerated() {
                canvas.text(line.text, x: 2, y: y, width: canvas.size.width - 3, style: line.style)
            }
        }
    }
}
