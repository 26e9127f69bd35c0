/// The beginning of a WAV file: what its sound is, and where (RIFF, multimedia data standards update 3.0). Pure bytes:
/// the caller reads the file.
package struct WAVHeader: Hashable, Sendable {
    package enum Coding: Hashable, Sendable {
        /// 16 bits, little endian.
        case linear
        case aLaw
        case muLaw

        /// Bytes a sample.
        package var bytes: Int { self == .linear ? 2 : 1 }

        var tag: UInt16 {
            switch self {
            case .linear: 1
            case .aLaw: 6
            case .muLaw: 7
            }
        }
    }

    package static let sampleRates = 8_000...48_000
    package static let channelsMax = 2
    /// Sound must begin within so many bytes: longer texts belong behind it.
    package static let headerBytesMax = 65_536
    private static let extensibleTag: UInt16 = 0xFFFE

    package var coding: Coding
    package var sampleRate: Int
    package var channels: Int
    /// Where the sound begins.
    package var dataOffset: Int
    /// How many bytes of it there are; nil when the header does not say (its writer was cut off, or writes to a pipe):
    /// then up to the end of the file.
    package var dataBytes: Int?

    package init(coding: Coding, sampleRate: Int, channels: Int, dataOffset: Int = 0, dataBytes: Int? = nil) {
        self.coding = coding
        self.sampleRate = sampleRate
        self.channels = channels
        self.dataOffset = dataOffset
        self.dataBytes = dataBytes
    }

    /// Bytes that hold one sample of every channel.
    package var frameBytes: Int { coding.bytes * channels }

    /// Where in the file the sound of this moment lies, for seeking.
    package func offset(ofMilliseconds milliseconds: Int) -> Int {
        dataOffset + max(0, milliseconds) * sampleRate / 1_000 * frameBytes
    }

    /// How long the sound lasts in a file of `fileBytes`, whatever the header claims.
    package func milliseconds(fileBytes: Int) -> Int {
        let present = max(0, fileBytes - dataOffset)
        return min(present, dataBytes ?? present) / frameBytes * 1_000 / sampleRate
    }

    /// Reads the header from the beginning of a file; nil when more of it is needed.
    package static func read(_ bytes: Span<UInt8>) throws(AudioFileError) -> WAVHeader? {
        guard bytes.count >= 12 else { return nil }
        guard isText("RIFF", bytes, at: 0), isText("WAVE", bytes, at: 8) else { throw .notWAV }
        var header: WAVHeader?
        var offset = 12
        while true {
            guard offset <= headerBytesMax else { throw .headerTooLong(bytesMax: headerBytesMax) }
            guard bytes.count >= offset + 8 else { return nil }
            let size = Int(bytes.littleEndian32(at: offset + 4))
            if isText("data", bytes, at: offset) {
                guard var header else { throw .missingFormat }
                header.dataOffset = offset + 8
                // What a writer leaves that could not go back: nothing, or the most there can be.
                header.dataBytes = size == 0 || size >= 0x7FFF_F000 ? nil : size
                return header
            }
            if isText("fmt ", bytes, at: offset) {
                guard size >= 16 else { throw .formatTooShort(bytes: size) }
                guard bytes.count >= offset + 8 + min(size, 40) else { return nil }
                header = try readFormat(bytes, at: offset + 8, size: size)
            }
            // Chunks are padded to even lengths.
            offset += 8 + size + size % 2
        }
    }

    private static func readFormat(
        _ bytes: Span<UInt8>, at offset: Int, size: Int
    ) throws(AudioFileError) -> WAVHeader {
        var tag = bytes.littleEndian16(at: offset)
        // The real coding of an extensible format is the beginning of its GUID.
        if tag == extensibleTag, size >= 40 { tag = bytes.littleEndian16(at: offset + 24) }
        let bits = Int(bytes.littleEndian16(at: offset + 14))
        let coding: Coding
        switch tag {
        case 1:
            guard bits == 16 else { throw .unsupportedBits(bits) }
            coding = .linear
        case 6, 7:
            guard bits == 8 else { throw .unsupportedBits(bits) }
            coding = tag == 6 ? .aLaw : .muLaw
        default: throw .unsupportedCoding(tag: tag)
        }
        let channels = Int(bytes.littleEndian16(at: offset + 2))
        guard 1...channelsMax ~= channels else { throw .unsupportedChannels(channels) }
        let rate = Int(bytes.littleEndian32(at: offset + 4))
        guard sampleRates ~= rate else { throw .unsupportedSampleRate(rate) }
        return WAVHeader(coding: coding, sampleRate: rate, channels: channels)
    }

    private static func isText(_ text: StaticString, _ bytes: Span<UInt8>, at offset: Int) -> Bool {
        text.withUTF8Buffer { expected in
            for index in 0..<4 where unsafe bytes[offset + index] != expected[index] { return false }
            return true
        }
    }
}

extension Span<UInt8> {
    /// Two bytes, the lower first. The caller has checked that they are there.
    func littleEndian16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

    func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(littleEndian16(at: offset)) | UInt32(littleEndian16(at: offset + 2)) << 16
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func append(littleEndian value: UInt32) {
        append(littleEndian: UInt16(truncatingIfNeeded: value))
        append(littleEndian: UInt16(truncatingIfNeeded: value >> 16))
    }
}
