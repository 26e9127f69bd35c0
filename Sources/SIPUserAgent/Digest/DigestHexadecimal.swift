import PBXBase

/// Hexadecimal text as digests use it: written in lower case, read in any.
enum DigestHexadecimal {
    static func digit(_ value: UInt8) -> UInt8 { hexadecimalDigit(value) }

    static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count * 2)
        digits.append(hexadecimal: bytes)
        return String(decoding: digits, as: UTF8.self)
    }

    /// The bytes that `text` stands for; nil unless it is `count` of them.
    static func bytes(_ text: String, count: Int) -> [UInt8]? {
        guard text.utf8.count == count * 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var high: UInt8?
        for digit in text.utf8 {
            guard let value = hexadecimalValue(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}
