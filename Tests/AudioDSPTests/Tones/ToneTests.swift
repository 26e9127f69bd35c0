import AudioDSP
import Testing

struct ToneTests {
    private func tone(_ frequencyHz: Double, level: Double, count: Int = 1_600) -> [Int16] {
        var generator = ToneGenerator(frequencyHz: frequencyHz, level: level)
        var pcm: [Int16] = []
        for _ in 0..<count / 160 { generator.next(160, into: &pcm) }
        return pcm
    }

    @Test(arguments: [(440.0, -15.0), (1_004, -20), (3_000, -40), (300, -3.1)])
    func theDetectorFindsWhatTheGeneratorMakes(frequencyHz: Double, level: Double) {
        let pcm = tone(frequencyHz, level: level)
        let found = ToneDetector(frequencyHz: frequencyHz).measure(pcm.span)
        #expect(abs(found.toneLevel - level) < 0.1)
        #expect(abs(found.totalLevel - level) < 0.1)
        #expect(found.isTone)
    }

    @Test func aFullScaleSineIsThreeBelowOverload() {
        let pcm = tone(1_000, level: -3.0103)
        #expect(pcm.max() == 32_767)
        #expect(abs(Decibels.level(of: pcm.span) + 3.01) < 0.01)
    }

    @Test func theLevelStaysForAnHour() {
        var generator = ToneGenerator(frequencyHz: 440, level: -15)
        var pcm: [Int16] = []
        for _ in 0..<3_600 {
            pcm.removeAll(keepingCapacity: true)
            generator.next(8_000, into: &pcm)
        }
        #expect(abs(Decibels.level(of: pcm.span) + 15) < 0.01)
    }

    @Test func g711KeepsToneAndLevel() {
        for law in [G711.Law.mu, .a] {
            let codec = G711(law)
            let pcm = tone(440, level: -15).map { codec.decode(codec.encode($0)) }
            let found = ToneDetector(frequencyHz: 440).measure(pcm.span)
            #expect(abs(found.toneLevel + 15) < 0.2)
            #expect(found.isTone)
        }
    }

    @Test func anotherFrequencyIsNoTone() {
        let pcm = tone(880, level: -15)
        let found = ToneDetector(frequencyHz: 440).measure(pcm.span)
        #expect(!found.isTone)
        #expect(found.toneLevel < -40)
        #expect(abs(found.totalLevel + 15) < 0.1)
    }

    @Test func silenceAndNoiseAreNoTone() {
        let detector = ToneDetector(frequencyHz: 440)
        let nothing: [Int16] = []
        #expect(!detector.measure(nothing.span).isTone)
        let silence = detector.measure([Int16](repeating: 0, count: 800).span)
        #expect(silence.totalLevel == Decibels.silence)
        #expect(!silence.isTone)
        let noise = (0..<1_600).map { _ in Int16.random(in: -8_000...8_000) }
        #expect(!detector.measure(noise.span).isTone)
    }

    @Test func theLoudestCandidateWins() {
        let candidates = [350.0, 425, 440, 480, 620]
        let ringing = tone(425, level: -20)
        #expect(ToneDetector.dominant(among: candidates, in: ringing.span)?.frequencyHz == 425)
        let other = tone(1_000, level: -20)
        #expect(ToneDetector.dominant(among: candidates, in: other.span) == nil)
    }
}
