/// The lines that were entered at a prompt, oldest first, each once.
package struct PromptHistory: Hashable, Sendable {
    package static let linesMax = 100
    private var lines: [String] = []

    package init() {}

    package mutating func remember(_ line: String) {
        lines.removeAll { $0 == line }
        lines.append(line)
        if lines.count > Self.linesMax { lines.removeFirst() }
    }

    /// The line before or after `text`; the same at the ends.
    package func recalled(from text: String, back: Bool) -> String {
        guard let place = lines.lastIndex(of: text) else { return back ? lines.last ?? text : text }
        if back { return place > 0 ? lines[place - 1] : text }
        return place + 1 < lines.count ? lines[place + 1] : ""
    }
}
