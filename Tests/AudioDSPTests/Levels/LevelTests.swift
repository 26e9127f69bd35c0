import AudioDSP
import PBXBase
import Testing

struct ComfortNoiseTests {
    private func noise(_ description: ComfortNoiseDescription, count: Int = 16_000) -> [Int16] {
        var generator = ComfortNoise(seed: 5)
        generator.describe(description)
        var pcm = [Int16](repeating: 0, count: count)
        var span = pcm.mutableSpan
        generator.fill(&span, count: count)
        return pcm
    }

    @Test(arguments: [-31.0, -35, -50, -65]) func noiseHasItsLevel(level: Double) {
        #expect(abs(Sound.level(noise(ComfortNoiseDescription(level: level))) - level) < 0.5)
    }

    @Test func silenceIsSilence() {
        #expect(noise(ComfortNoiseDescription(level: -127)).allSatisfy { $0 == 0 })
        #expect(ComfortNoiseDescription(level: -400).levelBelowOverload == 127)
        #expect(ComfortNoiseDescription(level: 3).levelBelowOverload == 0)
    }

    /// Colour changes the spectrum, not the level.
    @Test func colouredNoiseKeepsItsLevel() throws {
        let payload: [UInt8] = [40, 40, 160, 100]
        let description = ComfortNoiseDescription(payload.span)
        let coloured = noise(try #require(description), count: 80_000)
        #expect(abs(Sound.level(coloured) + 40) < 1)
        // The first reflection coefficient is well below zero: low frequencies prevail.
        let differences = zip(coloured, coloured.dropFirst()).map { $1 &- $0 }
        #expect(Sound.level(differences) < -41)
    }

    @Test func anyPayloadGivesNoiseThatStaysInRange() throws {
        var random = SeededRandom(seed: 9)
        for _ in 0..<200 {
            let count = Int.random(in: 1...20, using: &random)
            var payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            payload[0] = max(30, payload[0] & 0x7F)
            let level = -Double(payload[0])
            let description = ComfortNoiseDescription(payload.span)
            let pcm = noise(try #require(description), count: 4_000)
            #expect(Sound.level(pcm) < level + 12)
        }
        let nothing: [UInt8] = []
        let none = ComfortNoiseDescription(nothing.span)
        #expect(none == nil)
    }
}

struct SpeechDetectorTests {
    private func share(_ pcm: [Int16], sampleRate: Int = 8_000) -> Double {
        var detector = SpeechDetector(sampleRate: sampleRate)
        let frame = sampleRate / 50
        let findings = stride(from: 0, through: pcm.count - frame, by: frame).map {
            detector.hear(pcm.span.extracting($0..<($0 + frame)))
        }
        return Double(findings.count { $0.isSpeech }) / Double(findings.count)
    }

    @Test(arguments: [-50.0, -40, -70]) func noiseIsNoSpeech(level: Double) {
        #expect(share(Sound.noise(level: level, count: 80_000)) < 0.05)
    }

    @Test(arguments: [8_000, 16_000, 48_000]) func speechIsSpeech(sampleRate: Int) {
        guard let speech = Speech.english(sampleRate: sampleRate) else { return }
        #expect(share(speech, sampleRate: sampleRate) > 0.75)
        let quiet = Sound.amplified(speech, by: -18)
        #expect(share(quiet, sampleRate: sampleRate) > 0.5)
    }

    @Test func speechInNoiseIsFoundAndTheNoiseIsNot() {
        guard let speech = Speech.english(sampleRate: 8_000) else { return }
        let pause = [Int16](repeating: 0, count: 24_000)
        let whole = pause + speech + pause
        let noisy = Sound.mixed(whole, Sound.noise(level: -45, count: whole.count))
        let expected = Double(speech.count) / Double(whole.count)
        #expect(abs(share(noisy) - expected) < 0.15)
    }

    @Test func levelsAreTold() {
        var detector = SpeechDetector(sampleRate: 8_000)
        let tone = Sound.tone(400, level: -20, sampleRate: 8_000, milliseconds: 20)
        let loud = detector.hear(tone.span)
        #expect(abs(loud.level + 20) < 0.5)
        let nothing: [Int16] = []
        let empty = detector.hear(nothing.span)
        #expect(empty.level == Decibels.silence)
    }

    @Test func aKnockIsNoSpeech() {
        var detector = SpeechDetector(sampleRate: 8_000)
        let silence = [Int16](repeating: 3, count: 160)
        for _ in 0..<100 { _ = detector.hear(silence.span) }
        let knock = Sound.noise(level: -20, count: 80)
        let during = detector.hear(knock.span)
        let after = detector.hear(silence.span)
        #expect(!during.isSpeech && !after.isSpeech)
    }
}

struct GainControlTests {
    private func controlled(_ pcm: [Int16], target: Double = -24) -> [Int16] {
        var control = GainControl(sampleRate: 8_000, target: target)
        var result: [Int16] = []
        for start in stride(from: 0, through: pcm.count - 160, by: 160) {
            var frame = Array(pcm[start..<(start + 160)])
            var span = frame.mutableSpan
            control.apply(to: &span)
            result += frame
        }
        return result
    }

    /// Level while somebody speaks, pauses left out.
    private func activeLevel(_ pcm: [Int16]) -> Double {
        let frames = stride(from: 0, through: pcm.count - 160, by: 160).map { Array(pcm[$0..<($0 + 160)]) }
        return Sound.level(frames.filter { Sound.level($0) > -45 }.joined().map { $0 })
    }

    @Test(arguments: [-36.0, -30, -24, -16]) func quietAndLoudSpeakersComeOutAlike(level: Double) {
        guard let speech = Speech.english(sampleRate: 8_000) else { return }
        let source = Sound.amplified(speech + speech + speech, by: level - activeLevel(speech))
        let result = controlled(source).suffix(speech.count)
        #expect(abs(activeLevel(Array(result)) + 24) < 3.5)
    }

    @Test func noiseAloneIsNotRaised() {
        let noise = Sound.noise(level: -55, count: 80_000)
        #expect(abs(Sound.level(controlled(noise)) + 55) < 1)
    }

    @Test func aShoutAfterAWhisperDoesNotClip() {
        guard let speech = Speech.english(sampleRate: 8_000) else { return }
        let result = controlled(Sound.amplified(speech, by: -20) + Sound.amplified(speech, by: 12))
        #expect(result.allSatisfy { abs(Int($0)) <= 29_300 })
    }
}
