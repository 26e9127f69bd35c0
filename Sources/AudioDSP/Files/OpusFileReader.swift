/// Takes an Ogg/Opus file in pieces of any size and gives its Opus packets (RFC 7845). Other streams in the file are
/// skipped. For file threads: it allocates.
///
///     head ──OpusHead──▶ tags ──OpusTags──▶ sound
package struct OpusFileReader: Sendable {
    /// RFC 7845 §6: longer packets no decoder need take; 120 ms of stereo at the highest rate are 2 × 7,664.
    package static let packetBytesMax = 61_440
    package static let tagsBytesMax = 1_048_576

    /// What the file says of itself (RFC 7845 §5.1).
    package struct Head: Hashable, Sendable {
        package var channels: Int
        /// Samples at 48 kHz to throw away at the beginning.
        package var preSkip: Int
        /// Of what was encoded, only for information.
        package var inputSampleRate: Int
        /// To be added to the loudness, in 256ths of a decibel.
        package var outputGain: Int
    }

    private enum Stage { case head, tags, sound }

    package private(set) var head: Head?
    /// Samples at 48 kHz up to the end of the packets read so far, by the file's own count; nil before the first.
    package private(set) var granule: Int64?
    /// The stream ended as it should.
    package private(set) var isComplete = false
    private var stage = Stage.head
    private var serial: UInt32?
    private var pending: [UInt8] = []
    private var packet: [UInt8] = []
    private var isSkipping = false
    private var pages = 0

    package init() {}

    /// Takes the next piece and appends the Opus packets that are complete by it.
    package mutating func read(_ bytes: Span<UInt8>, into packets: inout [[UInt8]]) throws(AudioFileError) {
        pending.reserveCapacity(pending.count + bytes.count)
        for index in bytes.indices { pending.append(bytes[index]) }
        var offset = 0
        while let page = try OggPage.read(pending.span.extracting(offset..<pending.count), number: pages) {
            try take(page, at: offset, into: &packets)
            offset += page.content.upperBound
            pages += 1
        }
        pending.removeFirst(offset)
    }

    private mutating func take(_ page: OggPage, at offset: Int, into packets: inout [[UInt8]]) throws(AudioFileError) {
        if serial == nil {
            // Another stream's beginning; ours may be next to it.
            guard page.isFirst, isOpusHead(at: offset + page.content.lowerBound) else {
                if !page.isFirst { throw .notOpus }
                return
            }
            serial = page.serial
        }
        guard page.serial == serial else { return }
        if !page.isContinued { packet.removeAll(keepingCapacity: true) }
        // A packet whose beginning was lost.
        isSkipping = page.isContinued && packet.isEmpty
        var start = offset + page.content.lowerBound
        for index in page.segments {
            let count = Int(pending[offset + index])
            let limit = stage == .tags ? Self.tagsBytesMax : Self.packetBytesMax
            guard packet.count + count <= limit else { throw .packetTooLong(bytesMax: limit) }
            packet.append(contentsOf: pending[start..<start + count])
            start += count
            guard count < 255 else { continue }
            if !isSkipping { try end(into: &packets) }
            isSkipping = false
            packet.removeAll(keepingCapacity: true)
        }
        if page.granule >= 0, stage == .sound { granule = page.granule }
        if page.isLast { isComplete = true }
    }

    private func isOpusHead(at offset: Int) -> Bool { pending[offset...].starts(with: "OpusHead".utf8) }

    private mutating func end(into packets: inout [[UInt8]]) throws(AudioFileError) {
        switch stage {
        case .head:
            head = try Self.head(packet)
            stage = .tags
        case .tags: stage = .sound
        case .sound: if !packet.isEmpty { packets.append(packet) }
        }
    }

    private static func head(_ packet: [UInt8]) throws(AudioFileError) -> Head {
        guard packet.count >= 19 else { throw .notOpus }
        // RFC 7845 §5.1: minor versions differ in nothing that matters.
        guard packet[8] & 0xF0 == 0 else { throw .unsupportedVersion(Int(packet[8])) }
        guard packet[18] == 0 else { throw .unsupportedMapping(Int(packet[18])) }
        guard 1...2 ~= packet[9] else { throw .unsupportedChannels(Int(packet[9])) }
        let bytes = packet.span
        return Head(
            channels: Int(packet[9]), preSkip: Int(bytes.littleEndian16(at: 10)),
            inputSampleRate: Int(bytes.littleEndian32(at: 12)),
            outputGain: Int(Int16(bitPattern: bytes.littleEndian16(at: 16))))
    }
}
