/// A place in cells; (0, 0) is the upper left one.
package struct Point: Hashable, Sendable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// An extent in cells; neither side is negative.
package struct Size: Hashable, Sendable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
    }

    package var isEmpty: Bool { width == 0 || height == 0 }
}

/// A rectangle of cells; neither side is negative.
package struct Rect: Hashable, Sendable {
    package var x: Int
    package var y: Int
    package var size: Size

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        size = Size(width: width, height: height)
    }

    package init(_ size: Size) { self.init(x: 0, y: 0, width: size.width, height: size.height) }

    package var width: Int { size.width }
    package var height: Int { size.height }
    /// The first column to the right of it, and the first row below it.
    package var maxX: Int { x + width }
    package var maxY: Int { y + height }
    package var isEmpty: Bool { size.isEmpty }

    package func contains(x: Int, y: Int) -> Bool { x >= self.x && x < maxX && y >= self.y && y < maxY }

    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    /// Smaller by so many cells on each side.
    package func inset(_ cells: Int) -> Rect {
        Rect(x: x + cells, y: y + cells, width: width - 2 * cells, height: height - 2 * cells)
    }

    /// A rectangle of at most `size` in the middle of this one.
    package func centred(_ size: Size) -> Rect {
        let width = min(size.width, self.width)
        let height = min(size.height, self.height)
        return Rect(x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
    }
}
