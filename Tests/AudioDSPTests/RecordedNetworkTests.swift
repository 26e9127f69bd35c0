import Foundation
import Testing

/// The jitter buffer with concealment over recordings of real arrival times (`Fixtures/README`). As in
/// `PlayoutScoreTests`, thresholds lie a little beside what was measured.
struct RecordedNetworkTests {
    struct Score: CustomTestStringConvertible, Sendable {
        var recording: String
        /// Share of the packets that arrived but were of no use.
        var lateShareMax: Double
        /// In milliseconds, against the fastest packet.
        var meanDelayMax: Double
        var concealedShareMax: Double
        /// Segmental signal-to-noise ratio in dB.
        var ratioMin: Double

        var testDescription: String { recording }
    }

    /// Delays by packet, in milliseconds; nil: lost.
    private func recording(_ name: String) throws -> [Double?] {
        let file = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"))
        let words = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isWhitespace)
        return words.map { Double($0) }
    }

    private static let scores = [
        Score(recording: "crowded", lateShareMax: 0.003, meanDelayMax: 125, concealedShareMax: 0.025, ratioMin: 32),
        Score(recording: "stalling", lateShareMax: 0.003, meanDelayMax: 85, concealedShareMax: 0.027, ratioMin: 32),
        Score(recording: "starved", lateShareMax: 0.004, meanDelayMax: 230, concealedShareMax: 0.06, ratioMin: 31),
        Score(recording: "bursting", lateShareMax: 0.008, meanDelayMax: 210, concealedShareMax: 0.042, ratioMin: 31),
    ]

    @Test(arguments: scores) func isPlayedThrough(score: Score) throws {
        let delays = try recording(score.recording)
        #expect(delays.count == 1_500)
        let run = PlayoutRun(of: syntheticVoice(seconds: 30)) { delays[$0] }
        #expect(run.packetsLost == delays.count { $0 == nil })
        #expect(run.lateShare < score.lateShareMax)
        #expect(run.meanDelay < score.meanDelayMax)
        #expect(run.concealedShare < score.concealedShareMax)
        #expect(run.segmentalRatio > score.ratioMin)
    }
}
