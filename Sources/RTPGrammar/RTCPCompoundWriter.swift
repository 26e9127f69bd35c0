/// Writes the compound datagram that an endpoint owes its peer every few seconds (RFC 3550 §6.1): a report, then CNAME,
/// then what else there is to say. Appends to the caller's bytes: with room reserved there (`bytesMax`) it allocates
/// nothing.
package struct RTCPCompoundWriter: Sendable {
    /// The longest CNAME that is sent (RFC 3550 §6.5).
    package static let nameBytesMax = 255
    /// What five bits can count (RFC 3550 §6.4.1).
    package static let blocksMax = 31
    /// The longest compound about one source: sender report with a block, CNAME, extended report, goodbye.
    package static let bytesMax = 52 + 8 + 260 + 80 + 8

    package var ssrc: SSRC
    private let name: [UInt8]

    /// Of `canonicalName`, `nameBytesMax` bytes are sent.
    package init(ssrc: SSRC, canonicalName: String) {
        self.ssrc = ssrc
        name = Array(canonicalName.utf8.prefix(Self.nameBytesMax))
    }

    /// Appends one compound.
    /// - Parameters:
    ///   - sent: makes it a sender report, else it is a receiver report.
    ///   - heard: about the one stream that a telephone hears.
    ///   - isReducedSize: leaves out the CNAME, and the report if it would be empty; for peers that agreed to it
    ///     (`a=rtcp-rsize`, RFC 5506).
    package func write(
        sent: RTCPSenderReport?, heard: RTCPReportBlock?, extended: RTCPExtendedReport? = nil,
        isGoodbye: Bool = false, isReducedSize: Bool = false, into bytes: inout [UInt8]
    ) {
        if !isReducedSize || sent != nil || heard != nil {
            writeReportHeader(sent: sent, blocks: heard == nil ? 0 : 1, into: &bytes)
            heard?.append(to: &bytes)
        }
        if !isReducedSize { writeName(into: &bytes) }
        if let extended, !extended.isEmpty { extended.append(from: ssrc, to: &bytes) }
        if isGoodbye {
            Self.appendHeader(type: RTCPPacket.PacketType.goodbye, items: 1, words: 2, to: &bytes)
            bytes.append(bigEndian: ssrc.value)
        }
    }

    /// A compound of its own, about any number of streams, of which `blocksMax` are taken.
    package func datagram(sent: RTCPSenderReport?, heard: [RTCPReportBlock]) -> [UInt8] {
        var bytes: [UInt8] = []
        let blocks = heard.prefix(Self.blocksMax)
        writeReportHeader(sent: sent, blocks: blocks.count, into: &bytes)
        for block in blocks { block.append(to: &bytes) }
        writeName(into: &bytes)
        return bytes
    }

    private func writeReportHeader(sent: RTCPSenderReport?, blocks: Int, into bytes: inout [UInt8]) {
        let type = sent == nil ? RTCPPacket.PacketType.receiverReport : RTCPPacket.PacketType.senderReport
        Self.appendHeader(type: type, items: blocks, words: (sent == nil ? 2 : 7) + 6 * blocks, to: &bytes)
        bytes.append(bigEndian: ssrc.value)
        sent?.append(to: &bytes)
    }

    private func writeName(into bytes: inout [UInt8]) {
        // The item list ends with a zero byte and is filled up to a word: 1 to 4 zero bytes.
        let items = 2 + name.count
        let filled = (items / 4 + 1) * 4
        Self.appendHeader(
            type: RTCPPacket.PacketType.sourceDescription, items: 1, words: 2 + filled / 4, to: &bytes)
        bytes.append(bigEndian: ssrc.value)
        bytes.append(1)
        bytes.append(UInt8(name.count))
        for byte in name { bytes.append(byte) }
        for _ in items..<filled { bytes.append(0) }
    }

    /// Appends a packet's first word; `words` counts the whole packet.
    static func appendHeader(type: UInt8, items: Int, words: Int, to bytes: inout [UInt8]) {
        bytes.append(0x80 | UInt8(truncatingIfNeeded: items & 0x1F))
        bytes.append(type)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: words - 1))
    }
}
