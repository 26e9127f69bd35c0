/// Finds the code of a header name from its bytes: names that share length and first letter form a chain, which is
/// hardly ever longer than two.
final class HeaderNameIndex: Sendable {
    static let shared = HeaderNameIndex()

    /// Wire form of each known name with its separator, `Via: `, by code.
    let linePrefixes: [[UInt8]]
    /// First code of a chain, by `slot(length:first:)`.
    private let heads: [UInt8]
    /// The next code of the same chain, by code.
    private let links: [UInt8]
    /// The names in lower case, eight bytes to a word and `rowWords` words to a name, zeros behind its end.
    private let lowercasedNames: [UInt64]
    /// The bit that tells the case of a letter, where the names have letters.
    private let caseBits: [UInt64]

    private static let rowWords = 4
    private static let lengthMax = 31

    private init() {
        let known = SIPHeaderName.known
        var heads = Array(repeating: SIPHeaderName.otherCode, count: (Self.lengthMax + 1) * 32)
        var links = Array(repeating: SIPHeaderName.otherCode, count: known.count)
        var names = Array(repeating: UInt64(0), count: known.count * Self.rowWords)
        var caseBits = names
        for (code, name) in known.enumerated() {
            let bytes = name.canonicalName.utf8.map { $0.lowercased }
            let slot = Self.slot(length: bytes.count, first: bytes[0])
            links[code] = heads[slot]
            heads[slot] = UInt8(code)
            for (offset, byte) in bytes.enumerated() {
                let word = code * Self.rowWords + offset / 8
                names[word] |= UInt64(byte) << UInt64(offset % 8 * 8)
                if byte.isLetter { caseBits[word] |= 0x20 << UInt64(offset % 8 * 8) }
            }
            if let compact = name.compactName?.utf8.first { heads[Self.slot(length: 1, first: compact)] = UInt8(code) }
        }
        linePrefixes = known.map { Array($0.canonicalName.utf8) + [ASCII.colon, ASCII.space] }
        self.heads = heads
        self.links = links
        lowercasedNames = names
        self.caseBits = caseBits
    }

    private static func slot(length: Int, first: UInt8) -> Int { length << 5 | Int(first & 31) }

    /// The code of the name that stands in `range`, or `SIPHeaderName.otherCode`.
    func code(of bytes: borrowing Span<UInt8>, in range: Range<Int>) -> UInt8 {
        let length = range.count
        guard length > 0, length <= Self.lengthMax, bytes[range.lowerBound].isLetter else {
            return SIPHeaderName.otherCode
        }
        var code = heads[Self.slot(length: length, first: bytes[range.lowerBound])]
        if length == 1 { return code }
        while code != SIPHeaderName.otherCode, !isName(code, bytes, range) { code = links[Int(code)] }
        return code
    }

    /// Compares eight bytes at a time.
    @inline(__always)
    private func isName(_ code: UInt8, _ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        var word = Int(code) * Self.rowWords
        var position = range.lowerBound
        while position < range.upperBound {
            let length = min(8, range.upperBound - position)
            guard bytes.word(at: position, length: length) | caseBits[word] == lowercasedNames[word] else {
                return false
            }
            word += 1
            position += 8
        }
        return true
    }
}

extension Span<UInt8> {
    /// Up to eight bytes from `position` on as one number, the first lowest, zeros above.
    @inline(__always)
    fileprivate func word(at position: Int, length: Int) -> UInt64 {
        guard position + 8 <= count else {
            var word: UInt64 = 0
            for offset in 0..<length { word |= UInt64(self[position + offset]) << UInt64(8 * offset) }
            return word
        }
        // In bounds by the guard; any eight bytes are a valid word.
        let raw = unsafe bytes
        let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self).littleEndian
        return word & UInt64.max >> UInt64(64 - 8 * length)
    }
}
