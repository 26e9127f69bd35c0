import RTPGrammar

/// Puts other SSRCs into the RTCP of two peers that do not know each other's streams by the same names.
enum RTCPRenaming {
    /// Rewrites a datagram that has been checked as a chain of RTCP packets: the sender of each packet, the streams of
    /// its report blocks, the first chunk of a source description, the first source of a goodbye. All of them begin
    /// where the sender's SSRC is.
    static func apply(_ datagram: inout MutableSpan<UInt8>, _ name: (SSRC) -> SSRC) {
        var offset = 0
        while let packet = try? RTCPPacket(datagram.span, at: offset) {
            let start = packet.range.lowerBound
            if packet.range.count >= 8 { rename(&datagram, at: start + RTCPPacket.headerBytes, name) }
            let blocks: Int? =
                switch packet.type {
                case RTCPPacket.PacketType.senderReport: start + 28
                case RTCPPacket.PacketType.receiverReport: start + 8
                default: nil
                }
            if var block = blocks {
                for _ in 0..<packet.itemCount where block + 24 <= packet.range.upperBound {
                    rename(&datagram, at: block, name)
                    block += 24
                }
            }
            offset = packet.range.upperBound
            if offset >= datagram.count { return }
        }
    }

    private static func rename(_ datagram: inout MutableSpan<UInt8>, at offset: Int, _ name: (SSRC) -> SSRC) {
        var value: UInt32 = 0
        for index in 0..<4 { value = value << 8 | UInt32(datagram[offset + index]) }
        let renamed = name(SSRC(value)).value
        for index in 0..<4 { datagram[offset + index] = UInt8(truncatingIfNeeded: renamed >> UInt32(24 - 8 * index)) }
    }
}
