/// Finds the code of a header name from its bytes: names that share length and first letter form a chain, which is
/// hardly ever longer than two.
struct HeaderNameIndex: Sendable {
    static let shared = HeaderNameIndex()

    /// Wire form of each known name with its separator, `Via: `, by code.
    let linePrefixes: [[UInt8]]
    /// First code of a chain, by `slot(length:first:)`.
    private var heads: [UInt8]
    /// The next code of the same chain, by code.
    private var links: [UInt8]
    private let lowercasedNames: [[UInt8]]

    private static let lengthMax = 31

    private init() {
        let known = SIPHeaderName.known
        linePrefixes = known.map { Array($0.canonicalName.utf8) + [ASCII.colon, ASCII.space] }
        lowercasedNames = known.map { $0.canonicalName.utf8.map(\.lowercased) }
        heads = Array(repeating: SIPHeaderName.otherCode, count: (Self.lengthMax + 1) * 32)
        links = Array(repeating: SIPHeaderName.otherCode, count: known.count)
        for (code, name) in lowercasedNames.enumerated() {
            let slot = Self.slot(length: name.count, first: name[0])
            links[code] = heads[slot]
            heads[slot] = UInt8(code)
        }
        for (code, name) in known.enumerated() {
            guard let compact = name.compactName?.utf8.first else { continue }
            heads[Self.slot(length: 1, first: compact)] = UInt8(code)
        }
    }

    private static func slot(length: Int, first: UInt8) -> Int { length << 5 | Int(first & 31) }

    /// The code of the name, or `SIPHeaderName.otherCode`.
    func code(of name: borrowing Span<UInt8>) -> UInt8 {
        code(of: name, in: 0..<name.count)
    }

    /// The same for a part of `bytes`.
    func code(of bytes: borrowing Span<UInt8>, in range: Range<Int>) -> UInt8 {
        let length = range.count
        guard length > 0, length <= Self.lengthMax, bytes[range.lowerBound].isLetter else {
            return SIPHeaderName.otherCode
        }
        var code = heads[Self.slot(length: length, first: bytes[range.lowerBound])]
        if length == 1 { return code }
        while code != SIPHeaderName.otherCode {
            if matches(lowercasedNames[Int(code)], bytes, from: range.lowerBound) { return code }
            code = links[Int(code)]
        }
        return code
    }

    @inline(__always)
    private func matches(_ name: [UInt8], _ bytes: borrowing Span<UInt8>, from start: Int) -> Bool {
        for offset in name.indices where bytes[start + offset].lowercased != name[offset] { return false }
        return true
    }
}
