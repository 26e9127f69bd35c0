/// Makes a WAV file that is valid at any moment: the header is written over every few seconds with how much sound there
/// is, and until the first time claims as much as there can be, which readers take for "to the end of the file". What a
/// crash costs is the announcement of the last seconds, not the file. Pure bytes: the caller writes them.
///
///     header (length unknown) ── append … ── patch every `patchBytes` ── append … ── patch at the end
package struct WAVWriter: Sendable {
    /// Bytes to write at a place in the file.
    package struct Patch: Hashable, Sendable {
        package var offset: Int
        package var bytes: [UInt8]
    }

    /// A WAV file's sizes have 32 bits, and readers trust 31.
    package static let dataBytesMax = 0x7FFF_0000

    package let header: WAVHeader
    /// Sound in the file so far.
    package private(set) var dataBytes = 0
    private var patchedBytes = 0
    private let patchBytes: Int

    /// - Parameter patchSeconds: how often the header is written over.
    package init(coding: WAVHeader.Coding, sampleRate: Int, channels: Int, patchSeconds: Int = 5) {
        var header = WAVHeader(coding: coding, sampleRate: sampleRate, channels: channels)
        header.dataOffset = Self.headerBytes(coding)
        self.header = header
        patchBytes = max(1, patchSeconds * sampleRate * header.frameBytes)
    }

    /// The beginning of the file, before anything is known of its length.
    package var start: [UInt8] { headerBytes(dataBytes: nil) }

    /// The file holds `count` more bytes of sound; returns what to write over if it is time. Sound is not appended
    /// beyond `dataBytesMax`: begin another file when `isFull`.
    package mutating func appended(bytes count: Int) -> Patch? {
        dataBytes += max(0, count)
        guard dataBytes - patchedBytes >= patchBytes else { return nil }
        return patch()
    }

    /// No whole second finds room any more.
    package var isFull: Bool { dataBytes + header.sampleRate * header.frameBytes > Self.dataBytesMax }

    /// What to write over for the header to be right now; last of all at the end.
    package mutating func patch() -> Patch {
        patchedBytes = dataBytes
        return Patch(offset: 0, bytes: headerBytes(dataBytes: dataBytes))
    }

    /// What to append before the last patch: chunks have even lengths.
    package var padding: [UInt8] { dataBytes % 2 == 0 ? [] : [0] }

    /// Formats other than PCM carry an extension size and a "fact" chunk with the number of samples.
    private static func headerBytes(_ coding: WAVHeader.Coding) -> Int { coding == .linear ? 44 : 58 }

    private func headerBytes(dataBytes: Int?) -> [UInt8] {
        // The most that is even and that readers take for "unknown"; less than what the sizes hold.
        let data = UInt32(dataBytes ?? 0x7FFF_F000)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header.dataOffset)
        bytes.append(contentsOf: "RIFF".utf8)
        bytes.append(littleEndian: data + data % 2 + UInt32(header.dataOffset - 8))
        bytes.append(contentsOf: "WAVEfmt ".utf8)
        bytes.append(littleEndian: UInt32(header.coding == .linear ? 16 : 18))
        bytes.append(littleEndian: header.coding.tag)
        bytes.append(littleEndian: UInt16(header.channels))
        bytes.append(littleEndian: UInt32(header.sampleRate))
        bytes.append(littleEndian: UInt32(header.sampleRate * header.frameBytes))
        bytes.append(littleEndian: UInt16(header.frameBytes))
        bytes.append(littleEndian: UInt16(header.coding.bytes * 8))
        if header.coding != .linear {
            bytes.append(littleEndian: UInt16(0))
            bytes.append(contentsOf: "fact".utf8)
            bytes.append(littleEndian: UInt32(4))
            bytes.append(littleEndian: data / UInt32(header.frameBytes))
        }
        bytes.append(contentsOf: "data".utf8)
        bytes.append(littleEndian: data)
        return bytes
    }
}
