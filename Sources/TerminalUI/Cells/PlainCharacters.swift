import PBXBase

/// What a terminal without UTF-8 shows instead: one ASCII character for every column.
package enum PlainCharacters {
    /// As many ASCII characters as `character` has columns.
    package static func replacement(for character: Character, columns: Int) -> String {
        if character.isASCII { return String(character) }
        if let known = table[character] { return String(known) }
        if let base = LetterFolding.unaccented(character) { return String(base) }
        return String(repeating: "?", count: max(1, columns))
    }

    private static let table: [Character: Character] = [
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
        "━": "=", "█": "#", "▓": "#", "▒": "+", "░": ".", "…": "~", "·": ".", "•": "*", "●": "*", "○": "o", "◐": "%",
        "▶": ">", "►": ">", "◀": "<", "▲": "^", "▼": "v", "→": ">", "←": "<", "↑": "^", "↓": "v", "↔": "=", "⏎": "<",
        "◇": "o", "‖": "=", "⚠": "!", "×": "x", "✓": "+", "✗": "x", "ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "æ": "a", "Æ": "A", "œ": "o", "–": "-",
        "—": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "„": "\"", "«": "<", "»": ">", "€": "E", "\u{FFFD}": "?",
    ]
}
