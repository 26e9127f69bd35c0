/// Measures whether samples hold a tone of one frequency, and how loud (Goertzel's algorithm).
package struct ToneDetector: Sendable {
    /// What was found in one block.
    package struct Measurement: Hashable, Sendable {
        /// Level of the tone, in dBov.
        package var toneLevel: Double
        /// Level of everything, in dBov.
        package var totalLevel: Double

        package init(toneLevel: Double, totalLevel: Double) {
            self.toneLevel = toneLevel
            self.totalLevel = totalLevel
        }

        /// The tone makes up nearly all that is heard, and is no mere noise floor.
        package var isTone: Bool { toneLevel > ToneDetector.toneLevelMin && totalLevel - toneLevel < 3 }
    }

    /// Below this nothing is taken for a tone, in dBov.
    package static let toneLevelMin = -50.0

    package let frequencyHz: Double
    private let coefficient: Double

    /// A block of `n` samples tells frequencies apart that lie `sampleRate / n` or more from each other.
    package init(frequencyHz: Double, sampleRate: Int = 8_000) {
        self.frequencyHz = frequencyHz
        coefficient = 2 * ElementaryFunctions.cosine(turns: frequencyHz / Double(sampleRate))
    }

    /// Measures one block; silence for an empty one.
    package func measure(_ pcm: Span<Int16>) -> Measurement {
        guard !pcm.isEmpty else {
            return Measurement(toneLevel: Decibels.silence, totalLevel: Decibels.silence)
        }
        var last = 0.0
        var beforeLast = 0.0
        var squares = 0.0
        for index in pcm.indices {
            let sample = Double(pcm[index])
            squares += sample * sample
            (last, beforeLast) = (sample + coefficient * last - beforeLast, last)
        }
        let count = Double(pcm.count)
        // The squared magnitude of a sine of amplitude a over n samples is (a·n/2)²; its mean square is a²/2.
        let magnitude = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
        return Measurement(
            toneLevel: Decibels.level(meanSquare: 2 * magnitude / (count * count)),
            totalLevel: Decibels.level(meanSquare: squares / count))
    }

    /// The frequency among `candidates` that is loudest in `pcm`, and its measurement; nil when none is a tone.
    package static func dominant(
        among candidates: [Double], in pcm: Span<Int16>, sampleRate: Int = 8_000
    ) -> (frequencyHz: Double, measurement: Measurement)? {
        var best: (frequencyHz: Double, measurement: Measurement)?
        for frequency in candidates {
            let found = ToneDetector(frequencyHz: frequency, sampleRate: sampleRate).measure(pcm)
            if found.isTone, found.toneLevel > (best?.measurement.toneLevel ?? Decibels.silence) {
                best = (frequency, found)
            }
        }
        return best
    }
}
