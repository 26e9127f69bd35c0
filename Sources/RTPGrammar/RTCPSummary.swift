/// What one RTCP datagram says about one stream of ours and its sender. Read without allocating; packet types that are
/// not named here (feedback, application-defined) are skipped.
package struct RTCPSummary: Hashable, Sendable {
    /// Who sent the datagram; nil when it is too short to say.
    package var sender: SSRC?
    package var senderReport: RTCPSenderReport?
    /// About the stream asked for.
    package var block: RTCPReportBlock?
    package var extended: RTCPExtendedReport?
    /// The sender leaves (RFC 3550 §6.6).
    package var isGoodbye = false
    /// Packets that were skipped.
    package var skippedCount = 0

    /// Reads a whole datagram, reports about `ssrc` in particular.
    /// - Throws: when it is no chain of RTCP packets that fills the datagram.
    package init(
        _ datagram: Span<UInt8>, about ssrc: SSRC, isReducedSizeAllowed: Bool = true
    ) throws(RTPSyntaxError) {
        try RTCPPacket.check(datagram, isReducedSizeAllowed: isReducedSizeAllowed)
        var offset = 0
        while offset < datagram.count {
            let packet = try RTCPPacket(datagram, at: offset)
            read(packet, of: datagram, about: ssrc)
            offset = packet.range.upperBound
        }
    }

    private mutating func read(_ packet: RTCPPacket, of datagram: Span<UInt8>, about ssrc: SSRC) {
        if sender == nil, packet.range.count >= 8 {
            sender = SSRC(datagram.bigEndian32(at: packet.range.lowerBound + RTCPPacket.headerBytes))
        }
        switch packet.type {
        case RTCPPacket.PacketType.senderReport, RTCPPacket.PacketType.receiverReport:
            senderReport = RTCPSenderReport(packet, in: datagram) ?? senderReport
            for index in 0..<RTCPReportBlock.count(in: packet, of: datagram) {
                guard let found = RTCPReportBlock(index, in: packet, of: datagram), found.ssrc == ssrc else { continue }
                block = found
            }
        case RTCPPacket.PacketType.extendedReport:
            extended = RTCPExtendedReport(packet, in: datagram, about: ssrc) ?? extended
        case RTCPPacket.PacketType.goodbye: isGoodbye = true
        case RTCPPacket.PacketType.sourceDescription: break
        default: skippedCount += 1
        }
    }
}
