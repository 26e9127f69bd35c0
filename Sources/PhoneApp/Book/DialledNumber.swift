/// What people write when they mean a number: with blanks, brackets and strokes that no server wants.
package enum DialledNumber {
    private static let signs: Set<Character> = ["+", "*", "#"]
    private static let ornaments: Set<Character> = [" ", "-", "/", "(", ")", "."]

    /// Whether a text is a number or a SIP address, rather than a name.
    package static func isNumber(_ text: String) -> Bool {
        if isAddress(text) { return true }
        guard let first = text.first, first.isASCIIDigit || signs.contains(first) || first == "(" else { return false }
        return text.allSatisfy { $0.isASCIIDigit || signs.contains($0) || ornaments.contains($0) }
    }

    /// `sip:anna@pbx.example`, `anna@pbx.example`.
    package static func isAddress(_ text: String) -> Bool { text.contains("@") || text.lowercased().hasPrefix("sip:") }

    /// As it is dialled: `+49 (30) 123-4` is `+49301234`. Addresses stay as they are.
    package static func digits(of text: String) -> String {
        isNumber(text) && !isAddress(text) ? text.filter { !ornaments.contains($0) } : text.trimmingSpaces
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
