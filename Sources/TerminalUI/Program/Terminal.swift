/// Where frames go. Three kinds exist: curses, memory for tests, and none.
package protocol Terminal {
    var size: Size { get }
    mutating func present(_ frame: Frame)
    /// Asks for attention: a bell, and a notification where the terminal can show one.
    mutating func alert(_ text: String)
}

/// A terminal in memory: applies frames as a real one would, and counts what it was sent.
package struct BufferTerminal: Terminal {
    package private(set) var buffer: CellBuffer
    package private(set) var cursor: Point?
    package private(set) var alerts: [String] = []
    /// Since the beginning.
    package private(set) var cellsSent = 0
    package private(set) var frames = 0

    package init(_ size: Size) { buffer = CellBuffer(size) }

    package var size: Size { buffer.size }

    package mutating func present(_ frame: Frame) {
        if frame.size != buffer.size { buffer = CellBuffer(frame.size) }
        buffer.apply(frame.changes)
        cursor = frame.cursor
        cellsSent += frame.cellsChanged
        frames += 1
    }

    package mutating func alert(_ text: String) { alerts.append(text) }
}

/// Shows nothing: for programs without a screen.
package struct NullTerminal: Terminal {
    package let size: Size
    package init(_ size: Size = Size(width: 80, height: 24)) { self.size = size }
    package mutating func present(_ frame: Frame) {}
    package mutating func alert(_ text: String) {}
}
