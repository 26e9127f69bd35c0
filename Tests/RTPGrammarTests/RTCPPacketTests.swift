import PBXBase
import RTPGrammar
import Testing

struct RTCPPacketTests {
    private let block = RTCPReportBlock(
        ssrc: SSRC(5), fractionLost: 64, packetsLost: -2, highestSequence: 0x1_0007, jitter: 12,
        lastSenderReport: 0x1234_5678, delaySinceLastSenderReport: 65_536)
    private let report = RTCPSenderReport(
        ssrc: SSRC(9), ntp: NTPTimestamp(seconds: 3_900_000_000, fraction: 0x8000_0000), timestamp: RTPTimestamp(160),
        packetCount: 50, byteCount: 8_000)
    private let writer = RTCPCompoundWriter(ssrc: SSRC(9), canonicalName: "alice@desk")

    @Test func readsTheReportItWrote() throws {
        let bytes = writer.datagram(sent: report, heard: [block])
        #expect(try RTCPPacket.check(bytes.span, isReducedSizeAllowed: false) == 2)
        let packets = try RTCPPacket.all(in: bytes.span)
        #expect(packets.map(\.type) == [200, 202])
        #expect(RTCPSenderReport(packets[0], in: bytes.span) == report)
        #expect(RTCPReportBlock.all(in: packets[0], of: bytes.span) == [block])
        #expect(packets[1].canonicalName(in: bytes.span) == "alice@desk")
        #expect(packets[0].canonicalName(in: bytes.span) == nil)
    }

    @Test(arguments: 0...9) func namesOfAnyLengthEndOnAWord(length: Int) throws {
        let name = String(repeating: "n", count: length)
        let bytes = RTCPCompoundWriter(ssrc: SSRC(9), canonicalName: name).datagram(sent: nil, heard: [])
        #expect(bytes.count % 4 == 0)
        let packets = try RTCPPacket.all(in: bytes.span)
        #expect(packets.map(\.type) == [201, 202])
        #expect(packets[1].canonicalName(in: bytes.span) == name)
    }

    @Test func readsGoodbye() throws {
        let bytes: [UInt8] = [0x82, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
        let packet = try RTCPPacket(bytes.span, at: 0)
        #expect(packet.goodbyeSources(in: bytes.span) == [SSRC(1), SSRC(2)])
    }

    @Test func announcedItemsBeyondThePacketAreNotRead() throws {
        let goodbye: [UInt8] = [0x9F, 203, 0, 1, 0, 0, 0, 1]
        #expect(try RTCPPacket(goodbye.span, at: 0).goodbyeSources(in: goodbye.span) == [SSRC(1)])
        let report: [UInt8] = [0x9F, 201, 0, 1, 0, 0, 0, 1]
        #expect(RTCPReportBlock.all(in: try RTCPPacket(report.span, at: 0), of: report.span).isEmpty)
        let names: [UInt8] = [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 65, 65]
        #expect(try RTCPPacket(names.span, at: 0).canonicalName(in: names.span) == nil)
    }

    @Test(
        arguments: [
            ([0x80, 201, 0], RTPSyntaxError.truncated(neededBytes: 4, foundBytes: 3)),
            ([0x80, 201, 0, 1], .truncated(neededBytes: 8, foundBytes: 4)),
            ([0x80, 201, 0, 0, 0x80], .truncated(neededBytes: 4, foundBytes: 1)),
            ([0x40, 201, 0, 0], .unsupportedVersion(1)),
            ([0x80, 0, 0, 0], .unexpectedPacketType(0)),
            ([0xA0, 201, 0, 0, 0x80, 202, 0, 0], .invalidPadding(0)),
        ] as [([UInt8], RTPSyntaxError)])
    func refusesWhatIsNoCompound(bytes: [UInt8], problem: RTPSyntaxError) {
        #expect(throws: problem) { try RTCPPacket.check(bytes.span) }
    }

    @Test func onlyAReportComesFirstUnlessReducedSizeIsAgreed() throws {
        let bytes: [UInt8] = [0x80, 205, 0, 0]
        #expect(try RTCPPacket.check(bytes.span) == 1)
        #expect(throws: RTPSyntaxError.unexpectedPacketType(205)) {
            try RTCPPacket.check(bytes.span, isReducedSizeAllowed: false)
        }
    }

    @Test func tellsRTCPFromRTPOnOnePort() {
        #expect([192, 200, 201, 207, 223].allSatisfy { RTCPPacket.isRTCP(secondByte: $0) })
        #expect([0, 8, 101, 0x80 | 8, 0x80 | 101, 191, 224].allSatisfy { !RTCPPacket.isRTCP(secondByte: $0) })
    }
}

struct NTPTimestampTests {
    @Test func agreesWithTheUnixEpoch() {
        let half = NTPTimestamp(WallTime(microseconds: 500_000))
        #expect(half == NTPTimestamp(seconds: 2_208_988_800, fraction: 0x8000_0000))
        #expect(half.middle == 0x7E80_8000)
    }

    @Test(arguments: [0, 1, 999_999, 1_768_212_000_123_456, 2_085_978_495_999_999, 2_085_978_496_000_000])
    func keepsMicroseconds(microseconds: Int64) {
        let time = WallTime(microseconds: microseconds)
        #expect(NTPTimestamp(time).wallTime == time)
    }

    /// The example of RFC 3550 §6.4.1, figure 2.
    @Test func roundTripOfTheStandardsExample() throws {
        let block = RTCPReportBlock(
            ssrc: SSRC(1), fractionLost: 0, packetsLost: 0, highestSequence: 0, jitter: 0,
            lastSenderReport: 0xB705_2000, delaySinceLastSenderReport: 0x0005_4000)
        let arrival = NTPTimestamp(seconds: 0xB44D_B710, fraction: 0x8000_0000)
        let trip = try #require(NTPTimestamp.roundTrip(of: block, arrival: arrival))
        #expect(trip == .milliseconds(6_125))
    }

    @Test func impossibleRoundTripsAreUnknown() {
        var block = RTCPReportBlock(
            ssrc: SSRC(1), fractionLost: 0, packetsLost: 0, highestSequence: 0, jitter: 0, lastSenderReport: 0,
            delaySinceLastSenderReport: 0)
        #expect(NTPTimestamp.roundTrip(of: block, arrival: NTPTimestamp(seconds: 1, fraction: 0)) == nil)
        block.lastSenderReport = 0x0002_0000
        #expect(NTPTimestamp.roundTrip(of: block, arrival: NTPTimestamp(seconds: 1, fraction: 0)) == nil)
    }
}
