/// What goes beyond report blocks (RFC 3611), as far as it concerns two telephones: the receiver's clock, the echo of
/// the peer's, and call quality. Other blocks are skipped.
package struct RTCPExtendedReport: Hashable, Sendable {
    /// The answer to a receiver reference time (RFC 3611 §4.5, one sub-block).
    package struct ReferenceEcho: Hashable, Sendable {
        static let bytes = 12

        /// Whose reference time it was.
        package var ssrc: SSRC
        /// Middle 32 bits of that time; 0 when none came yet.
        package var lastReferenceTime: UInt32
        /// Since it came, in 65,536ths of a second.
        package var delay: UInt32

        package init(ssrc: SSRC, lastReferenceTime: UInt32, delay: UInt32) {
            self.ssrc = ssrc
            self.lastReferenceTime = lastReferenceTime
            self.delay = delay
        }
    }

    enum BlockType {
        static let referenceTime: UInt8 = 4
        static let referenceEcho: UInt8 = 5
        static let voIPMetrics: UInt8 = 7
    }

    /// The sender's wall clock, so that one who sends no RTP can learn the round trip (RFC 3611 §4.4).
    package var referenceTime: NTPTimestamp?
    package var referenceEcho: ReferenceEcho?
    package var metrics: VoIPMetrics?

    package init(
        referenceTime: NTPTimestamp? = nil, referenceEcho: ReferenceEcho? = nil, metrics: VoIPMetrics? = nil
    ) {
        self.referenceTime = referenceTime
        self.referenceEcho = referenceEcho
        self.metrics = metrics
    }

    package var isEmpty: Bool { referenceTime == nil && referenceEcho == nil && metrics == nil }

    /// Reads an extended report; nil when `packet` is another type or too short. Of several echoes or metrics the ones
    /// that concern `ssrc` are taken. A block that reaches beyond the packet ends the reading.
    package init?(_ packet: RTCPPacket, in datagram: Span<UInt8>, about ssrc: SSRC) {
        let end = packet.range.upperBound
        guard packet.type == RTCPPacket.PacketType.extendedReport, packet.range.count >= 8, end <= datagram.count
        else { return nil }
        var offset = packet.range.lowerBound + 8
        while offset + 4 <= end {
            let next = offset + 4 + 4 * Int(datagram.bigEndian16(at: offset + 2))
            guard next <= end else { return }
            readBlock(datagram, offset..<next, about: ssrc)
            offset = next
        }
    }

    private mutating func readBlock(_ datagram: Span<UInt8>, _ block: Range<Int>, about ssrc: SSRC) {
        let content = block.lowerBound + 4
        switch datagram[block.lowerBound] {
        case BlockType.referenceTime where block.count >= 12:
            referenceTime = NTPTimestamp(
                seconds: datagram.bigEndian32(at: content), fraction: datagram.bigEndian32(at: content + 4))
        case BlockType.referenceEcho:
            var offset = content
            while offset + ReferenceEcho.bytes <= block.upperBound {
                if datagram.bigEndian32(at: offset) == ssrc.value {
                    referenceEcho = ReferenceEcho(
                        ssrc: ssrc, lastReferenceTime: datagram.bigEndian32(at: offset + 4),
                        delay: datagram.bigEndian32(at: offset + 8))
                }
                offset += ReferenceEcho.bytes
            }
        case BlockType.voIPMetrics where block.count >= VoIPMetrics.blockBytes:
            if datagram.bigEndian32(at: content) == ssrc.value {
                metrics = VoIPMetrics(datagram.extracting(content..<content + VoIPMetrics.bytes))
            }
        default: break
        }
    }

    /// Appends the packet, sent by `ssrc`.
    func append(from ssrc: SSRC, to bytes: inout [UInt8]) {
        let words =
            2 + (referenceTime == nil ? 0 : 3) + (referenceEcho == nil ? 0 : 4)
            + (metrics == nil ? 0 : VoIPMetrics.blockBytes / 4)
        RTCPCompoundWriter.appendHeader(
            type: RTCPPacket.PacketType.extendedReport, items: 0, words: words, to: &bytes)
        bytes.append(bigEndian: ssrc.value)
        if let referenceTime {
            Self.appendBlockHeader(BlockType.referenceTime, words: 2, to: &bytes)
            bytes.append(bigEndian: referenceTime.seconds)
            bytes.append(bigEndian: referenceTime.fraction)
        }
        if let referenceEcho {
            Self.appendBlockHeader(BlockType.referenceEcho, words: 3, to: &bytes)
            bytes.append(bigEndian: referenceEcho.ssrc.value)
            bytes.append(bigEndian: referenceEcho.lastReferenceTime)
            bytes.append(bigEndian: referenceEcho.delay)
        }
        if let metrics {
            Self.appendBlockHeader(BlockType.voIPMetrics, words: UInt16(VoIPMetrics.bytes / 4), to: &bytes)
            metrics.append(to: &bytes)
        }
    }

    private static func appendBlockHeader(_ type: UInt8, words: UInt16, to bytes: inout [UInt8]) {
        bytes.append(type)
        bytes.append(0)
        bytes.append(bigEndian: words)
    }
}
