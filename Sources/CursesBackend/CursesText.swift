/// What curses can put into one cell: a spacing character and a few marks that combine with it. Emoji made of several
/// characters are shown by their first one, which every terminal agrees on.
enum CursesText {
    /// Curses' own limit (CCHARW_MAX), without the end mark.
    static let scalarsMax = 5

    static func scalars(of character: Character) -> [Unicode.Scalar] {
        guard let first = character.unicodeScalars.first else { return [" "] }
        let marks = character.unicodeScalars.dropFirst().filter { scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: !(0xFE00...0xFE0F).contains(scalar.value)
            default: false
            }
        }
        return [first] + marks.prefix(scalarsMax - 1)
    }
}
