/// One page of an Ogg file (RFC 3533 §6): a piece of one stream, guarded by a checksum.
package struct OggPage: Hashable, Sendable {
    package static let headerBytes = 27
    /// 255 segments of 255 bytes.
    package static let bytesMax = headerBytes + 255 + 255 * 255

    /// The first packet began on an earlier page.
    package var isContinued: Bool
    package var isFirst: Bool
    package var isLast: Bool
    /// How far the sound has come with the last packet that ends here, in samples; −1 when none does.
    package var granule: Int64
    package var serial: UInt32
    package var number: UInt32
    /// Lengths of its segments: one under 255 ends a packet.
    package var segments: Range<Int>
    /// Where its content lies.
    package var content: Range<Int>

    /// Reads the page at the beginning of `bytes`, ranges counted from there; nil when it is not all there.
    /// - Throws: `notOgg` when no page begins here, `damagedPage` when its checksum is wrong.
    package static func read(_ bytes: Span<UInt8>, number: Int = 0) throws(AudioFileError) -> OggPage? {
        let marker: InlineArray<4, UInt8> = [0x4F, 0x67, 0x67, 0x53]
        for index in 0..<min(4, bytes.count) where bytes[index] != marker[index] { throw .notOgg }
        guard bytes.count >= headerBytes else { return nil }
        guard bytes[4] == 0 else { throw .notOgg }
        let segmentCount = Int(bytes[26])
        let contentStart = headerBytes + segmentCount
        guard bytes.count >= contentStart else { return nil }
        var contentCount = 0
        for index in headerBytes..<contentStart { contentCount += Int(bytes[index]) }
        let end = contentStart + contentCount
        guard bytes.count >= end else { return nil }
        guard checksum(bytes.extracting(0..<end)) == bytes.littleEndian32(at: 22) else {
            throw .damagedPage(number: number)
        }
        let granule = UInt64(bytes.littleEndian32(at: 6)) | UInt64(bytes.littleEndian32(at: 10)) << 32
        return OggPage(
            isContinued: bytes[5] & 1 != 0, isFirst: bytes[5] & 2 != 0, isLast: bytes[5] & 4 != 0,
            granule: Int64(bitPattern: granule), serial: bytes.littleEndian32(at: 14),
            number: bytes.littleEndian32(at: 18), segments: headerBytes..<contentStart, content: contentStart..<end)
    }

    /// Appends a page that holds whole packets of these lengths, whose bytes are `content`.
    static func append(
        _ content: [UInt8], packetLengths: [Int], isFirst: Bool = false, isLast: Bool = false, granule: Int64,
        serial: UInt32, number: UInt32, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes.append(contentsOf: "OggS".utf8)
        bytes.append(0)
        bytes.append((isFirst ? 2 : 0) | (isLast ? 4 : 0))
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: granule))
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: granule >> 32))
        bytes.append(littleEndian: serial)
        bytes.append(littleEndian: number)
        bytes.append(littleEndian: UInt32(0))
        bytes.append(UInt8(packetLengths.reduce(0) { $0 + segmentCount($1) }))
        for length in packetLengths {
            for _ in 0..<length / 255 { bytes.append(255) }
            bytes.append(UInt8(length % 255))
        }
        bytes.append(contentsOf: content)
        let sum = checksum(bytes.span.extracting(start..<bytes.count))
        for index in 0..<4 { bytes[start + 22 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    }

    static func segmentCount(_ packetLength: Int) -> Int { packetLength / 255 + 1 }

    /// RFC 3533 §6: CRC-32 with polynomial 0x04C11DB7, not reflected, from 0; its own field counts as zero.
    static func checksum(_ page: Span<UInt8>) -> UInt32 {
        var sum: UInt32 = 0
        for index in page.indices {
            let byte = 22..<26 ~= index ? 0 : page[index]
            sum = sum << 8 ^ checksumTable[Int(UInt8(truncatingIfNeeded: sum >> 24) ^ byte)]
        }
        return sum
    }

    private static let checksumTable: [UInt32] = (0..<256).map { value in
        (0..<8).reduce(UInt32(value) << 24) { sum, _ in sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04C1_1DB7 }
    }
}
