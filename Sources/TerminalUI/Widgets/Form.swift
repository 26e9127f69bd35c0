/// A few labelled fields, one of them being typed into.
package struct FormState: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package var label: String
        package var value: PromptState

        package init(_ label: String, _ value: String = "") {
            self.label = label
            self.value = PromptState(value)
        }
    }

    package private(set) var fields: [Field]
    package private(set) var focus = 0

    package init(_ fields: [Field]) { self.fields = fields }

    package var values: [String] { fields.map(\.value.text) }

    /// Edits, or moves between fields; false when the key is not ours to handle.
    package mutating func handle(_ event: KeyEvent) -> Bool {
        guard fields.indices.contains(focus) else { return false }
        switch event {
        case KeyEvent(.tab), KeyEvent(.down): focus = (focus + 1) % fields.count
        case KeyEvent(.tab, .shift), KeyEvent(.up): focus = (focus + fields.count - 1) % fields.count
        default: return fields[focus].value.handle(event)
        }
        return true
    }
}

/// Draws a form: labels in one column, values in the other.
package struct Form {
    package var state: FormState
    package init(_ state: FormState) { self.state = state }

    package func draw(in canvas: inout Canvas) {
        let labels = state.fields.map { CharacterWidth.columns(of: $0.label) }.max() ?? 0
        for (index, field) in state.fields.enumerated() {
            let isFocused = index == state.focus
            canvas.text(isFocused ? "▶" : " ", x: 0, y: index, style: .bold)
            canvas.text(field.label, x: 2, y: index, style: isFocused ? .bold : .plain)
            let part = Rect(x: labels + 4, y: index, width: canvas.size.width - labels - 4, height: 1)
            canvas.inside(part) { Prompt("", field.value, isActive: isFocused).draw(in: &$0) }
        }
    }
}
