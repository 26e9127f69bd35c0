/// Makes an Ogg/Opus file of Opus packets (RFC 7845). Every page is whole when it is written, so that a file that was
/// cut off can be played up to there. For file threads: it allocates.
package struct OpusFileWriter: Sendable {
    /// RFC 7845 §5.1: what the encoder was ahead, at 48 kHz: 6.5 ms as usual.
    package static let preSkip: UInt16 = 312
    /// A page is closed with so much sound: lost at most when the machine stops.
    package static let pageMilliseconds = 1_000

    package let serial: UInt32
    private let pageSamples: Int
    private var number: UInt32 = 0
    private var granule: Int64 = 0
    private var content: [UInt8] = []
    private var lengths: [Int] = []
    private var segments = 0
    private var samplesInPage = 0

    /// - Parameter serial: tells streams of one file apart: any number.
    package init(serial: UInt32) {
        self.serial = serial
        pageSamples = Self.pageMilliseconds * 48
    }

    /// Appends the head of the file.
    package mutating func start(
        channels: Int, inputSampleRate: Int, vendor: String = "PBX-X", into bytes: inout [UInt8]
    ) {
        var head = Array("OpusHead".utf8)
        head.append(1)
        head.append(UInt8(max(1, min(2, channels))))
        head.append(littleEndian: Self.preSkip)
        head.append(littleEndian: UInt32(clamping: inputSampleRate))
        head.append(littleEndian: UInt16(0))
        head.append(0)
        let name = Array(vendor.utf8.prefix(255))
        var tags = Array("OpusTags".utf8)
        tags.append(littleEndian: UInt32(name.count))
        tags.append(contentsOf: name)
        tags.append(littleEndian: UInt32(0))
        OggPage.append(
            head, packetLengths: [head.count], isFirst: true, granule: 0, serial: serial, number: 0, to: &bytes)
        OggPage.append(tags, packetLengths: [tags.count], granule: 0, serial: serial, number: 1, to: &bytes)
        number = 2
    }

    /// Takes a packet that lasts `samples` at 48 kHz; appends the page that is full by it. A packet of no or too many
    /// bytes (`OpusFileReader.packetBytesMax`) is refused: false.
    package mutating func append(packet: Span<UInt8>, samples: Int, into bytes: inout [UInt8]) -> Bool {
        guard packet.count > 0, packet.count <= OpusFileReader.packetBytesMax else { return false }
        if segments + OggPage.segmentCount(packet.count) > 255 { closePage(isLast: false, into: &bytes) }
        for index in packet.indices { content.append(packet[index]) }
        lengths.append(packet.count)
        segments += OggPage.segmentCount(packet.count)
        granule += Int64(max(0, samples))
        samplesInPage += max(0, samples)
        if samplesInPage >= pageSamples { closePage(isLast: false, into: &bytes) }
        return true
    }

    /// Appends the last page, empty or not.
    package mutating func end(into bytes: inout [UInt8]) { closePage(isLast: true, into: &bytes) }

    private mutating func closePage(isLast: Bool, into bytes: inout [UInt8]) {
        OggPage.append(
            content, packetLengths: lengths, isLast: isLast, granule: granule, serial: serial, number: number,
            to: &bytes)
        number &+= 1
        content.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        segments = 0
        samplesInPage = 0
    }
}
