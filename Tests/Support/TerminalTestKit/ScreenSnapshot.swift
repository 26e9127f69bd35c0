package import TerminalUI

/// A screen as text: the grid, below it the looks as letters, one per cell, and what the letters mean. A plain cell is
/// a point, so that a reviewer sees at a glance what is marked.
package enum ScreenSnapshot {
    package static func text(of buffer: CellBuffer, cursor: Point? = nil) -> String {
        let rows = (0..<buffer.size.height).map { trimmed(buffer.text(row: $0)) }
        var legend = Legend()
        let looks = (0..<buffer.size.height).map { y in
            trimmed(String((0..<buffer.size.width).map { legend.letter(of: buffer[$0, y].style) }), blank: ".")
        }
        var text = rows.joined(separator: "\n") + "\n"
        if !legend.styles.isEmpty {
            text += "--- looks\n" + looks.joined(separator: "\n") + "\n--- legend\n"
            for (letter, style) in legend.styles { text += "\(letter) \(name(of: style))\n" }
        }
        if let cursor { text += "--- cursor \(cursor.x),\(cursor.y)\n" }
        return text
    }

    /// `bold reverse red on blue`, in a fixed order.
    private static func name(of style: Style) -> String {
        var words: [String] = []
        if style.attributes.contains(.bold) { words.append("bold") }
        if style.attributes.contains(.dim) { words.append("dim") }
        if style.attributes.contains(.underline) { words.append("underline") }
        if style.attributes.contains(.reverse) { words.append("reverse") }
        if style.foreground != .standard { words.append("\(style.foreground)") }
        if style.background != .standard { words.append("on \(style.background)") }
        return words.joined(separator: " ")
    }

    private static func trimmed(_ row: String, blank: Character = " ") -> String {
        var row = row
        while row.last == blank { row.removeLast() }
        return row
    }

    /// Letters in the order in which looks appear on the screen.
    private struct Legend {
        private(set) var styles: [(Character, Style)] = []
        private static let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

        mutating func letter(of style: Style) -> Character {
            if style == .plain { return "." }
            if let known = styles.first(where: { $0.1 == style }) { return known.0 }
            let letter = styles.count < Self.letters.count ? Self.letters[styles.count] : "?"
            styles.append((letter, style))
            return letter
        }
    }
}
