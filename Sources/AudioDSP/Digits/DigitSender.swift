package import RTPGrammar

/// Turns a digit into the telephone-event packets that announce it (RFC 4733 §2.5.1): one per packet interval while the
/// key is down, the last one three times.
package struct DigitSender: Sendable {
    /// One packet to send; all packets of a digit share the RTP timestamp at which the key went down.
    package struct Packet: Hashable, Sendable {
        package var event: TelephoneEvent
        package var timestamp: RTPTimestamp
        /// Set on the first packet of a digit.
        package var marker: Bool
    }

    static let endPackets = 3

    private let code: UInt8
    private let start: RTPTimestamp
    private let ticksPerPacket: UInt16
    private let packetsWhileDown: Int
    private var sent = 0

    /// - Parameters:
    ///   - digit: `0`…`9`, `*`, `#`, `A`…`D`; nil is returned for anything else.
    ///   - start: RTP timestamp of the moment the key goes down.
    ///   - ticksPerPacket: packet interval in ticks of the RTP clock (160 for 20 ms at 8 kHz).
    ///   - milliseconds: how long the key is down; rounded up to whole packets, 8 s at most.
    package init?(
        digit: Character, start: RTPTimestamp, ticksPerPacket: UInt16 = 160, milliseconds: Int = 100,
        clockRate: Int = 8_000
    ) {
        guard let code = TelephoneEvent.code(ofDigit: digit), ticksPerPacket > 0 else { return nil }
        self.code = code
        self.start = start
        self.ticksPerPacket = ticksPerPacket
        let ticks = max(1, min(milliseconds, 8_000)) * clockRate / 1_000
        let packets = (ticks + Int(ticksPerPacket) - 1) / Int(ticksPerPacket)
        // The duration field has 16 bits.
        packetsWhileDown = max(1, min(packets, Int(UInt16.max / ticksPerPacket)))
    }

    /// How many packet intervals the digit takes on the wire.
    package var packetCount: Int { packetsWhileDown + Self.endPackets - 1 }

    /// The packet of the next interval; nil when the digit is through.
    package mutating func next() -> Packet? {
        guard sent < packetCount else { return nil }
        sent += 1
        let duration = UInt16(min(sent, packetsWhileDown)) * ticksPerPacket
        let event = TelephoneEvent(code: code, isEnd: sent >= packetsWhileDown, duration: duration)
        return Packet(event: event, timestamp: start, marker: sent == 1)
    }
}
