import AudioDSP
import Testing

struct VoiceQualityTests {
    private func near(_ value: Double?, _ expected: Double, within tolerance: Double = 0.02) -> Bool {
        guard let value else { return false }
        return abs(value - expected) <= tolerance
    }

    /// The well-known points of the curve (ITU-T G.107 Annex B, table B.1).
    @Test(arguments: [(93.2, 4.41), (90.0, 4.34), (80.0, 4.03), (70.0, 3.60), (60.0, 3.10), (50.0, 2.58), (0.0, 1.0)])
    func scoresFollowTheStandard(rating: Double, score: Double) {
        #expect(near(VoiceQuality.score(rating: rating), score))
    }

    @Test func aCleanCallIsAsGoodAsItGets() {
        let quality = VoiceQuality(impairment: .g711, lossShare: 0, delayMilliseconds: 50)
        #expect(near(quality.listeningScore, 4.41))
        #expect(near(quality.conversationalRating, 92.0))
    }

    @Test func lossBurstsAndDelayCost() throws {
        let random = VoiceQuality(impairment: .g711, lossShare: 0.05)
        #expect(near(random.listeningRating, 93.2 - 95 * 5 / 30.1, within: 0.01))
        let bursts = VoiceQuality(impairment: .g711, lossShare: 0.05, burstRatio: 2)
        #expect(bursts.listeningRating < random.listeningRating)
        #expect(random.conversationalScore == nil)
        let far = VoiceQuality(impairment: .g711, lossShare: 0, delayMilliseconds: 400)
        #expect(near(far.conversationalRating, 93.2 - 9.6 - 24.497, within: 0.01))
    }

    @Test func codecsDifferAndUnknownOnesAreUnknown() throws {
        let narrow = try #require(VoiceQuality.Impairment(codec: "GSM"))
        #expect(near(VoiceQuality(impairment: narrow, lossShare: 0).listeningScore, 3.74, within: 0.03))
        let plain = try #require(VoiceQuality.Impairment(codec: "opus"))
        let redundant = try #require(VoiceQuality.Impairment(codec: "opus", hasRedundancy: true))
        #expect(
            VoiceQuality(impairment: plain, lossShare: 0.1).listeningScore
                < VoiceQuality(impairment: redundant, lossShare: 0.1).listeningScore)
        #expect(VoiceQuality.Impairment(codec: "x-secret") == nil)
    }

    @Test func nothingLeavesTheScale() {
        let worst = VoiceQuality(impairment: .g711, lossShare: 7, burstRatio: 100, delayMilliseconds: 1e9)
        #expect(worst.listeningScore >= 1)
        #expect(worst.conversationalScore == 1)
        for tenth in -10...1_100 { #expect((1...4.5).contains(VoiceQuality.score(rating: Double(tenth) / 10))) }
    }
}

struct SignalStatisticsTests {
    private func measured(_ parts: [(level: Double, frames: Int)]) -> SignalStatistics {
        var statistics = SignalStatistics()
        for part in parts {
            var tone = ToneGenerator(frequencyHz: 400, level: part.level)
            for _ in 0..<part.frames {
                var pcm: [Int16] = []
                tone.next(160, into: &pcm)
                statistics.measure(pcm.span)
            }
        }
        return statistics
    }

    @Test func tellsSpeechFromNoise() throws {
        let statistics = measured([(-20, 30), (-70, 10)])
        #expect(abs(try #require(statistics.speechLevel) + 20) < 0.1)
        #expect(abs(try #require(statistics.noiseLevel) + 70) < 1)
        #expect(statistics.silentShare == 0.25)
        #expect(statistics.clippedSamples == 0)
    }

    @Test func unknownStaysUnknown() {
        #expect(SignalStatistics().silentShare == nil)
        #expect(SignalStatistics().speechLevel == nil)
        #expect(measured([(-20, 3)]).noiseLevel == nil)
        #expect(measured([(-80, 3)]).speechLevel == nil)
    }

    @Test func clippingIsFlatTopsNotPeaks() {
        #expect(measured([(-3.1, 20)]).clippedSamples < 400)
        #expect(measured([(6, 20)]).clippedSamples > 1_500)
        var statistics = SignalStatistics()
        statistics.measure([Int16(0), 32_767, 0, -32_768, 0].span)
        #expect(statistics.clippedSamples == 0)
    }
}
