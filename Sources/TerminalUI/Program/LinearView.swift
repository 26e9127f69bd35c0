/// Something that linear mode says in one line, and its name from one moment to the next.
package struct LinearItem: Hashable, Sendable {
    package var id: String
    package var text: String

    package init(id: String, text: String) {
        self.id = id
        self.text = text
    }
}

/// A program's state as lines that are only ever added: what appeared, changed or went. For screen readers, braille
/// lines and logs; no cursor movement, no colour, no line drawing.
package struct LinearView: Sendable {
    private var known: [LinearItem] = []

    package init() {}

    /// The lines to print for the state as it is now. `gone` words what went, from its last text.
    package mutating func lines(for items: [LinearItem], gone: (LinearItem) -> String?) -> [String] {
        let before = Dictionary(known.map { ($0.id, $0.text) }) { first, _ in first }
        let present = Set(items.map(\.id))
        var lines = known.filter { !present.contains($0.id) }.compactMap(gone)
        for item in items where before[item.id] != item.text { lines.append(item.text) }
        known = items
        return lines.map(Self.spoken)
    }

    /// One line, without anything that a terminal or a reader takes for a command.
    package static func spoken(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
