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

    /// The report blocks of a sender or receiver report; none for other types, fewer than announced when cut off.
    package static func all(in packet: RTCPPacket, of datagram: Span<UInt8>) -> [RTCPReportBlock] {
        let start: Int
        switch packet.type {
        case RTCPPacket.PacketType.senderReport: start = packet.range.lowerBound + 28
        case RTCPPacket.PacketType.receiverReport: start = packet.range.lowerBound + 8
        default: return []
        }
        let end = min(packet.range.upperBound, datagram.count)
        guard end >= start else { return [] }
        return (0..<min(packet.itemCount, (end - start) / bytes)).map { index in
            let block = start + bytes * index
            let loss = datagram.bigEndian32(at: block + 4)
            return RTCPReportBlock(
                ssrc: SSRC(datagram.bigEndian32(at: block)), fractionLost: UInt8(truncatingIfNeeded: loss >> 24),
                packetsLost: Int32(bitPattern: loss << 8) >> 8, highestSequence: datagram.bigEndian32(at: block + 8),
                jitter: datagram.bigEndian32(at: block + 12), lastSenderReport: datagram.bigEndian32(at: block + 16),
                delaySinceLastSenderReport: datagram.bigEndian32(at: block + 20))
        }
    }
}

/// Writes the compound datagram that an endpoint owes its peer every few seconds (RFC 3550 §6.1): a report, then CNAME.
package struct RTCPCompoundWriter: Sendable {
    package var ssrc: SSRC
    /// At most 255 bytes of it are sent.
    package var canonicalName: String

    package init(ssrc: SSRC, canonicalName: String) {
        self.ssrc = ssrc
        self.canonicalName = canonicalName
    }

    /// A sender report when `sent` is given, else a receiver report; at most 31 blocks are taken.
    package func datagram(sent: RTCPSenderReport?, heard: [RTCPReportBlock]) -> [UInt8] {
        let blocks = heard.prefix(31)
        let words = (sent == nil ? 2 : 7) + 6 * blocks.count
        var bytes: [UInt8] = [0x80 | UInt8(blocks.count)]
        bytes.append(sent == nil ? RTCPPacket.PacketType.receiverReport : RTCPPacket.PacketType.senderReport)
        bytes.append(bigEndian: UInt16(words - 1))
        bytes.append(bigEndian: ssrc.value)
        if let sent {
            bytes.append(bigEndian: sent.ntp.seconds)
            bytes.append(bigEndian: sent.ntp.fraction)
            bytes.append(bigEndian: sent.timestamp.value)
            bytes.append(bigEndian: sent.packetCount)
            bytes.append(bigEndian: sent.byteCount)
        }
        for block in blocks { append(block, to: &bytes) }
        appendSourceDescription(to: &bytes)
        return bytes
    }

    private func append(_ block: RTCPReportBlock, to bytes: inout [UInt8]) {
        let loss = max(-0x80_0000, min(0x7F_FFFF, block.packetsLost))
        bytes.append(bigEndian: block.ssrc.value)
        bytes.append(bigEndian: UInt32(block.fractionLost) << 24 | UInt32(bitPattern: loss) & 0xFF_FFFF)
        bytes.append(bigEndian: block.highestSequence)
        bytes.append(bigEndian: block.jitter)
        bytes.append(bigEndian: block.lastSenderReport)
        bytes.append(bigEndian: block.delaySinceLastSenderReport)
    }

    private func appendSourceDescription(to bytes: inout [UInt8]) {
        let name = canonicalName.utf8.prefix(255)
        // The item list ends with a zero byte and is filled up to a word: 1 to 4 zero bytes.
        let items = 2 + name.count
        let filled = (items / 4 + 1) * 4
        bytes.append(0x81)
        bytes.append(RTCPPacket.PacketType.sourceDescription)
        bytes.append(bigEndian: UInt16(1 + filled / 4))
        bytes.append(bigEndian: ssrc.value)
        bytes.append(1)
        bytes.append(UInt8(name.count))
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: repeatElement(0, count: filled - items))
    }
}
