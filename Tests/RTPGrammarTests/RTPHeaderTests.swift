import RTPGrammar
import Testing

struct RTPHeaderTests {
    private let header = RTPHeader(
        marker: true, payloadType: 8, sequenceNumber: SequenceNumber(0xFFFE), timestamp: RTPTimestamp(0xDEAD_BEEF),
        ssrc: SSRC(0x0102_0304))

    @Test func writesTheBytesOfTheStandard() {
        let bytes = header.packet(payload: [9, 8])
        #expect(bytes == [0x80, 0x88, 0xFF, 0xFE, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4, 9, 8])
    }

    @Test func readsWhatItWrote() throws {
        let bytes = header.packet(payload: Array(repeating: 0xD5, count: 160))
        let read = try RTPHeader(bytes.span)
        #expect(read.marker)
        #expect(read.payloadType == 8)
        #expect(read.sequenceNumber == header.sequenceNumber)
        #expect(read.timestamp == header.timestamp)
        #expect(read.ssrc == header.ssrc)
        #expect(read.payload == 12..<172)
    }

    @Test func findsThePayloadBehindSourcesExtensionAndPadding() throws {
        var bytes: [UInt8] = [0xB2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
        bytes += Array(repeating: 7, count: 8)  // two CSRCs
        bytes += [0xBE, 0xDE, 0, 1, 1, 2, 3, 4]  // extension of one word
        bytes += [10, 11, 12]  // payload
        bytes += [0, 0, 3]  // padding
        let read = try RTPHeader(bytes.span)
        #expect(read.contributingSourceCount == 2)
        #expect(read.hasExtension)
        #expect(read.payload == 28..<31)
    }

    @Test(
        arguments: [
            ([], RTPSyntaxError.truncated(neededBytes: 12, foundBytes: 0)),
            ([0x80, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0], .truncated(neededBytes: 12, foundBytes: 11)),
            ([0x40, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .unsupportedVersion(1)),
            ([0x8F, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .truncated(neededBytes: 72, foundBytes: 12)),
            ([0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .truncated(neededBytes: 16, foundBytes: 12)),
            (
                [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0xFF, 0xFF],
                .truncated(neededBytes: 16 + 4 * 65_535, foundBytes: 16)
            ),
            ([0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0], .invalidPadding(0)),
            ([0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3], .invalidPadding(3)),
            ([0xA0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 2], .invalidPadding(2)),
        ] as [([UInt8], RTPSyntaxError)])
    func refusesWhatIsNoPacket(bytes: [UInt8], problem: RTPSyntaxError) {
        #expect(throws: problem) { try RTPHeader(bytes.span) }
    }

    @Test func anyBytesAreReadOrRefusedWithoutATrap() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if !bytes.isEmpty { bytes[0] = bytes[0] & 0x3F | 0x80 }
            if let header = try? RTPHeader(bytes.span) {
                #expect(header.payload.upperBound <= bytes.count)
            }
            if (try? RTCPPacket.check(bytes.span)) != nil {
                let packets = (try? RTCPPacket.all(in: bytes.span)) ?? []
                for packet in packets {
                    _ = RTCPSenderReport(packet, in: bytes.span)
                    _ = RTCPReportBlock.all(in: packet, of: bytes.span)
                    _ = packet.canonicalName(in: bytes.span)
                    _ = packet.goodbyeSources(in: bytes.span)
                }
            }
        }
    }

    /// Padding, which may be encrypted, does not count; what is cut off does.
    @Test(
        arguments: [
            (0x80, 12, 12), (0xA0, 12, 12), (0x82, 20, 20), (0x90, 24, 24), (0x91, 40, 28), (0x80, 11, nil),
            (0x82, 19, nil),
            (0x90, 15, nil), (0x90, 23, nil), (0x40, 40, nil),
        ] as [(UInt8, Int, Int?)])
    func headerBytesAreFoundWithoutThePayload(first: UInt8, count: Int, expected: Int?) {
        var packet = [UInt8](repeating: 0xFF, count: count)
        packet[0] = first
        // An extension of two words.
        let wordCount = 12 + 4 * Int(first & 0x0F) + 2
        if wordCount + 1 < count { packet.replaceSubrange(wordCount...wordCount + 1, with: [0, 2]) }
        #expect((try? RTPHeader.headerBytes(of: packet.span)) == expected)
    }
}

struct SequenceNumberTests {
    @Test(arguments: [
        (0, 1, 1), (1, 0, -1), (65_535, 0, 1), (0, 65_535, -1), (65_000, 100, 636), (0, 32_767, 32_767),
        (0, 32_768, -32_768),
    ])
    func distanceIsTheShorterWayRound(from: UInt16, to: UInt16, distance: Int) {
        #expect(SequenceNumber(from).distance(to: SequenceNumber(to)) == distance)
        #expect(SequenceNumber(from).advanced(by: distance) == SequenceNumber(to))
    }

    @Test func timestampsWrapToo() {
        #expect(RTPTimestamp(0xFFFF_FFF0).distance(to: RTPTimestamp(0x10)) == 32)
        #expect(RTPTimestamp(0x10).distance(to: RTPTimestamp(0xFFFF_FFF0)) == -32)
        #expect(RTPTimestamp(0xFFFF_FFF0).advanced(by: 160) == RTPTimestamp(144))
    }
}
