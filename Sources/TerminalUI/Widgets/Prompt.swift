/// A label and a line of text with its cursor; what could be meant stands greyed behind it.
package struct Prompt {
    package var label: String
    package var state: PromptState
    /// What Tab would add.
    package var suggestion: String
    package var isActive: Bool

    package init(_ label: String, _ state: PromptState, suggestion: String = "", isActive: Bool = true) {
        self.label = label
        self.state = state
        self.suggestion = suggestion
        self.isActive = isActive
    }

    /// Draws in the first row. A text longer than the space scrolls so that the cursor is seen.
    package func draw(in canvas: inout Canvas) {
        let left = canvas.text(label, x: 0, y: 0, style: .bold)
        let room = Rect(x: left, y: 0, width: canvas.size.width - left, height: 1)
        canvas.inside(room) { canvas in
            let before = CharacterWidth.columns(of: String(state.characters[..<state.cursor]))
            let shift = max(0, before - max(0, canvas.size.width - 1))
            var x = -shift
            for character in state.characters where x < canvas.size.width {
                let columns = CharacterWidth.columns(of: character)
                if x >= 0 { canvas.text(String(character), x: x, y: 0, width: columns) }
                x += columns
            }
            canvas.text(suggestion, x: max(0, x), y: 0, style: .dim)
            if isActive { canvas.placeCursor(x: before - shift, y: 0) }
        }
    }
}

/// Completion of a word among candidates.
package enum Completion {
    /// What may be added to `text` without deciding anything, and the candidates that it still leaves, in their order.
    package static func complete(_ text: String, among candidates: [String]) -> (added: String, matches: [String]) {
        let wanted = text.lowercased()
        let matches = candidates.filter { $0.lowercased().hasPrefix(wanted) }
        guard var common = matches.first else { return ("", []) }
        for match in matches.dropFirst() { common = String(zip(common, match).prefix { $0 == $1 }.map(\.0)) }
        return (String(common.dropFirst(text.count)), matches)
    }
}
