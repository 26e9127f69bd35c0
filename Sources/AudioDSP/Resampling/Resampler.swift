/// Changes the sample rate of one stream of sound, frame after frame without a seam. All memory is taken when it is
/// made.
///
/// The delay is half the filter: 3.5 ms where 8 kHz is the lower of the rates, 1.75 ms at 16 kHz, less above.
package struct Resampler: ~Copyable {
    /// Rates that occur, in Hz: those of the codecs, and that of music files.
    package static let sampleRates = [8_000, 16_000, 24_000, 32_000, 44_100, 48_000]
    /// Samples that are filtered at a time, whatever the length of the frames.
    private static let blockSamples = 512

    package let sourceRate: Int
    package let targetRate: Int
    /// How far the result lags behind, in microseconds.
    package let delayMicroseconds: Int
    // The filter's parts, side by side: an optional filter would be copied for each frame.
    private let up: Int
    private let down: Int
    /// 0 when the rates are the same and samples pass as they are.
    private let taps: Int
    private let coefficients: [Float]
    /// The last `taps - 1` samples, then the block that is being filtered.
    private var window: [Float]
    /// Where the next result lies: phases of the filter behind the first sample of the block.
    private var position = 0

    /// nil for rates outside `sampleRates`.
    package init?(from sourceRate: Int, to targetRate: Int) {
        guard Self.sampleRates.contains(sourceRate), Self.sampleRates.contains(targetRate) else { return nil }
        self.sourceRate = sourceRate
        self.targetRate = targetRate
        let divisor = Self.commonDivisor(sourceRate, targetRate)
        up = targetRate / divisor
        down = sourceRate / divisor
        if sourceRate == targetRate {
            taps = 0
            delayMicroseconds = 0
            coefficients = []
            window = []
        } else {
            let filter = PolyphaseFilter(up: up, down: down)
            taps = filter.taps
            delayMicroseconds = Int(filter.delay * 1_000_000 / Double(sourceRate))
            coefficients = filter.coefficients
            window = [Float](repeating: 0, count: filter.taps - 1 + Self.blockSamples)
        }
    }

    /// How many samples the next `resample` of `count` samples gives. Frames of whole 10 ms give as much every time.
    package func resultCount(for count: Int) -> Int {
        if taps == 0 { return count }
        return max(0, (count * up - position + down - 1) / down)
    }

    /// Resamples a frame of any length to the start of `result`, and returns how many samples it gave. What does not
    /// fit into `result` is lost: ask `resultCount(for:)`.
    package mutating func resample(_ samples: Span<Int16>, into result: inout MutableSpan<Int16>) -> Int {
        if taps == 0 {
            let count = min(samples.count, result.count)
            for index in 0..<count { result[index] = samples[index] }
            return count
        }
        var written = 0
        var taken = 0
        while taken < samples.count {
            let count = min(Self.blockSamples, samples.count - taken)
            fill(with: samples.extracting(taken..<(taken + count)))
            (written, position) = filter(count, into: &result, from: written)
            keep(after: count)
            taken += count
        }
        return written
    }

    /// Puts a block behind the samples kept.
    private mutating func fill(with block: Span<Int16>) {
        let kept = taps - 1
        var window = window.mutableSpan
        for index in block.indices { window[kept + index] = Float(block[index]) }
    }

    /// Filters the block of `count` samples in the window; returns the end of the result, and the next position.
    private func filter(
        _ count: Int, into result: inout MutableSpan<Int16>, from start: Int
    ) -> (written: Int, position: Int) {
        let steps = down / up
        let phases = down % up
        var index = position / up
        var phase = position % up
        var written = start
        let samples = unsafe window.span.bytes
        let weights = unsafe coefficients.span.bytes
        while index < count {
            if written < result.count {
                // SAFETY: a result takes samples `index` to `index + taps - 1` of the window, which is filled to
                // `taps - 1 + count`; a phase has `taps` weights.
                result[written] = Self.convolve(samples, from: index, weights, from: phase * taps, count: taps)
                written += 1
            }
            index += steps
            phase += phases
            if phase >= up {
                phase -= up
                index += 1
            }
        }
        return (written, (index - count) * up + phase)
    }

    /// Moves the end of a block of `count` samples to where the next is filtered with it.
    private mutating func keep(after count: Int) {
        let kept = taps - 1
        var window = window.mutableSpan
        for place in 0..<kept {
            let sample = window[count + place]
            window[place] = sample
        }
    }

    /// Forgets the sound so far.
    package mutating func reset() {
        for index in window.indices { window[index] = 0 }
        position = 0
    }

    /// - Parameters:
    ///   - first, firstWeight: in elements of 4 bytes.
    @inline(__always)
    private static func convolve(
        _ samples: RawSpan, from first: Int, _ weights: RawSpan, from firstWeight: Int, count: Int
    ) -> Int16 {
        var even = SIMD4<Float>.zero
        var odd = SIMD4<Float>.zero
        var place = first * 4
        var weight = firstWeight * 4
        for _ in 0..<(count / PolyphaseFilter.stride) {
            unsafe even +=
                samples.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: SIMD4<Float>.self)
                * weights.unsafeLoadUnaligned(fromUncheckedByteOffset: weight, as: SIMD4<Float>.self)
            unsafe odd +=
                samples.unsafeLoadUnaligned(fromUncheckedByteOffset: place + 16, as: SIMD4<Float>.self)
                * weights.unsafeLoadUnaligned(fromUncheckedByteOffset: weight + 16, as: SIMD4<Float>.self)
            place += 32
            weight += 32
        }
        return PCM.sample((even + odd).sum())
    }

    private static func commonDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? first : commonDivisor(second, first % second)
    }
}
