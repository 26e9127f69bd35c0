/// Levels against the overload point (dBov, RFC 6464): 0 is the power of a full-scale square wave, so a full-scale sine
/// has −3.01. G.711's own scale lies 6.18 dB (µ-law) or 6.15 dB (A-law) higher: dBm0 = dBov + 6.2.
package enum Decibels {
    /// What the level of digital silence is given as (RFC 6464 §3: 127 below overload).
    package static let silence = -127.0
    static let fullScale = 32_768.0

    /// The level of a mean square of 16-bit samples.
    package static func level(meanSquare: Double) -> Double {
        guard meanSquare > 0 else { return silence }
        return max(silence, 10 * ElementaryFunctions.log10(meanSquare / (fullScale * fullScale)))
    }

    /// The level of samples; silence for none.
    package static func level(of pcm: Span<Int16>) -> Double {
        guard !pcm.isEmpty else { return silence }
        var sum = 0.0
        for index in pcm.indices {
            let sample = Double(pcm[index])
            sum += sample * sample
        }
        return level(meanSquare: sum / Double(pcm.count))
    }

    /// Peak of a sine of this level, in 16-bit steps; may exceed what 16 bits hold.
    static func sineAmplitude(level: Double) -> Double {
        fullScale * (2.0).squareRoot() * ElementaryFunctions.powerOfTen(level / 20)
    }
}
