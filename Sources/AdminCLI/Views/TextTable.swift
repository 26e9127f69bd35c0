/// Columns for people: left-aligned under their headings (numbers right), two spaces apart, no lines.
package struct TextTable {
    package enum Alignment: Sendable { case left, right }

    package struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var colour: Colour?

        package init(_ text: String, colour: Colour? = nil) {
            self.text = text
            self.colour = colour
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    private let headings: [(title: String, alignment: Alignment)]
    private var rows: [[Cell]] = []

    package init(_ headings: [(title: String, alignment: Alignment)]) { self.headings = headings }

    package mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// Columns in which every cell is empty are left out.
    package func text(_ context: ViewContext) -> String {
        let columns = headings.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
        let widths = columns.map { column in
            max(headings[column].title.displayWidth, rows.map { $0[column].text.displayWidth }.max() ?? 0)
        }
        let title = line(
            columns.map { Cell(headings[$0].title, colour: .heading) }, columns: columns, widths: widths, context)
        return title
            + rows.map { row in line(columns.map { row[$0] }, columns: columns, widths: widths, context) }.joined()
    }

    private func line(_ cells: [Cell], columns: [Int], widths: [Int], _ context: ViewContext) -> String {
        var text = ""
        for (position, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[position] - cell.text.displayWidth)
            let shown = cell.text.coloured(cell.colour, context)
            let isLast = position == cells.count - 1
            switch headings[columns[position]].alignment {
            case .left: text += isLast ? shown : shown + padding
            case .right: text += padding + shown
            }
            if !isLast { text += "  " }
        }
        // A row may end in empty cells.
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }
}

/// What a colour means here; never the only sign of it.
package enum Colour: String, Sendable {
    case heading = "1"
    case good = "32"
    case pending = "33"
    case bad = "31"
    case quiet = "2"
}

extension String {
    package func coloured(_ colour: Colour?, _ context: ViewContext) -> String {
        guard let colour, context.isColoured, !isEmpty else { return self }
        return "\u{1B}[\(colour.rawValue)m\(self)\u{1B}[0m"
    }

    /// Text of a peer for a terminal: control characters would be commands to it.
    package var printable: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
        return String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }

    /// Columns that the text takes on a terminal: East Asian wide characters and emoji take two.
    package var displayWidth: Int {
        reduce(0) { $0 + ($1.unicodeScalars.first?.isWide == true ? 2 : 1) }
    }
}

extension Unicode.Scalar {
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
