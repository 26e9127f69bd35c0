/// What can be told of coded lines without decoding them. The first bit on the line is the highest one of its byte.
enum CodedLines {
    /// T.4 §4.1.2: an end of line, eleven zeros and a one, is the very first code. Behind fill bits it does not count:
    /// viewers that are told to expect it look for it at the first bit.
    static func beginWithEndOfLine(_ lines: [UInt8]) -> Bool {
        guard lines.count >= 2 else { return false }
        return lines[0] == 0 && lines[1] >> 4 == 1
    }

    /// T.6 §2.4.1.1: two ends of line, and zeros up to the end of the byte.
    static func endWithEndOfBlock(_ lines: [UInt8]) -> Bool {
        guard let last = lines.lastIndex(where: { $0 != 0 }), last >= 2 else { return false }
        var tail: UInt32 = 0
        for byte in lines[max(0, last - 3)...last] { tail = tail << 8 | UInt32(byte) }
        return tail >> UInt32(tail.trailingZeroBitCount) & 0xFF_FFFF == 0x00_1001
    }

    /// The same bits in the other order.
    static func reversed(_ byte: UInt8) -> UInt8 {
        var bits = byte
        bits = bits >> 4 | bits << 4
        bits = (bits & 0xCC) >> 2 | (bits & 0x33) << 2
        return (bits & 0xAA) >> 1 | (bits & 0x55) << 1
    }
}
