/// The one identity of a call through log lines, records, events, recordings, traces and the API.
///
/// A version 7 UUID (RFC 9562 §5.7): globally unique, so that daemons can be joined later, and ordered by creation
/// time to the microsecond, so that the store's index grows at its end and records list in the order of their calls.
package struct CallID: Hashable, Sendable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(at time: WallTime, random: inout some RandomSource) {
        let (milliseconds, rest) = UInt64(max(0, time.microseconds)).quotientAndRemainder(dividingBy: 1_000)
        // RFC 9562 §6.2, method 3: the fraction of a millisecond in 12 bits; 62 bits stay random.
        high = (milliseconds << 16) | 0x7000 | (rest * 4_096 / 1_000)
        low = 0x8000_0000_0000_0000 | (random.next() >> 2)
    }

    /// The usual 36 characters; nil when the text is not a UUID.
    package init?(_ text: some StringProtocol) {
        var digits: [UInt64] = []
        digits.reserveCapacity(32)
        for (index, byte) in text.utf8.enumerated() {
            switch index {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
            default:
                guard let digit = hexadecimalValue(byte) else { return nil }
                digits.append(UInt64(digit))
            }
        }
        guard digits.count == 32, text.utf8.count == 36 else { return nil }
        high = digits[0..<16].reduce(0) { $0 << 4 | $1 }
        low = digits[16..<32].reduce(0) { $0 << 4 | $1 }
    }

    package var description: String {
        unsafe String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if position == 8 || position == 13 || position == 18 || position == 23 {
                    unsafe buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble & 15))) & 15
                unsafe buffer[position] = hexadecimalDigit(value)
                position += 1
            }
            return 36
        }
    }
}

/// One leg of a call: our side of one dialog. Unique within one run of the daemon.
package struct LegID: Hashable, Sendable, CustomStringConvertible {
    package var value: UInt64
    package init(_ value: UInt64) { self.value = value }
    package var description: String { "leg-\(value)" }
}

/// The value of a hexadecimal digit, or nil.
package func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// The lower-case hexadecimal digit of a value below 16.
package func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
