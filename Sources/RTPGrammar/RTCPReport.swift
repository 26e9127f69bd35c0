/// What a sender says about its own stream (RFC 3550 §6.4.1): a pair of clocks, and how much it has sent.
package struct RTCPSenderReport: Hashable, Sendable {
    package var ssrc: SSRC
    package var ntp: NTPTimestamp
    package var timestamp: RTPTimestamp
    package var packetCount: UInt32
    /// Payload bytes sent.
    package var byteCount: UInt32

    package init(ssrc: SSRC, ntp: NTPTimestamp, timestamp: RTPTimestamp, packetCount: UInt32, byteCount: UInt32) {
        self.ssrc = ssrc
        self.ntp = ntp
        self.timestamp = timestamp
        self.packetCount = packetCount
        self.byteCount = byteCount
    }

    /// Reads a sender report; nil when `packet` is another type or too short.
    package init?(_ packet: RTCPPacket, in datagram: Span<UInt8>) {
        guard packet.type == RTCPPacket.PacketType.senderReport, packet.range.count >= 28,
            packet.range.upperBound <= datagram.count
        else { return nil }
        let start = packet.range.lowerBound
        ssrc = SSRC(datagram.bigEndian32(at: start + 4))
        ntp = NTPTimestamp(
            seconds: datagram.bigEndian32(at: start + 8), fraction: datagram.bigEndian32(at: start + 12))
        timestamp = RTPTimestamp(datagram.bigEndian32(at: start + 16))
        packetCount = datagram.bigEndian32(at: start + 20)
        byteCount = datagram.bigEndian32(at: start + 24)
    }

    /// The sender information, without packet header and SSRC.
    func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: ntp.seconds)
        bytes.append(bigEndian: ntp.fraction)
        bytes.append(bigEndian: timestamp.value)
        bytes.append(bigEndian: packetCount)
        bytes.append(bigEndian: byteCount)
    }
}

/// What a receiver says about one stream it hears (RFC 3550 §6.4.1, report block).
package struct RTCPReportBlock: Hashable, Sendable {
    static let bytes = 24

    package var ssrc: SSRC
    /// Loss since the last report, in 256ths.
    package var fractionLost: UInt8
    /// Loss since the start, 24 bits signed.
    package var packetsLost: Int32
    package var highestSequence: UInt32
    /// In ticks of the payload's clock.
    package var jitter: UInt32
    /// Middle 32 bits of the NTP time of the last sender report heard; 0 when none was.
    package var lastSenderReport: UInt32
    /// Since that report, in 65,536ths of a second.
    package var delaySinceLastSenderReport: UInt32

    package init(
        ssrc: SSRC, fractionLost: UInt8, packetsLost: Int32, highestSequence: UInt32, jitter: UInt32,
        lastSenderReport: UInt32, delaySinceLastSenderReport: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.packetsLost = packetsLost
        self.highestSequence = highestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// How many whole blocks a sender or receiver report holds: none for other types, fewer than announced when it is
    /// cut off.
    package static func count(in packet: RTCPPacket, of datagram: Span<UInt8>) -> Int {
        guard let start = firstBlock(in: packet) else { return 0 }
        let end = min(packet.range.upperBound, datagram.count)
        return end >= start ? min(packet.itemCount, (end - start) / bytes) : 0
    }

    /// The block at `index`, nil beyond `count`. Allocates nothing.
    package init?(_ index: Int, in packet: RTCPPacket, of datagram: Span<UInt8>) {
        guard let start = Self.firstBlock(in: packet), index >= 0, index < Self.count(in: packet, of: datagram) else {
            return nil
        }
        let block = start + Self.bytes * index
        let loss = datagram.bigEndian32(at: block + 4)
        ssrc = SSRC(datagram.bigEndian32(at: block))
        fractionLost = UInt8(truncatingIfNeeded: loss >> 24)
        packetsLost = Int32(bitPattern: loss << 8) >> 8
        highestSequence = datagram.bigEndian32(at: block + 8)
        jitter = datagram.bigEndian32(at: block + 12)
        lastSenderReport = datagram.bigEndian32(at: block + 16)
        delaySinceLastSenderReport = datagram.bigEndian32(at: block + 20)
    }

    /// All report blocks of a sender or receiver report.
    package static func all(in packet: RTCPPacket, of datagram: Span<UInt8>) -> [RTCPReportBlock] {
        (0..<count(in: packet, of: datagram)).compactMap { RTCPReportBlock($0, in: packet, of: datagram) }
    }

    private static func firstBlock(in packet: RTCPPacket) -> Int? {
        switch packet.type {
        case RTCPPacket.PacketType.senderReport: packet.range.lowerBound + 28
        case RTCPPacket.PacketType.receiverReport: packet.range.lowerBound + 8
        default: nil
        }
    }

    func append(to bytes: inout [UInt8]) {
        let loss = max(-0x80_0000, min(0x7F_FFFF, packetsLost))
        bytes.append(bigEndian: ssrc.value)
        bytes.append(bigEndian: UInt32(fractionLost) << 24 | UInt32(bitPattern: loss) & 0xFF_FFFF)
        bytes.append(bigEndian: highestSequence)
        bytes.append(bigEndian: jitter)
        bytes.append(bigEndian: lastSenderReport)
        bytes.append(bigEndian: delaySinceLastSenderReport)
    }
}
