import PBXBase
import RTPGrammar
import Testing

struct RTCPExtendedReportTests {
    private var metrics: VoIPMetrics {
        var metrics = VoIPMetrics(ssrc: SSRC(5))
        metrics.lossRate = 12
        metrics.burstDensity = 128
        metrics.burstMilliseconds = 340
        metrics.signalLevel = -18
        metrics.rating = 88
        metrics.conversationalScoreTenths = 42
        metrics.receiverConfiguration = VoIPMetrics.adaptiveConfiguration(rate: 3)
        metrics.bufferMaximumMilliseconds = 300
        return metrics
    }

    private func extendedReport(in bytes: [UInt8], about ssrc: SSRC) throws -> RTCPExtendedReport? {
        try RTCPSummary(bytes.span, about: ssrc).extended
    }

    @Test func readsTheReportItWrote() throws {
        let report = RTCPExtendedReport(
            referenceTime: NTPTimestamp(seconds: 7, fraction: 8),
            referenceEcho: RTCPExtendedReport.ReferenceEcho(ssrc: SSRC(5), lastReferenceTime: 99, delay: 65_536),
            metrics: metrics)
        var bytes: [UInt8] = []
        RTCPCompoundWriter(ssrc: SSRC(9), canonicalName: "a@b").write(
            sent: nil, heard: nil, extended: report, isGoodbye: true, into: &bytes)
        #expect(try RTCPPacket.all(in: bytes.span).map(\.type) == [201, 202, 207, 203])
        let summary = try RTCPSummary(bytes.span, about: SSRC(5), isReducedSizeAllowed: false)
        #expect(summary.sender == SSRC(9))
        #expect(summary.extended == report)
        #expect(summary.isGoodbye)
        #expect(summary.skippedCount == 0)
        // Seen by another stream it carries the clock alone.
        let other = try #require(try extendedReport(in: bytes, about: SSRC(6)))
        #expect(other.referenceTime != nil)
        #expect(other.referenceEcho == nil)
        #expect(other.metrics == nil)
        #expect(bytes.count <= RTCPCompoundWriter.bytesMax)
    }

    @Test func unknownIsNotZero() throws {
        var bytes: [UInt8] = []
        RTCPCompoundWriter(ssrc: SSRC(9), canonicalName: "").write(
            sent: nil, heard: nil, extended: RTCPExtendedReport(metrics: VoIPMetrics(ssrc: SSRC(5))), into: &bytes)
        let read = try #require(try extendedReport(in: bytes, about: SSRC(5))?.metrics)
        #expect(read.signalLevel == nil)
        #expect(read.rating == nil)
        #expect(read.listeningScoreTenths == nil)
        #expect(read.gapThreshold == 16)
    }

    /// The block of RFC 3611 §4.7, byte by byte.
    @Test func metricsAreWhereTheStandardPutsThem() throws {
        let block: [UInt8] =
            [7, 0, 0, 8, 0, 0, 0, 5] + [1, 2, 3, 4] + [0, 5, 0, 6] + [0, 7, 0, 8] + [0xF0, 0xC0, 50, 16]
            + [90, 127, 41, 40] + [0xB2, 0, 0, 60] + [0, 80, 1, 44]
        let bytes: [UInt8] = [0x80, 207, 0, 10, 0, 0, 0, 9] + block
        let read = try #require(try extendedReport(in: bytes, about: SSRC(5))?.metrics)
        #expect([read.lossRate, read.discardRate, read.burstDensity, read.gapDensity] == [1, 2, 3, 4])
        #expect([read.burstMilliseconds, read.gapMilliseconds] == [5, 6])
        #expect([read.roundTripMilliseconds, read.endSystemMilliseconds] == [7, 8])
        #expect([read.signalLevel, read.noiseLevel] == [-16, -64])
        #expect([read.rating, read.externalRating] == [90, nil])
        #expect([read.bufferNominalMilliseconds, read.bufferLimitMilliseconds] == [60, 300])
    }

    @Test func blocksThatReachOutOfThePacketAreNotRead() throws {
        let bytes: [UInt8] = [0x80, 207, 0, 2, 0, 0, 0, 9, 4, 0, 0xFF, 0xFF]
        #expect(try #require(try extendedReport(in: bytes, about: SSRC(5))).isEmpty)
        let short: [UInt8] = [0x80, 207, 0, 3, 0, 0, 0, 9, 7, 0, 0, 1, 0, 0, 0, 5]
        #expect(try #require(try extendedReport(in: short, about: SSRC(5))).isEmpty)
    }

    @Test func feedbackIsSkipped() throws {
        let nack: [UInt8] = [0x81, 205, 0, 3, 0, 0, 0, 9, 0, 0, 0, 5, 0, 1, 0, 0]
        let summary = try RTCPSummary(nack.span, about: SSRC(5))
        #expect(summary.sender == SSRC(9))
        #expect(summary.skippedCount == 1)
        #expect(throws: RTPSyntaxError.unexpectedPacketType(205)) {
            try RTCPSummary(nack.span, about: SSRC(5), isReducedSizeAllowed: false)
        }
    }

    @Test func anyBytesAreReadOrRefusedWithoutATrap() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<50_000 {
            let words = Int.random(in: 0...12, using: &random)
            var bytes = (0..<4 * words + 4).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes[0] = 0x80 | bytes[0] & 0x1F
            bytes[1] = [200, 201, 202, 203, 205, 207, 207].randomElement(using: &random) ?? 207
            bytes[2] = 0
            bytes[3] = UInt8(words)
            if bytes.count > 12 {
                bytes[8] = [4, 5, 7].randomElement(using: &random) ?? 4
                bytes[10] = 0
                bytes[11] %= 12
            }
            let summary = try? RTCPSummary(bytes.span, about: SSRC(5))
            #expect(summary != nil)
        }
    }
}
