/// Names in a row, one of them chosen.
package struct Tabs {
    package var titles: [String]
    package var selected: Int

    package init(_ titles: [String], selected: Int) {
        self.titles = titles
        self.selected = selected
    }

    /// Draws in the first row. The chosen one stands in brackets as well as in reverse; when not all fit, it still
    /// does.
    package func draw(in canvas: inout Canvas) {
        let widths = titles.map { CharacterWidth.columns(of: $0) + 2 }
        var first = 0
        while first < selected, widths[first...min(selected, widths.count - 1)].reduce(0, +) > canvas.size.width {
            first += 1
        }
        var x = 0
        for index in titles.indices.dropFirst(first) {
            let isSelected = index == selected
            let title = isSelected ? "[\(titles[index])]" : " \(titles[index]) "
            if x + widths[index] > canvas.size.width, !isSelected {
                canvas.text("…", x: x, y: 0, style: .dim)
                return
            }
            x += canvas.text(title, x: x, y: 0, style: isSelected ? Style(.standard, [.bold, .reverse]) : .plain)
        }
    }
}
