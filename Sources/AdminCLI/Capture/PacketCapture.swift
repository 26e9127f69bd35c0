package import ControlProtocol
import PBXBase

/// A call's messages as a capture file that Wireshark reads: classic pcap, whose packets begin with their IP header.
/// <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>
package struct PacketCapture {
    /// `LINKTYPE_RAW`: no Ethernet, as nobody knows what was below IP.
    private static let linkTypeRaw: UInt32 = 101
    /// Longest packet that a reader has to expect.
    private static let packetBytesMax: UInt32 = 65_535

    package private(set) var bytes: [UInt8] = []
    package private(set) var messageCount = 0

    package init(_ report: WireTraceReport) {
        // Byte order and microseconds are told by the first word.
        append(0xA1B2_C3D4)
        append(2 | 4 << 16)
        append(0)
        append(0)
        append(Self.packetBytesMax)
        append(Self.linkTypeRaw)
        var wrapper = PacketWrapper()
        for message in report.messages {
            guard let time = WallTime(rfc3339: message.at), let remote = Endpoint(message.remote),
                let local = Endpoint(message.local)
            else { continue }
            let (source, destination) = message.isReceived ? (remote, local) : (local, remote)
            let payload = message.bytes
            // What was encrypted is here as it was said. In a stream to such a port Wireshark would look for TLS.
            let packets =
                message.transport == "tcp"
                ? wrapper.segments(payload, from: source, to: destination)
                : wrapper.datagrams(payload, from: source, to: destination)
            for packet in packets { append(packet, at: time) }
            messageCount += 1
        }
    }

    private mutating func append(_ packet: [UInt8], at time: WallTime) {
        let seconds = time.secondsSinceEpoch
        append(UInt32(truncatingIfNeeded: seconds))
        append(UInt32(truncatingIfNeeded: time.microseconds - seconds * 1_000_000))
        append(UInt32(packet.count))
        append(UInt32(packet.count))
        bytes += packet
    }

    /// The file's own numbers are little-endian, whatever wrote them.
    private mutating func append(_ word: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}

extension WireTraceReport.Message {
    /// The message as it passed.
    fileprivate var bytes: [UInt8] {
        guard let hex else { return Array(text.utf8) }
        let digits = hex.utf8.compactMap(hexadecimalValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
