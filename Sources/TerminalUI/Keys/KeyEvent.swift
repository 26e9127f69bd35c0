/// A key as a terminal tells it.
package enum Key: Hashable, Sendable {
    case character(Character)
    case enter, escape, tab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    case function(Int)
}

package struct KeyModifiers: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let shift = KeyModifiers(rawValue: 1)
    package static let alt = KeyModifiers(rawValue: 2)
    package static let control = KeyModifiers(rawValue: 4)
}

/// A key pressed with what was held down. Capital letters are characters of their own, without shift.
package struct KeyEvent: Hashable, Sendable {
    package var key: Key
    package var modifiers: KeyModifiers

    package init(_ key: Key, _ modifiers: KeyModifiers = []) {
        self.key = key
        self.modifiers = modifiers
    }

    package init(_ character: Character) { self.init(.character(character)) }

    /// The character that it types; nil for commands.
    package var typed: Character? {
        guard case .character(let character) = key, modifiers.isEmpty else { return nil }
        return character
    }
}

extension KeyEvent: CustomStringConvertible {
    /// As footers, help and `keys.toml` write it: `F5`, `Ctrl-X`, `Shift-Tab`, `a`.
    package var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "Ctrl-" }
        if modifiers.contains(.alt) { text += "Alt-" }
        if modifiers.contains(.shift) { text += "Shift-" }
        switch key {
        case .character(" "): text += "Space"
        case .character(let character):
            text += modifiers.contains(.control) ? character.uppercased() : String(character)
        case .function(let number): text += "F\(number)"
        default: text += Self.names.first { $0.key == key }?.name ?? ""
        }
        return text
    }

    /// Reads what `description` writes, letters of any case; nil for a key that nobody has.
    package init?(_ text: String) {
        var modifiers: KeyModifiers = []
        var rest = text[...]
        let prefixes: [(String, KeyModifiers)] = [("ctrl-", .control), ("alt-", .alt), ("shift-", .shift)]
        while rest.count > 1, let (name, modifier) = prefixes.first(where: { rest.lowercased().hasPrefix($0.0) }) {
            modifiers.insert(modifier)
            rest = rest.dropFirst(name.count)
        }
        guard let key = Self.key(named: rest, isControl: modifiers.contains(.control)) else { return nil }
        self.init(key, modifiers)
    }

    private static func key(named text: Substring, isControl: Bool) -> Key? {
        let name = text.lowercased()
        if let named = names.first(where: { $0.name.lowercased() == name || $0.other == name }) { return named.key }
        if text.count == 1, let character = text.first {
            guard CharacterWidth.columns(of: character) > 0 else { return nil }
            return .character(isControl ? Character(name) : character)
        }
        if name == "space" { return .character(" ") }
        if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number) {
            return .function(number)
        }
        return nil
    }

    private static let names: [(key: Key, name: String, other: String)] = [
        (.enter, "Enter", "return"), (.escape, "Esc", "escape"), (.tab, "Tab", "tab"),
        (.backspace, "Backspace", "backspace"), (.delete, "Del", "delete"), (.insert, "Ins", "insert"),
        (.up, "↑", "up"), (.down, "↓", "down"), (.left, "←", "left"), (.right, "→", "right"),
        (.home, "Home", "home"), (.end, "End", "end"), (.pageUp, "PgUp", "pageup"), (.pageDown, "PgDn", "pagedown"),
    ]
}
