/// A line of text being typed, with the editing keys that shells have taught people.
package struct PromptState: Hashable, Sendable {
    package private(set) var characters: [Character] = []
    /// In characters from the start.
    package private(set) var cursor = 0

    package static let charactersMax = 512

    package init(_ text: String = "") { insert(text) }

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }

    package mutating func insert(_ text: String) {
        for character in text where characters.count < Self.charactersMax && CharacterWidth.columns(of: character) > 0 {
            characters.insert(character, at: cursor)
            cursor += 1
        }
    }

    package mutating func replace(with text: String) {
        characters = []
        cursor = 0
        insert(text)
    }

    /// Edits; false when the key is not ours to handle.
    package mutating func handle(_ event: KeyEvent) -> Bool {
        if let typed = event.typed {
            insert(String(typed))
            return true
        }
        switch (event.key, event.modifiers) {
        case (.backspace, []): if cursor > 0 { remove(from: cursor - 1, to: cursor) }
        case (.delete, []): if cursor < characters.count { remove(from: cursor, to: cursor + 1) }
        case (.left, []), (.character("b"), .control): cursor = max(0, cursor - 1)
        case (.right, []): cursor = min(characters.count, cursor + 1)
        case (.left, .control), (.character("b"), .alt): cursor = wordStart
        case (.right, .control), (.character("f"), .alt): cursor = wordEnd
        case (.home, []), (.character("a"), .control): cursor = 0
        case (.end, []), (.character("e"), .control): cursor = characters.count
        case (.character("u"), .control): remove(from: 0, to: cursor)
        case (.character("k"), .control): remove(from: cursor, to: characters.count)
        case (.character("w"), .control), (.backspace, .alt): remove(from: wordStart, to: cursor)
        default: return false
        }
        return true
    }

    private mutating func remove(from start: Int, to end: Int) {
        characters.removeSubrange(start..<end)
        cursor = start
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, characters[place - 1] == " " { place -= 1 }
        while place > 0, characters[place - 1] != " " { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < characters.count, characters[place] == " " { place += 1 }
        while place < characters.count, characters[place] != " " { place += 1 }
        return place
    }
}
