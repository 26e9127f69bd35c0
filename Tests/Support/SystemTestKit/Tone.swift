import Foundation

/// Sine tones: made for one end, looked for at the other.
package enum Tone {
    private static let amplitude = 16_384.0
    private static let fileSeconds = 60

    /// A minute of tone at half of full scale.
    package static func write(hertz: Double, sampleRate: Int, to path: String) throws {
        let samples = (0..<sampleRate * fileSeconds).map { index in
            Int16(amplitude * sin(2 * .pi * hertz * Double(index) / Double(sampleRate)))
        }
        try WaveFile.write(samples, sampleRate: sampleRate, to: path)
    }

    /// How much of the power of `samples` lies at `hertz`: 1 for the pure tone, near 0 for anything else (Goertzel).
    package static func purity(of samples: ArraySlice<Int16>, sampleRate: Int, hertz: Double) -> Double {
        let coefficient = 2 * cos(2 * .pi * hertz / Double(sampleRate))
        var previous = 0.0
        var beforePrevious = 0.0
        var power = 0.0
        for sample in samples {
            let value = Double(sample)
            power += value * value
            (beforePrevious, previous) = (previous, value + coefficient * previous - beforePrevious)
        }
        guard power > 0 else { return 0 }
        let tone = previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious
        return tone / (power * Double(samples.count) / 2)
    }
}

extension WaveFile {
    /// The share of 100 ms windows, from the first sound on, that hold the tone loud and clear. 1 is a perfect call;
    /// peers that start, or fill a lost packet, cost them a window.
    package func shareHolding(hertz: Double) -> Double {
        let window = sampleRate / 10
        let audible = samples.firstIndex { abs(Int($0)) > 1_000 } ?? samples.endIndex
        var windows = 0
        var good = 0
        var start = audible
        while start + window <= samples.count {
            let part = samples[start..<(start + window)]
            let loudest = part.map { abs(Int($0)) }.max() ?? 0
            windows += 1
            if loudest > 8_000, Tone.purity(of: part, sampleRate: sampleRate, hertz: hertz) > 0.9 { good += 1 }
            start += window
        }
        return windows == 0 ? 0 : Double(good) / Double(windows)
    }

    /// Seconds before the first sound.
    package var leadingSilenceSeconds: Double {
        Double(samples.firstIndex { abs(Int($0)) > 1_000 } ?? samples.count) / Double(sampleRate)
    }
}
