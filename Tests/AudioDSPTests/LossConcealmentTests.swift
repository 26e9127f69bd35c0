import AudioDSP
import PBXBase
import Testing

struct LossConcealmentTests {
    /// Every `every`th frame of 10 ms is lost: the mean error in it against silence, in dB; above 0 is better than
    /// none.
    private func gain(_ sound: [Int16], sampleRate: Int, lostFrames: Int, every: Int) -> Double {
        let size = sampleRate / 100
        var concealment = LossConcealment(sampleRate: sampleRate)
        var error = 1.0
        var signal = 1.0
        for frame in 0..<sound.count / size {
            var pcm = Array(sound[frame * size..<(frame + 1) * size])
            let original = pcm
            let isLost = frame % every >= every - lostFrames
            var span = pcm.mutableSpan
            if isLost {
                concealment.conceal(&span, count: size)
                for index in 0..<size {
                    let difference = Double(original[index]) - Double(pcm[index])
                    error += difference * difference
                    signal += Double(original[index]) * Double(original[index])
                }
            } else {
                concealment.received(&span, count: size)
            }
        }
        return 10 * decadicLogarithm(signal / error)
    }

    private func sine(_ frequency: Double, sampleRate: Int, count: Int) -> [Int16] {
        var generator = ToneGenerator(frequencyHz: frequency, sampleRate: sampleRate)
        var pcm: [Int16] = []
        generator.next(count, into: &pcm)
        return pcm
    }

    @Test(arguments: [8_000, 16_000, 48_000]) func continuesATone(sampleRate: Int) {
        let tone = sine(200, sampleRate: sampleRate, count: sampleRate)
        #expect(gain(tone, sampleRate: sampleRate, lostFrames: 1, every: 12) > 20)
    }

    /// One frame lost, and two in a row: both better than silence, which is 0 dB, although the voice moves on and a
    /// quarter of it is noise.
    @Test(arguments: [(8_000, 3.5, 0.9), (16_000, 5.0, 3.2), (48_000, 1.8, -0.5)])
    func continuesAVoice(sampleRate: Int, one: Double, two: Double) {
        let voice = syntheticVoice(seconds: 12, sampleRate: sampleRate)
        #expect(gain(voice, sampleRate: sampleRate, lostFrames: 1, every: 10) > one)
        #expect(gain(voice, sampleRate: sampleRate, lostFrames: 2, every: 12) > two)
    }

    @Test func fadesOutAndFallsSilent() {
        var concealment = LossConcealment(sampleRate: 8_000)
        var tone = sine(200, sampleRate: 8_000, count: 480)
        var span = tone.mutableSpan
        concealment.received(&span, count: 480)
        var lost = [Int16](repeating: 1, count: 800)
        var room = lost.mutableSpan
        concealment.conceal(&room, count: 800)
        let levels = (0..<10).map { part in Decibels.level(of: lost[part * 80..<(part + 1) * 80].span) }
        #expect(abs(levels[0] - Decibels.level(of: tone.span)) < 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 0.5 })
        #expect(levels[7] == Decibels.silence)
        let isConcealing = concealment.isConcealing
        #expect(isConcealing)
    }

    /// No step at either seam is larger than the steps of the sound itself.
    @Test func seamsDoNotClick() {
        let tone = sine(250, sampleRate: 8_000, count: 8_000)
        let largest = zip(tone, tone.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
        var concealment = LossConcealment(sampleRate: 8_000)
        var heard: [Int16] = []
        for frame in 0..<50 {
            var pcm = Array(tone[frame * 160..<(frame + 1) * 160])
            var span = pcm.mutableSpan
            if frame % 7 == 6 {
                concealment.conceal(&span, count: 160)
            } else {
                concealment.received(&span, count: 160)
            }
            heard += pcm
        }
        let step = zip(heard, heard.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
        #expect(step < largest * 3 / 2)
    }

    @Test func withoutHistoryThereIsSilence() {
        var concealment = LossConcealment(sampleRate: 8_000)
        var lost = [Int16](repeating: 9, count: 160)
        var room = lost.mutableSpan
        concealment.conceal(&room, count: 160)
        #expect(lost.allSatisfy { $0 == 0 })
    }
}

struct TimeScaleTests {
    private func voice(_ sampleRate: Int) -> [Int16] {
        Array(syntheticVoice(seconds: 1, sampleRate: sampleRate)[sampleRate / 4..<sampleRate / 4 + sampleRate / 50])
    }

    @Test(arguments: [8_000, 16_000, 48_000]) func takesOutOnePeriodAndKeepsTheEnds(sampleRate: Int) {
        let frame = voice(sampleRate)
        var pcm = frame
        var span = pcm.mutableSpan
        let left = TimeScale.shorten(&span, count: frame.count, excess: sampleRate / 20, sampleRate: sampleRate)
        #expect(left < frame.count)
        #expect(left >= frame.count / 2)
        #expect(abs(Int(pcm[0]) - Int(frame[0])) < 2_000)
        #expect(pcm[left - 1] == frame[frame.count - 1])
    }

    @Test(arguments: [8_000, 16_000, 48_000]) func putsInOnePeriodAndKeepsTheEnds(sampleRate: Int) {
        let frame = voice(sampleRate)
        var pcm = frame + Array(repeating: 0, count: frame.count)
        var span = pcm.mutableSpan
        let found = TimeScale.lengthen(&span, count: frame.count, shortage: sampleRate / 20, sampleRate: sampleRate)
        #expect(found > frame.count)
        #expect(pcm[0] == frame[0])
        #expect(pcm[found - 1] == frame[frame.count - 1])
    }

    @Test func leavesNoiseAlone() {
        var random = SeededRandom(seed: 2)
        var pcm = (0..<160).map { _ in Int16.random(in: -8_000...8_000, using: &random) }
        let before = pcm
        var span = pcm.mutableSpan
        let left = TimeScale.shorten(&span, count: 160, excess: 160, sampleRate: 8_000)
        #expect(left == 160)
        #expect(pcm == before)
    }

    @Test func silenceIsCutToMeasure() {
        var pcm = [Int16](repeating: 3, count: 320)
        var span = pcm.mutableSpan
        let shorter = TimeScale.shorten(&span, count: 160, excess: 13, sampleRate: 8_000)
        #expect(shorter == 147)
        let longer = TimeScale.lengthen(&span, count: 160, shortage: 29, sampleRate: 8_000)
        #expect(longer == 189)
    }

    @Test func aToneKeepsItsPitch() throws {
        var generator = ToneGenerator(frequencyHz: 400)
        var sent: [Int16] = []
        generator.next(8_000, into: &sent)
        var heard: [Int16] = []
        for frame in 0..<50 {
            var pcm = Array(sent[frame * 160..<(frame + 1) * 160])
            var span = pcm.mutableSpan
            let left = TimeScale.shorten(&span, count: 160, excess: 80, sampleRate: 8_000)
            heard += pcm[..<left]
        }
        #expect(heard.count <= 7_000)
        let found = ToneDetector.dominant(among: [350, 400, 450], in: heard.span)
        let tone = try #require(found)
        #expect(tone.frequencyHz == 400)
        #expect(tone.measurement.totalLevel - tone.measurement.toneLevel < 0.5)
    }
}
