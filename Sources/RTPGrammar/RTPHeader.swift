/// The header of one RTP packet and where its payload lies (RFC 3550 §5.1), read from or written to raw bytes.
package struct RTPHeader: Hashable, Sendable {
    /// The header of a packet without CSRCs and extension.
    package static let fixedBytes = 12

    package var marker: Bool
    /// 0…127.
    package var payloadType: UInt8
    package var sequenceNumber: SequenceNumber
    package var timestamp: RTPTimestamp
    package var ssrc: SSRC
    /// How many contributing sources follow the fixed header, 0…15.
    package private(set) var contributingSourceCount = 0
    package private(set) var hasExtension = false
    /// Offset of the first payload byte.
    package private(set) var payloadStart = RTPHeader.fixedBytes
    /// Payload bytes without padding.
    package private(set) var payloadCount = 0

    package init(
        marker: Bool = false, payloadType: UInt8, sequenceNumber: SequenceNumber, timestamp: RTPTimestamp, ssrc: SSRC
    ) {
        self.marker = marker
        self.payloadType = payloadType & 0x7F
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Reads and checks a whole packet: version, room for CSRCs and extension, padding (RFC 3550 A.1).
    package init(_ packet: Span<UInt8>) throws(RTPSyntaxError) {
        let count = packet.count
        guard count >= Self.fixedBytes else {
            throw .truncated(neededBytes: Self.fixedBytes, foundBytes: count)
        }
        let first = packet[0]
        guard first >> 6 == 2 else { throw .unsupportedVersion(first >> 6) }
        marker = packet[1] & 0x80 != 0
        payloadType = packet[1] & 0x7F
        sequenceNumber = SequenceNumber(packet.bigEndian16(at: 2))
        timestamp = RTPTimestamp(packet.bigEndian32(at: 4))
        ssrc = SSRC(packet.bigEndian32(at: 8))
        if first & 0x3F == 0 {
            payloadCount = count - Self.fixedBytes
        } else {
            try readVariableParts(packet)
        }
    }

    private mutating func readVariableParts(_ packet: Span<UInt8>) throws(RTPSyntaxError) {
        let first = packet[0]
        contributingSourceCount = Int(first & 0x0F)
        payloadStart = Self.fixedBytes + 4 * contributingSourceCount
        hasExtension = first & 0x10 != 0
        if hasExtension {
            guard packet.count >= payloadStart + 4 else {
                throw .truncated(neededBytes: payloadStart + 4, foundBytes: packet.count)
            }
            payloadStart += 4 + 4 * Int(packet.bigEndian16(at: payloadStart + 2))
        }
        guard packet.count >= payloadStart else {
            throw .truncated(neededBytes: payloadStart, foundBytes: packet.count)
        }
        payloadCount = packet.count - payloadStart
        if first & 0x20 != 0 {
            let padding = packet[packet.count - 1]
            guard padding > 0, Int(padding) <= payloadCount else { throw .invalidPadding(padding) }
            payloadCount -= Int(padding)
        }
    }

    /// How many bytes the header with CSRCs and extension takes. Of the packet, nothing behind it is looked at: for
    /// packets whose payload and padding are encrypted.
    package static func headerBytes(of packet: Span<UInt8>) throws(RTPSyntaxError) -> Int {
        guard packet.count >= fixedBytes else {
            throw .truncated(neededBytes: fixedBytes, foundBytes: packet.count)
        }
        let first = packet[0]
        guard first >> 6 == 2 else { throw .unsupportedVersion(first >> 6) }
        var bytes = fixedBytes + 4 * Int(first & 0x0F)
        if first & 0x10 != 0 {
            guard packet.count >= bytes + 4 else { throw .truncated(neededBytes: bytes + 4, foundBytes: packet.count) }
            bytes += 4 + 4 * Int(packet.bigEndian16(at: bytes + 2))
        }
        guard packet.count >= bytes else { throw .truncated(neededBytes: bytes, foundBytes: packet.count) }
        return bytes
    }

    /// Where the payload lies in the packet that this header was read from.
    package var payload: Range<Int> { payloadStart..<payloadStart + payloadCount }

    /// Appends a packet of this header (no CSRC, no extension, no padding) and `payload`.
    package func write(payload: Span<UInt8>, into packet: inout [UInt8]) {
        packet.append(0x80)
        packet.append((marker ? 0x80 : 0) | payloadType & 0x7F)
        packet.append(bigEndian: sequenceNumber.value)
        packet.append(bigEndian: timestamp.value)
        packet.append(bigEndian: ssrc.value)
        for index in payload.indices { packet.append(payload[index]) }
    }

    /// A packet of this header and `payload`.
    package func packet(payload: [UInt8]) -> [UInt8] {
        var packet: [UInt8] = []
        packet.reserveCapacity(Self.fixedBytes + payload.count)
        write(payload: payload.span, into: &packet)
        return packet
    }
}
