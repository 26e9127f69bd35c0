import AudioDSP
import PBXBase
import Testing

struct ResamplerTests {
    static let pairs: [(Int, Int)] = Resampler.sampleRates.flatMap { source in
        Resampler.sampleRates.filter { $0 != source }.map { (source, $0) }
    }

    private struct Refused: Error {}

    private func resampler(from source: Int, to target: Int) throws -> Resampler {
        guard let resampler = Resampler(from: source, to: target) else { throw Refused() }
        return resampler
    }

    /// Level of a tone after the change of rate, against before, in dB.
    private func change(of frequencyHz: Double, from source: Int, to target: Int) throws -> (tone: Double, all: Double)
    {
        let pcm = Sound.tone(frequencyHz, level: -12, sampleRate: source, milliseconds: 120)
        let result = try #require(Resampler.all(pcm, from: source, to: target))
        let steady = Array(result.dropFirst(target / 50))
        let found = ToneDetector(frequencyHz: frequencyHz, sampleRate: target).measure(steady.span)
        return (found.toneLevel + 12, found.totalLevel + 12)
    }

    @Test(arguments: pairs) func thePassBandIsFlat(source: Int, target: Int) throws {
        let nyquist = Double(min(source, target)) / 2
        for part in [0.05, 0.3, 0.6, 0.8, 0.85] {
            let found = try change(of: (part * nyquist / 20).rounded() * 20, from: source, to: target)
            #expect(abs(found.all) < 0.5, "\(part) of \(nyquist) Hz")
        }
    }

    /// Downwards, what lies above the new Nyquist frequency is gone; it would come back as something else.
    @Test(arguments: pairs.filter { $0.0 > $0.1 }) func nothingFoldsBack(source: Int, target: Int) throws {
        let narrow = Double(target) / 2
        let wide = Double(source) / 2
        for part in [0.03, 0.1, 0.3, 0.6, 0.95] {
            let frequency = narrow + (wide - narrow) * part
            let found = try change(of: frequency, from: source, to: target)
            #expect(found.all < -60, "\(frequency) Hz")
        }
    }

    /// Upwards, nothing appears above the old Nyquist frequency.
    @Test(arguments: pairs.filter { $0.0 < $0.1 }) func noImagesAppear(source: Int, target: Int) throws {
        for part in [0.1, 0.5, 0.85] {
            let frequency = Double(source) / 2 * part
            let pcm = Sound.tone(frequency, level: -6, sampleRate: source, milliseconds: 120)
            let result = try #require(Resampler.all(pcm, from: source, to: target))
            let steady = Array(result.dropFirst(target / 50))
            #expect(
                Sound.toneToRest(steady, frequencyHz: frequency, sampleRate: target) > 60, "\(frequency) Hz")
        }
    }

    /// However the sound is cut into frames, the result is the same.
    @Test(arguments: pairs) func framesLeaveNoSeam(source: Int, target: Int) throws {
        let pcm = Sound.noise(level: -15, count: source * 3 / 50)
        let whole = try #require(Resampler.all(pcm, from: source, to: target, milliseconds: 60))
        for milliseconds in [10, 20, 30] {
            #expect(Resampler.all(pcm, from: source, to: target, milliseconds: milliseconds) == whole)
        }
        #expect(whole.count == target * 3 / 50)
    }

    @Test(arguments: pairs) func theDelayIsAsStated(source: Int, target: Int) throws {
        var pcm = [Int16](repeating: 0, count: source / 10)
        pcm[0] = 30_000
        let result = try #require(Resampler.all(pcm, from: source, to: target))
        let peak = try #require(result.indices.max { abs(Int(result[$0])) < abs(Int(result[$1])) })
        let resampler = try resampler(from: source, to: target)
        let delay = resampler.delayMicroseconds
        #expect(abs(Double(peak) - Double(delay) * Double(target) / 1e6) <= 1)
        #expect(delay < 3_700)
    }

    @Test(arguments: pairs) func oddFramesKeepCount(source: Int, target: Int) throws {
        var random = SeededRandom(seed: 3)
        var resampler = try resampler(from: source, to: target)
        var taken = 0
        var given = 0
        for _ in 0..<30 {
            let frame = [Int16](repeating: 100, count: Int.random(in: 0...2_000, using: &random))
            var buffer = [Int16](repeating: 0, count: resampler.resultCount(for: frame.count))
            var span = buffer.mutableSpan
            let count = resampler.resample(frame.span, into: &span)
            #expect(count == buffer.count)
            taken += frame.count
            given += buffer.count
        }
        #expect(abs(Double(given) - Double(taken) * Double(target) / Double(source)) <= 1)
    }

    @Test func oneRateIsPassedThrough() throws {
        let pcm = Sound.noise(level: -10, count: 480)
        #expect(Resampler.all(pcm, from: 48_000, to: 48_000) == pcm)
        let delay = try resampler(from: 8_000, to: 8_000).delayMicroseconds
        #expect(delay == 0)
    }

    @Test func loudSoundIsCutOffAndNotFolded() throws {
        let pcm = (0..<800).map { $0 / 20 % 2 == 0 ? Int16.max : Int16.min }
        let result = try #require(Resampler.all(pcm, from: 8_000, to: 16_000))
        #expect(result.contains(.max) && result.contains(.min))
        let middle = Array(result[400..<800])
        #expect(zip(middle, middle.dropFirst()).allSatisfy { abs(Int($0) - Int($1)) < 40_000 })
    }

    @Test func aShortBufferIsNotOverrun() throws {
        var resampler = try resampler(from: 8_000, to: 48_000)
        let frame = Sound.noise(level: -10, count: 160)
        var buffer = [Int16](repeating: 0, count: 100)
        var span = buffer.mutableSpan
        let count = resampler.resample(frame.span, into: &span)
        #expect(count == 100)
    }

    @Test func otherRatesAreRefused() {
        for (source, target) in [(11_025, 8_000), (8_000, 0), (-8_000, 8_000)] {
            #expect(throws: Refused.self) { _ = try resampler(from: source, to: target) }
        }
    }
}
