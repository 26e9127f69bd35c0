package import PBXModel
import TerminalUI

/// One internal number, with what finds it worked out ahead.
package struct DirectoryEntry: Hashable, Sendable {
    package var number: String
    package var name: String
    package var isExtension: Bool
    /// Words of the name without accents, spelled in both German ways.
    fileprivate var words: [String]
    /// The same words on a telephone's digits: `ada` is `232`.
    fileprivate var digits: [String]

    package init(_ row: ExtensionSnapshot) {
        number = row.number
        name = row.name
        isExtension = row.kind == "extension"
        let folded = Self.words(LetterFolding.folded(row.name))
        let spelledOut = Self.words(LetterFolding.spelledOut(row.name))
        words = folded + spelledOut.filter { !folded.contains($0) }
        digits = folded.map { String($0.map { Self.digit(of: $0) }) }
    }

    fileprivate static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
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

/// The people and groups of the exchange, ready to be searched as somebody types.
package struct DirectoryIndex: Sendable {
    package let entries: [DirectoryEntry]

    package init(_ rows: [ExtensionSnapshot]) { entries = rows.map { DirectoryEntry($0) } }

    /// Everybody for whom each word of the query begins a word of the name, the number, or the name on a telephone's
    /// digits; whose number or first name fits first. All of them for an empty query.
    package func matches(_ query: String) -> [DirectoryEntry] {
        let tokens = DirectoryEntry.words(LetterFolding.folded(query))
        guard !tokens.isEmpty else { return entries }
        var ranked: [(rank: Int, entry: DirectoryEntry)] = []
        for entry in entries {
            if let rank = Self.rank(of: entry, tokens) { ranked.append((rank, entry)) }
        }
        // The directory's own order within a rank: a stable list is one that hands can learn.
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.entry)
    }

    package func entry(_ number: String) -> DirectoryEntry? { entries.first { $0.number == number } }

    /// nil: not meant. The less, the better it fits.
    private static func rank(of entry: DirectoryEntry, _ tokens: [String]) -> Int? {
        var rank = 0
        for token in tokens {
            if entry.number == token {
                continue
            } else if entry.number.hasPrefix(token) {
                rank += 1
            } else if let place = entry.words.firstIndex(where: { $0.hasPrefix(token) }) {
                rank += place == 0 ? 1 : 2
            } else if entry.digits.contains(where: { $0.hasPrefix(token) }) {
                rank += 4
            } else {
                return nil
            }
        }
        return rank
    }
}
