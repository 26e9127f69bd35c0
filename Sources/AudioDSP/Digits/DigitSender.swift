package import RTPGrammar

/// Turns a digit into the telephone-event packets that announce it (RFC 4733 §2.5.1): one per packet interval while the
/// key is down, the last one three times.
package struct DigitSender: Sendable {
    /// One packet to send; its packets share the RTP timestamp at which the key went down.
    package struct Packet: Hashable, Sendable {
        package var event: TelephoneEvent
        package var timestamp: RTPTimestamp
        /// Set on the first packet of a digit.
        package var marker: Bool

        package init(event: TelephoneEvent, timestamp: RTPTimestamp, marker: Bool) {
            self.event = event
            self.timestamp = timestamp
            self.marker = marker
        }
    }

    static let endPackets = 3
    /// The longest duration that a packet can tell.
    private static let segmentTicks = Int(UInt16.max)

    private let code: UInt8
    private let start: RTPTimestamp
    private let ticksPerPacket: UInt16
    private let packetsWhileDown: Int
    private var sent = 0

    /// - Parameters:
    ///   - digit: `0`…`9`, `*`, `#`, `A`…`D`, `!` for flash; nil is returned for anything else.
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
        packetsWhileDown = max(1, (ticks + Int(ticksPerPacket) - 1) / Int(ticksPerPacket))
    }

    /// How many packet intervals the digit takes on the wire.
    package var packetCount: Int { packetsWhileDown + Self.endPackets - 1 }

    /// The packet of the next interval; nil when the digit is through.
    package mutating func next() -> Packet? {
        guard sent < packetCount else { return nil }
        sent += 1
        let ticks = min(sent, packetsWhileDown) * Int(ticksPerPacket)
        // RFC 4733 §2.5.1.3: what 16 bits cannot count goes on in a segment of its own.
        let ticksBefore = (ticks - 1) / Self.segmentTicks * Self.segmentTicks
        let event = TelephoneEvent(
            code: code, isEnd: sent >= packetsWhileDown, duration: UInt16(ticks - ticksBefore))
        return Packet(event: event, timestamp: start.advanced(by: ticksBefore), marker: sent == 1)
    }
}
