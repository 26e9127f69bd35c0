/// A text made to fit a number of columns: cut with `…`, and safe to send to a terminal.
struct FittedText {
    private(set) var characters: [(character: Character, columns: Int)] = []
    private(set) var columns = 0

    static let ellipsis: Character = "…"
    /// Stands for a control character, which would be a command to the terminal.
    static let substitute: Character = "\u{FFFD}"

    /// Reads no more of `text` than fits.
    init(_ text: String, columnsMax: Int) {
        for character in text {
            let shown = Self.shown(character)
            let width = CharacterWidth.columns(of: shown)
            if width == 0 { continue }
            if columns + width > columnsMax {
                shorten(to: columnsMax)
                return
            }
            characters.append((shown, width))
            columns += width
        }
    }

    private mutating func shorten(to columnsMax: Int) {
        while columns > columnsMax - 1, let last = characters.popLast() { columns -= last.columns }
        guard columnsMax > 0 else { return }
        characters.append((Self.ellipsis, 1))
        columns += 1
    }

    private static func shown(_ character: Character) -> Character {
        if let byte = character.asciiValue { return byte >= 0x20 && byte < 0x7F ? character : substitute }
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return substitute }
        if first.properties.generalCategory == .control || first.value < 0x20 { return substitute }
        // "\r\n" is one grapheme, and marks may hide a control character behind a letter.
        let kept = scalars.prefix(Canvas.scalarsPerCellMax).filter { $0.properties.generalCategory != .control }
        guard kept.count != scalars.count else { return character }
        return String(String.UnicodeScalarView(kept)).first ?? substitute
    }
}
