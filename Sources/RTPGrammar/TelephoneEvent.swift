/// The payload of a telephone-event packet: one digit or tone, and how long it has lasted (RFC 4733 §2.3).
package struct TelephoneEvent: Hashable, Sendable {
    package static let bytes = 4

    /// Event code: 0…9 digits, 10 `*`, 11 `#`, 12…15 `A` to `D`, 16 flash.
    package var code: UInt8
    /// The key was let go; senders repeat this packet three times (RFC 4733 §2.5.1.4).
    package var isEnd: Bool
    /// Level in −dBm0, 0…63; larger is quieter.
    package var volume: UInt8
    /// Ticks of the RTP clock since the packet's timestamp.
    package var duration: UInt16

    package init(code: UInt8, isEnd: Bool, volume: UInt8 = 10, duration: UInt16) {
        self.code = code
        self.isEnd = isEnd
        self.volume = min(volume, 63)
        self.duration = duration
    }

    /// Reads the event at the start of a payload.
    package init(_ payload: Span<UInt8>) throws(RTPSyntaxError) {
        guard payload.count >= Self.bytes else {
            throw .truncated(neededBytes: Self.bytes, foundBytes: payload.count)
        }
        code = payload[0]
        isEnd = payload[1] & 0x80 != 0
        volume = payload[1] & 0x3F
        duration = payload.bigEndian16(at: 2)
    }

    package var payload: [UInt8] {
        [
            code, (isEnd ? 0x80 : 0) | volume, UInt8(truncatingIfNeeded: duration >> 8),
            UInt8(truncatingIfNeeded: duration),
        ]
    }

    /// The key on the phone, `!` for flash (as in H.245), or nil for other tones.
    package var digit: Character? { Self.digit(ofCode: code) }

    package static func digit(ofCode code: UInt8) -> Character? {
        switch code {
        case 0...9: Character(UnicodeScalar(UInt8(ascii: "0") + code))
        case 10: "*"
        case 11: "#"
        case 12...15: Character(UnicodeScalar(UInt8(ascii: "A") + code - 12))
        case 16: "!"
        default: nil
        }
    }

    package static func code(ofDigit digit: Character) -> UInt8? {
        guard let ascii = digit.asciiValue else { return nil }
        switch ascii {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return ascii - UInt8(ascii: "0")
        case UInt8(ascii: "*"): return 10
        case UInt8(ascii: "#"): return 11
        case UInt8(ascii: "A")...UInt8(ascii: "D"): return ascii - UInt8(ascii: "A") + 12
        case UInt8(ascii: "a")...UInt8(ascii: "d"): return ascii - UInt8(ascii: "a") + 12
        case UInt8(ascii: "!"): return 16
        default: return nil
        }
    }
}
