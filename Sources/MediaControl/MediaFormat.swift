/// One codec as SDP names it: payload type, encoding name, clock rate in Hz, channels, and the fmtp text as it came.
package struct MediaFormat: Hashable, Sendable {
    /// RTP payload type, 0…127.
    package var payloadType: UInt8
    /// Encoding name as registered (`PCMA`, `opus`); compare without regard to case (RFC 4566 §6).
    package var name: String
    package var clockRate: Int
    package var channels: Int
    /// The value of `a=fmtp` after the payload type; nil when there is none.
    package var parameters: String?

    package init(payloadType: UInt8, name: String, clockRate: Int, channels: Int = 1, parameters: String? = nil) {
        self.payloadType = payloadType
        self.name = name
        self.clockRate = clockRate
        self.channels = channels
        self.parameters = parameters
    }

    /// Digits and tones rather than sound (RFC 4733).
    package var isTelephoneEvent: Bool { isNamed("telephone-event") }
    /// Comfort noise (RFC 3389).
    package var isComfortNoise: Bool { isNamed("CN") }

    /// Whether both name the same coding: name without case, clock rate and channels.
    package func isSameCoding(as other: MediaFormat) -> Bool {
        clockRate == other.clockRate && channels == other.channels && isNamed(other.name)
    }

    /// Compares the encoding name without regard to ASCII case, and without building strings: offers are compared
    /// format by format on every call.
    package func isNamed(_ other: String) -> Bool {
        let utf8 = name.utf8
        let otherUTF8 = other.utf8
        let span = utf8.span
        let otherSpan = otherUTF8.span
        guard span.count == otherSpan.count else { return false }
        for index in span.indices where Self.folded(span[index]) != Self.folded(otherSpan[index]) { return false }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
