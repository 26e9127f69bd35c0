/// Letters without their accents, for searching and for terminals that cannot show them. Latin letters only: others
/// are left as they are.
package enum LetterFolding {
    /// The letter under the accent, in the same case; nil when there is none.
    package static func unaccented(_ character: Character) -> Character? { bases[character] }

    /// Lower case, accents dropped, ligatures and `ß` spelled out: `Müller-Groß` is `muller-gross`.
    package static func folded(_ text: some StringProtocol) -> String { folding(text, umlautsSpelledOut: false) }

    /// As `folded`, with German umlauts as people type them without the keys: `Müller` is `mueller`.
    package static func spelledOut(_ text: some StringProtocol) -> String { folding(text, umlautsSpelledOut: true) }

    private static func folding(_ text: some StringProtocol, umlautsSpelledOut: Bool) -> String {
        var result = ""
        for character in text.lowercased() {
            if character.isASCII {
                result.append(character)
            } else if umlautsSpelledOut, let pair = umlauts[character] {
                result += pair
            } else if let pair = ligatures[character] {
                result += pair
            } else {
                result.append(bases[character] ?? character)
            }
        }
        return result
    }

    private static let umlauts: [Character: String] = ["ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"]
    private static let ligatures: [Character: String] = ["ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"]

    private static let families: [(Character, String)] = [
        ("a", "àáâãäåāăąǎ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"),
        ("i", "ìíîïĩīĭįıǐ"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņňŋ"), ("o", "òóôõöøōŏőǒ"),
        ("r", "ŕŗř"), ("s", "śŝşšș"), ("t", "ţťŧț"), ("u", "ùúûüũūŭůűųǔ"), ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
    ]

    private static let bases: [Character: Character] = {
        var bases: [Character: Character] = [:]
        for (base, accented) in families {
            for character in accented {
                bases[character] = base
                let upper = character.uppercased()
                if let capital = upper.first, upper.count == 1, let capitalBase = base.uppercased().first,
                    capital != capitalBase
                {
                    bases[capital] = capitalBase
                }
            }
        }
        return bases
    }()
}
