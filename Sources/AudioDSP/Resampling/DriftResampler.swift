/// Makes a stream a few parts per million longer or shorter, as two clocks of the same name demand, frame after frame
/// without a seam: a rate that moves slowly instead of samples that are dropped or doubled. Pitch moves by as much,
/// which nobody hears. All memory is taken when it is made.
///
/// The delay is half the filter: 28 samples.
package struct DriftResampler: ~Copyable {
    /// Twice what the worst clocks are apart; a fifth of what an ear could notice.
    package static let partsPerMillionMax = 3_000.0
    /// Places between two samples for which there are weights; between them they are interpolated.
    private static let phases = 64

    private let taps: Int
    private let coefficients: [Float]
    private let frameSamplesMax: Int
    /// The last `taps - 1` samples, then the frame that is being filtered.
    private var window: [Float]
    /// Where the next result lies behind the first sample of the frame.
    private var position = 0.0

    package init(frameSamplesMax: Int) {
        let filter = PolyphaseFilter(up: Self.phases, down: Self.phases)
        taps = filter.taps
        coefficients = filter.coefficients
        self.frameSamplesMax = max(1, frameSamplesMax)
        window = [Float](repeating: 0, count: filter.taps - 1 + self.frameSamplesMax)
    }

    /// What a frame of `count` samples can become at most.
    package static func resultCountMax(for count: Int) -> Int {
        count + Int(Double(count) * partsPerMillionMax / 1_000_000) + 2
    }

    /// Fills the start of `result` with `samples`, longer by `partsPerMillion` (shorter, if negative), and returns how
    /// many there are. More samples than `frameSamplesMax` are not taken.
    package mutating func resample(
        _ samples: Span<Int16>, partsPerMillion: Double, into result: inout MutableSpan<Int16>
    ) -> Int {
        let count = min(samples.count, frameSamplesMax)
        let limited = max(-Self.partsPerMillionMax, min(Self.partsPerMillionMax, partsPerMillion))
        let step = 1_000_000 / (1_000_000 + limited)
        for index in 0..<count { window[taps - 1 + index] = Float(samples[index]) }
        var written = 0
        while position < Double(count) {
            if written < result.count {
                result[written] = PCM.sample(sample(at: position))
                written += 1
            }
            position += step
        }
        position -= Double(count)
        for index in 0..<(taps - 1) { window[index] = window[count + index] }
        return written
    }

    private func sample(at position: Double) -> Float {
        let index = Int(position)
        let place = (position - Double(index)) * Double(Self.phases)
        let phase = Int(place)
        let weight = Float(place - Double(phase))
        let before = convolve(from: index, phase: phase)
        guard weight > 0 else { return before }
        let isLast = phase + 1 == Self.phases
        // Behind the last phase comes the first one of the next sample, which may not be there yet.
        guard !isLast || index + taps < window.count else { return before }
        let after = isLast ? convolve(from: index + 1, phase: 0) : convolve(from: index, phase: phase + 1)
        return before + weight * (after - before)
    }

    private func convolve(from first: Int, phase: Int) -> Float {
        let samples = window.span.extracting(first..<first + taps)
        let weights = coefficients.span.extracting(phase * taps..<(phase + 1) * taps)
        var sum: Float = 0
        for tap in 0..<taps { sum += samples[tap] * weights[tap] }
        return sum
    }
}
