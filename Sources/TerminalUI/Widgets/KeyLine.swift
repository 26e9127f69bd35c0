/// The keys of a place beside what they do, as they come from `Keymap.footer`. What does not fit is left out.
package struct KeyLine {
    package var keys: [(key: String, label: String)]

    /// Columns between two keys.
    private static let gap = 2

    package init(_ keys: [(key: String, label: String)]) { self.keys = keys }

    /// Draws in the first row.
    package func draw(in canvas: inout Canvas) {
        var x = 0
        for (key, label) in keys {
            let columns = CharacterWidth.columns(of: key) + 1 + CharacterWidth.columns(of: label)
            if x + columns > canvas.size.width { continue }
            x += canvas.text(key, x: x, y: 0, style: Style(.standard, .reverse))
            x += canvas.text(" \(label)", x: x, y: 0) + Self.gap
        }
    }
}
