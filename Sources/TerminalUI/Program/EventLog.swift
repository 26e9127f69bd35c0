package import PBXBase

/// The latest events, oldest first.
package struct EventLog: Sendable {
    package struct Line: Hashable, Sendable {
        package var at: WallTime
        package var type: String
        package var text: String

        package init(at: WallTime, type: String, text: String) {
            self.at = at
            self.type = type
            self.text = text
        }
    }

    package static let linesMax = 1_000
    package private(set) var lines: [Line] = []

    package init() {}

    package mutating func append(_ line: Line) {
        // A quarter goes at once: dropping one line for every new one would move all the others each time.
        if lines.count >= Self.linesMax { lines.removeFirst(Self.linesMax / 4) }
        lines.append(line)
    }
}
