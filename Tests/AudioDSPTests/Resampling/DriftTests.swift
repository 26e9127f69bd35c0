import AudioDSP
import PBXBase
import Testing

@Suite struct DriftResamplerTests {
    private func resampled(_ samples: [Int16], partsPerMillion: Double) -> [Int16] {
        var resampler = DriftResampler(frameSamplesMax: 160)
        var frame = [Int16](repeating: 0, count: DriftResampler.resultCountMax(for: 160))
        var result: [Int16] = []
        for start in stride(from: 0, to: samples.count - 159, by: 160) {
            var span = frame.mutableSpan
            let count = resampler.resample(
                samples.span.extracting(start..<start + 160), partsPerMillion: partsPerMillion, into: &span)
            result += frame[..<count]
        }
        return result
    }

    private func tone(hertz: Double, seconds: Int) -> [Int16] {
        var generator = ToneGenerator(frequencyHz: hertz, level: -10, sampleRate: 16_000)
        var samples: [Int16] = []
        generator.next(seconds * 16_000, into: &samples)
        return samples
    }

    @Test("sound becomes longer by what is asked for", arguments: [-3_000.0, -200, 0, 48, 200, 3_000])
    func length(partsPerMillion: Double) {
        let result = resampled([Int16](repeating: 0, count: 160_000), partsPerMillion: partsPerMillion)
        #expect(abs(Double(result.count) - 160_000 * (1 + partsPerMillion / 1_000_000)) <= 2)
    }

    @Test("a tone stays a tone, without a seam between frames", arguments: [-3_000.0, 0, 137, 3_000])
    func purity(partsPerMillion: Double) {
        let result = resampled(tone(hertz: 1_000, seconds: 2), partsPerMillion: partsPerMillion)
        let detector = ToneDetector(frequencyHz: 1_000 / (1 + partsPerMillion / 1_000_000), sampleRate: 16_000)
        for start in stride(from: 1_600, to: result.count - 1_600, by: 1_600) {
            let measured = detector.measure(result.span.extracting(start..<start + 1_600))
            let rest = measured.totalLevel - measured.toneLevel
            #expect(abs(measured.toneLevel + 10) < 0.1 && abs(rest) < 0.01, "\(measured)")
        }
    }
}

/// A speaker with a clock of its own, in virtual time: it is given a frame every 10 ms and takes sound as it likes.
@Suite struct DriftFollowerTests {
    private struct Run {
        var leastMilliseconds = Double.infinity
        var mostMilliseconds = 0.0
        var dry = 0

        /// - Parameters:
        ///   - lump: how much sound the device takes at a time, in milliseconds.
        ///   - late: how late frames come at most, in milliseconds.
        init(hours: Double, drift: Double, lump: Double = 0, late: Double = 0) {
            var random = SeededRandom(seed: 7)
            var follower = DriftFollower(targetMilliseconds: 10, targetMaxMilliseconds: 30)
            var given = 20.0
            var taken = 0.0
            let frames = Int(hours * 360_000)
            for index in 0..<frames {
                let now = Double(index) * 10 + (late > 0 ? Double.random(in: 0..<late, using: &random) : 0)
                let played = now * (1 + drift / 1_000_000)
                taken = max(taken, lump > 0 ? (played / lump).rounded(.down) * lump : played)
                if taken > given {
                    // It ran dry, and begins anew.
                    dry += 1
                    given = taken + 20
                    follower.ranDry()
                }
                follower.measured(waitingMilliseconds: given - taken, frameMilliseconds: 10)
                given += 10 * (1 + follower.partsPerMillion / 1_000_000)
                // The first minute is what it takes to learn the clock.
                guard index > 6_000 else { continue }
                leastMilliseconds = min(leastMilliseconds, given - taken)
                mostMilliseconds = max(mostMilliseconds, given - taken)
            }
        }
    }

    @Test("hours of drift change nothing", arguments: [-800.0, -208, -20, 0, 20, 208, 800])
    func steady(drift: Double) {
        let run = Run(hours: 1, drift: drift)
        #expect(run.dry == 0)
        #expect(run.leastMilliseconds > 15 && run.mostMilliseconds < 25, "\(run)")
    }

    @Test("a device that takes sound in lumps, and a thread that is late, are allowed for", arguments: [-208.0, 208])
    func lumps(drift: Double) {
        let run = Run(hours: 1, drift: drift, lump: 15, late: 4)
        #expect(run.dry == 0)
        #expect(run.leastMilliseconds > 8 && run.mostMilliseconds < 45, "\(run)")
    }
}
