/// Text of a session description as it came: a slice of the body. It need not be UTF-8 (RFC 8866 §4.5: `a=charset` may
/// say otherwise), and it survives a round trip byte by byte.
package typealias SDPText = ArraySlice<UInt8>

extension ArraySlice<UInt8> {
    /// The bytes of `text`.
    init(ascii text: some StringProtocol) {
        self = Array(text.utf8)[...]
    }

    /// As a `String`, with what is not UTF-8 repaired.
    var string: String { String(decoding: self, as: UTF8.self) }

    /// Cuts off and returns what stands before the next space; further spaces are swallowed. Nil at the end.
    mutating func nextField() -> SDPText? {
        skipSpaces()
        guard !isEmpty else { return nil }
        let end = firstIndex(of: UInt8(ascii: " ")) ?? endIndex
        defer { self = self[end...] }
        return self[startIndex..<end]
    }

    /// Narrows the slice. `removeFirst` would do the same by copying what is left: the body belongs to the message too.
    mutating func skipSpaces() {
        self = drop { $0 == UInt8(ascii: " ") }
    }

    /// What stands before and after the first `separator`; `after` is nil when there is none.
    func split(at separator: UInt8) -> (before: SDPText, after: SDPText?) {
        guard let index = firstIndex(of: separator) else { return (self, nil) }
        return (self[startIndex..<index], self[(index + 1)...])
    }

    /// The value of decimal digits and nothing else, no larger than `maximum`; nil otherwise.
    func decimal(max maximum: Int) -> Int? {
        guard !isEmpty, count <= 18 else { return nil }
        var value = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= maximum ? value : nil
    }
}

extension [UInt8] {
    mutating func append(ascii text: String) {
        append(contentsOf: text.utf8)
    }

    /// Ends a line of SIP or SDP.
    mutating func appendNewline() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }
}
