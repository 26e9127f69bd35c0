/// Finds by how many samples sound repeats itself: the period of a voice, by normalised cross-correlation, first
/// coarsely on every few samples, then around the best place on all.
enum PitchSearch {
    /// A voice between 62 and 400 Hz.
    static let shortestMicroseconds = 2_500
    static let longestMicroseconds = 16_000

    struct Match: Hashable, Sendable {
        /// In samples.
        var period: Int
        /// −1…1: 1 when the sound repeats exactly.
        var correlation: Float
    }

    /// The period by which `length` samples from `start` resemble those a period before, among `periods`. All indices
    /// must lie within `pcm`; that is the caller's to see to.
    static func best(
        in pcm: Span<Int16>, from start: Int, length: Int, periods: ClosedRange<Int>, stride step: Int
    ) -> Match {
        var best = Match(period: periods.lowerBound, correlation: -1)
        var period = periods.lowerBound
        while period <= periods.upperBound {
            let found = correlation(in: pcm, from: start, length: length, period: period, stride: step)
            if found > best.correlation { best = Match(period: period, correlation: found) }
            period += step
        }
        guard step > 1 else { return best }
        let low = max(periods.lowerBound, best.period - step + 1)
        let high = min(periods.upperBound, best.period + step - 1)
        best.correlation = -1
        for period in low...high {
            let found = correlation(
                in: pcm, from: start, length: length, period: period, stride: max(1, step / 2))
            if found > best.correlation { best = Match(period: period, correlation: found) }
        }
        return best
    }

    private static func correlation(
        in pcm: Span<Int16>, from start: Int, length: Int, period: Int, stride step: Int
    ) -> Float {
        var product: Float = 0
        var energy: Float = 1
        var laggedEnergy: Float = 1
        var index = start
        let end = start + length
        while index < end {
            let sample = Float(pcm[index])
            let lagged = Float(pcm[index - period])
            product += sample * lagged
            energy += sample * sample
            laggedEnergy += lagged * lagged
            index += step
        }
        return product / (energy * laggedEnergy).squareRoot()
    }

    /// Search every so many samples: 4,000 a second tell voices apart.
    static func stride(sampleRate: Int) -> Int { max(1, sampleRate / 4_000) }
}
