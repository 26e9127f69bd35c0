import CSpanDSP

/// IFP packets: the units of T.38, one of which is the primary packet of each datagram (T.38 §7).
enum T38Packet {
    /// Gives a packet to spandsp; false when it is none.
    static func receive(_ packet: Span<UInt8>, sequence: UInt16, core: OpaquePointer) -> Bool {
        guard !packet.isEmpty, packet.count <= T38Settings.receivedPacketBytesMax else { return false }
        let result = unsafe packet.withUnsafeBufferPointer { bytes in
            unsafe t38_core_rx_ifp_packet(core, bytes.baseAddress, Int32(clamping: bytes.count), sequence)
        }
        return result == 0
    }

    /// What an indicator says of the other end, before its pages; nil for all other packets.
    static func event(of packet: Span<UInt8>) -> FaxEvent? {
        // T.38 Annex A: a packet begins with whether it has data, its type, whether its value is extended, the value.
        guard packet.count == 1, packet[0] & 0xE0 == 0 else { return nil }
        switch Int(packet[0] >> 1) {
        case Int(T38_IND_CNG.rawValue): return .callingToneHeard
        case Int(T38_IND_CED.rawValue): return .answerToneHeard
        case Int(T38_IND_V21_PREAMBLE.rawValue): return .preambleHeard
        default: return nil
        }
    }
}
