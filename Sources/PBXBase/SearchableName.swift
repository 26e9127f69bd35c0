/// A name and its number with what finds them worked out ahead, for a directory that is searched as somebody types.
package struct SearchableName: Hashable, Sendable {
    private var number: String
    /// All numbers, without the plus sign of those outside.
    private var numbers: [String]
    /// Words of the name without accents, spelled in both German ways.
    private var words: [String]
    /// The same words on a telephone's digits: `ada` is `232`.
    private var digits: [String]
    /// Words of what else is known of it.
    private var otherWords: [String]

    /// - Parameter others: what else it is found by, after its name: department, company.
    package init(_ name: String, number: String, otherNumber: String? = nil, others: [String?] = []) {
        self.number = number
        numbers = [number, otherNumber].compactMap { $0?.filter { $0.isLetter || $0.isNumber } }
        otherWords = others.flatMap { Self.allWords($0 ?? "") }
        let folded = Self.words(LetterFolding.folded(name))
        words = Self.allWords(name)
        digits = folded.map { String($0.map { Self.digit(of: $0) }) }
    }

    /// Everybody for whom each word of the query begins a word of the name, a number, a word of what else is known, or
    /// the name on a telephone's digits; whose number or first name fits first. All of them for an empty query.
    package static func matches<Entry>(
        _ query: String, in entries: [Entry], by name: (Entry) -> SearchableName
    ) -> [Entry] {
        let tokens = words(LetterFolding.folded(query))
        guard !tokens.isEmpty else { return entries }
        var ranked: [(rank: Int, entry: Entry)] = []
        for entry in entries {
            if let rank = name(entry).rank(tokens) { ranked.append((rank, entry)) }
        }
        // The directory's own order within a rank: a stable list is one that hands can learn.
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.entry)
    }

    /// nil: not meant. The less, the better it fits.
    private func rank(_ tokens: [String]) -> Int? {
        var rank = 0
        for token in tokens {
            if number == token {
                continue
            } else if numbers.contains(where: { $0.hasPrefix(token) }) {
                rank += 1
            } else if let place = words.firstIndex(where: { $0.hasPrefix(token) }) {
                rank += place == 0 ? 1 : 2
            } else if otherWords.contains(where: { $0.hasPrefix(token) }) {
                rank += 3
            } else if digits.contains(where: { $0.hasPrefix(token) }) {
                rank += 4
            } else {
                return nil
            }
        }
        return rank
    }

    private static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private static func allWords(_ text: String) -> [String] {
        let folded = words(LetterFolding.folded(text))
        return folded + words(LetterFolding.spelledOut(text)).filter { !folded.contains($0) }
    }

    private static func digit(of letter: Character) -> Character {
        switch letter {
        case "a"..."c": "2"
        case "d"..."f": "3"
        case "g"..."i": "4"
        case "j"..."l": "5"
        case "m"..."o": "6"
        case "p"..."s": "7"
        case "t"..."v": "8"
        case "w"..."z": "9"
        default: letter
        }
    }
}
