/// Where text starts in the space that it has.
package enum Alignment: Hashable, Sendable { case leading, trailing, centre }

/// A window on a screen being drawn, with an origin of its own. Nothing that is drawn through it lands outside it, and
/// no text carries a control character to the terminal.
package struct Canvas: Sendable {
    package private(set) var buffer: CellBuffer
    /// Where the terminal's cursor belongs, on the whole screen; nil hides it.
    package private(set) var cursor: Point?
    /// The window on the whole screen, and the part of it that may be written.
    private var window: Rect
    private var clip: Rect

    /// More than these in one cell are left out: nobody's name needs more, and terminals choke on them.
    package static let scalarsPerCellMax = 8

    package init(_ size: Size) { self.init(drawingOver: CellBuffer(size)) }

    /// Starts on a screen as it is, so that memory is used again.
    package init(drawingOver buffer: CellBuffer) {
        self.buffer = buffer
        window = Rect(buffer.size)
        clip = window
    }

    package var size: Size { window.size }
    package var bounds: Rect { Rect(window.size) }

    /// Draws in a part of this window, whose upper left cell is then (0, 0).
    package mutating func inside(_ part: Rect, _ draw: (inout Canvas) -> Void) {
        let outer = (window, clip)
        window = Rect(x: window.x + part.x, y: window.y + part.y, width: part.width, height: part.height)
        clip = clip.intersection(window)
        draw(&self)
        (window, clip) = outer
    }

    /// Draws one line of text and returns the columns it took. Beyond `width`, or the window's right edge, it ends in
    /// `…`.
    @discardableResult
    package mutating func text(
        _ text: String, x: Int, y: Int, width: Int? = nil, style: Style = .plain, alignment: Alignment = .leading
    ) -> Int {
        let room = min(width ?? .max, size.width - x)
        guard room > 0, y >= 0, y < size.height else { return 0 }
        let line = FittedText(text, columnsMax: room)
        var column =
            switch alignment {
            case .leading: x
            case .trailing: x + ((width == nil ? line.columns : room) - line.columns)
            case .centre: x + ((width == nil ? line.columns : room) - line.columns) / 2
            }
        for (character, columns) in line.characters {
            put(character, columns: columns, x: column, y: y, style: style)
            column += columns
        }
        return line.columns
    }

    /// Fills a part of the window with one character of one column.
    package mutating func fill(_ part: Rect, with character: Character = " ", style: Style = .plain) {
        let part = part.intersection(bounds)
        for y in part.y..<part.maxY {
            for x in part.x..<part.maxX { put(character, columns: 1, x: x, y: y, style: style) }
        }
    }

    /// Changes how a part of the window looks, not what stands there.
    package mutating func restyle(_ part: Rect, _ change: (Style) -> Style) {
        let part = Rect(x: window.x + part.x, y: window.y + part.y, width: part.width, height: part.height)
            .intersection(clip)
        for y in part.y..<part.maxY {
            for x in part.x..<part.maxX { buffer.restyle(x: x, y: y, change) }
        }
    }

    /// A horizontal line over the window's width, with a title in it.
    package mutating func rule(y: Int, title: String = "", style: Style = .dim) {
        fill(Rect(x: 0, y: y, width: size.width, height: 1), with: "─", style: style)
        if !title.isEmpty { text(" \(title) ", x: 2, y: y, width: max(0, size.width - 4), style: .bold) }
    }

    /// A frame along a part's edge, with a title in its upper side.
    package mutating func frame(_ part: Rect, title: String = "", style: Style = .plain) {
        guard part.width > 1, part.height > 1 else { return }
        let right = part.maxX - 1
        let bottom = part.maxY - 1
        for x in part.x...right {
            put("─", columns: 1, x: x, y: part.y, style: style)
            put("─", columns: 1, x: x, y: bottom, style: style)
        }
        for y in part.y...bottom {
            put("│", columns: 1, x: part.x, y: y, style: style)
            put("│", columns: 1, x: right, y: y, style: style)
        }
        for (character, x, y) in [
            ("┌", part.x, part.y), ("┐", right, part.y), ("└", part.x, bottom), ("┘", right, bottom),
        ] as [(Character, Int, Int)] {
            put(character, columns: 1, x: x, y: y, style: style)
        }
        if !title.isEmpty {
            text(" \(title) ", x: part.x + 2, y: part.y, width: max(0, part.width - 4), style: style.adding(.bold))
        }
    }

    /// Shows the terminal's cursor at a place of this window; nothing when that is clipped away.
    package mutating func placeCursor(x: Int, y: Int) {
        let point = Point(x: window.x + x, y: window.y + y)
        if clip.contains(x: point.x, y: point.y) { cursor = point }
    }

    /// No cursor, whoever placed it: for what covers a screen with a field in it.
    package mutating func hideCursor() { cursor = nil }

    private mutating func put(_ character: Character, columns: Int, x: Int, y: Int, style: Style) {
        let place = Point(x: window.x + x, y: window.y + y)
        guard clip.contains(x: place.x, y: place.y), clip.contains(x: place.x + columns - 1, y: place.y) else {
            return
        }
        // Half of a wide character that stands across the window's edge belongs to somebody else; its place is blank
        // rather than halved.
        buffer.put(character, columns: columns, style: style, x: place.x, y: place.y)
    }
}
