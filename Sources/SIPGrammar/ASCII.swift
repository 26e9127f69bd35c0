/// Names for the octets that SIP's grammar speaks of (RFC 3261 §25.1).
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let less: UInt8 = 0x3C
    static let equals: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let question: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let leftBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let rightBracket: UInt8 = 0x5D
}

extension UInt8 {
    /// LWS: space, tab, and the line ends of a folded header.
    var isWhitespace: Bool {
        self == ASCII.space || self == ASCII.tab || self == ASCII.carriageReturn || self == ASCII.lineFeed
    }

    var isDigit: Bool { self &- ASCII.zero < 10 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isAlphanumeric: Bool { isDigit || isLetter }

    /// `token` of RFC 3261 §25.1: method, header and parameter names.
    var isTokenByte: Bool { self < 128 && ByteClass.token.contains(self) }

    /// What stands unescaped in the user part of a URI: `unreserved` and `user-unreserved`.
    var isUserByte: Bool { self < 128 && ByteClass.user.contains(self) }

    /// What stands unescaped in the name or value of a URI parameter: `paramchar`.
    var isURIParameterByte: Bool { self < 128 && ByteClass.uriParameter.contains(self) }

    /// What may appear in a host name. The underscore is no part of RFC 3261, but of many real networks.
    var isHostByte: Bool { isAlphanumeric || self == ASCII.dot || self == 0x2D || self == 0x5F }

    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

/// A set of octets below 128 as one bit each.
private struct ByteClass {
    var low: UInt64
    var high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return word >> UInt64(byte & 63) & 1 == 1
    }

    // Written out as numbers, so that they are constants of the program and not set up at first use.

    /// Letters, digits and ``- . ! % * _ + ` ' ~``.
    static let token = ByteClass(low: 0x03FF_6CA2_0000_0000, high: 0x47FF_FFFF_87FF_FFFE)
    /// Letters, digits, the marks `- _ . ! ~ * ' ( )` and `& = + $ , ; ? /`.
    static let user = ByteClass(low: 0xABFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// Letters, digits, the marks and `[ ] / : & + $`.
    static let uriParameter = ByteClass(low: 0x07FF_EFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
}

extension Span<UInt8> {
    /// Whether these bytes are `other` without regard to ASCII case.
    func equalsIgnoringCase(_ other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].lowercased != other[index].lowercased { return false }
        return true
    }
}

extension String.UTF8View {
    /// Whether these bytes spell `text` without regard to ASCII case.
    func equalsIgnoringCase(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard count == utf8.count else { return false }
        return span.equalsIgnoringCase(utf8.span)
    }
}

extension ArraySlice<UInt8> {
    /// Without leading and trailing whitespace.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isWhitespace { slice = slice.dropFirst() }
        while let last = slice.last, last.isWhitespace { slice = slice.dropLast() }
        return slice
    }

    var text: String { String(decoding: self, as: UTF8.self) }

    /// Whether these bytes spell `text` without regard to ASCII case.
    func equalsIgnoringCase(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard count == utf8.count else { return false }
        return span.equalsIgnoringCase(utf8.span)
    }

    /// The text in lower case (ASCII only); bytes that need no change cost no second pass.
    var lowercasedText: String {
        contains { $0 != $0.lowercased } ? String(decoding: map(\.lowercased), as: UTF8.self) : text
    }

    /// Decimal digits as a number that fits `max`; nil when there is anything else, nothing at all, or too much.
    func decimal(max: UInt64) -> UInt64? {
        guard !isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in self {
            guard byte.isDigit else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            guard !isTooLarge else { return nil }
            value = product &+ UInt64(byte - ASCII.zero)
            guard value <= max, value >= product else { return nil }
        }
        return value
    }
}
