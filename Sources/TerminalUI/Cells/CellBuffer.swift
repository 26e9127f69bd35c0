/// One place on the screen.
package struct Cell: Hashable, Sendable {
    package var character: Character
    package var style: Style
    /// 1, or 2 for the left half of a wide character, or 0 for its right half.
    package var columns: UInt8

    package init(_ character: Character = " ", style: Style = .plain, columns: UInt8 = 1) {
        self.character = character
        self.style = style
        self.columns = columns
    }

    package static let blank = Cell()
    static func rightHalf(_ style: Style) -> Cell { Cell(" ", style: style, columns: 0) }
}

/// A whole screen as a grid of cells. Writing half of a wide character's place blanks the other half, so that a row
/// always holds as many columns as it is wide.
package struct CellBuffer: Hashable, Sendable {
    package let size: Size
    private var cells: [Cell]

    package init(_ size: Size) {
        self.size = size
        cells = Array(repeating: .blank, count: size.width * size.height)
    }

    /// The cell at a place; blank outside the screen.
    package subscript(x: Int, y: Int) -> Cell {
        isInside(x, y) ? cells[y * size.width + x] : .blank
    }

    /// Puts a character of one or two columns; nothing when it does not fit into the screen.
    package mutating func put(_ character: Character, columns: Int, style: Style, x: Int, y: Int) {
        guard isInside(x, y), columns == 1 || (columns == 2 && x + 1 < size.width) else { return }
        let index = y * size.width + x
        separate(index, x: x)
        if columns == 2 { separate(index + 1, x: x + 1) }
        cells[index] = Cell(character, style: style, columns: UInt8(columns))
        if columns == 2 { cells[index + 1] = .rightHalf(style) }
    }

    /// Changes how a place looks, not what stands there.
    package mutating func restyle(x: Int, y: Int, _ change: (Style) -> Style) {
        guard isInside(x, y) else { return }
        let index = y * size.width + x
        cells[index].style = change(cells[index].style)
    }

    package mutating func clear() {
        for index in cells.indices { cells[index] = .blank }
    }

    /// The text of a row, trailing blanks included.
    package func text(row y: Int) -> String {
        var text = ""
        for x in 0..<size.width where self[x, y].columns > 0 { text.append(self[x, y].character) }
        return text
    }

    private func isInside(_ x: Int, _ y: Int) -> Bool { x >= 0 && y >= 0 && x < size.width && y < size.height }

    /// Blanks the other half of the wide character that stands at `index`.
    private mutating func separate(_ index: Int, x: Int) {
        switch cells[index].columns {
        case 0 where x > 0: cells[index - 1] = Cell(" ", style: cells[index - 1].style)
        case 2 where x + 1 < size.width: cells[index + 1] = Cell(" ", style: cells[index + 1].style)
        default: break
        }
    }
}
