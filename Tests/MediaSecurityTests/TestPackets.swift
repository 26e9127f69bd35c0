import PBXBase
import RTPGrammar

/// Packets with given numbers and random contents.
enum TestPackets {
    static func rtp(
        ssrc: UInt32, sequence: UInt16, payloadBytes: Int, random: inout SeededRandom, hasExtension: Bool = false
    ) -> [UInt8] {
        let header = RTPHeader(
            payloadType: 8, sequenceNumber: SequenceNumber(sequence), timestamp: RTPTimestamp(UInt32(sequence) &* 160),
            ssrc: SSRC(ssrc))
        var packet = header.packet(payload: contents(payloadBytes, &random))
        if hasExtension {
            packet[0] |= 0x11
            packet.insert(contentsOf: [1, 2, 3, 4, 0xBE, 0xDE, 0, 2] + contents(8, &random), at: 12)
        }
        return packet
    }

    static func rtcp(ssrc: UInt32, words: Int, random: inout SeededRandom) -> [UInt8] {
        let length = UInt16(1 + words)
        let source = withUnsafeBytes(of: ssrc.bigEndian) { Array($0) }
        return [0x80, 200, UInt8(length >> 8), UInt8(length & 0xFF)] + source + contents(4 * words, &random)
    }

    private static func contents(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}
