/// Brings speakers to one loudness: slowly up, faster down, never into clipping, and not at all while nobody speaks, so
/// that pauses are not filled with noise.
package struct GainControl: Sendable {
    /// In dB.
    package static let gains = -12.0...18.0
    /// In dB a second.
    private static let rise = 6.0
    private static let fall = 30.0
    private static let memorySeconds = 3.0
    /// Peaks stay below this, in 16-bit steps: 1 dB below full scale.
    private static let peakMax = 29_204.0

    /// The level that speech is brought to, in dBov.
    package let target: Double
    private let sampleRate: Int
    private var detector: SpeechDetector
    /// Mean square of the speech so far, of which the last seconds weigh as much as all before them.
    private var speechPower = 0.0
    private var speechSeconds = 0.0
    /// In dB.
    package private(set) var gain = 0.0
    private var factor: Float = 1

    package init(sampleRate: Int, target: Double = -24) {
        self.sampleRate = max(1, sampleRate)
        self.target = target
        detector = SpeechDetector(sampleRate: sampleRate)
    }

    /// Changes the next frame where it stands.
    package mutating func apply(to samples: inout MutableSpan<Int16>) {
        let finding = detector.hear(samples.span)
        let seconds = Double(samples.count) / Double(sampleRate)
        if finding.isSpeech, finding.level > detector.floor + SpeechDetector.standOut {
            speechSeconds = min(speechSeconds + seconds, Self.memorySeconds)
            speechPower += (PCM.meanSquare(samples.span) - speechPower) * min(1, seconds / speechSeconds)
            let wanted = min(
                max(target - Decibels.level(meanSquare: speechPower), Self.gains.lowerBound), Self.gains.upperBound)
            gain = min(max(wanted, gain - Self.fall * seconds), gain + Self.rise * seconds)
        }
        let peak = Double(PCM.peak(samples.span))
        let next = Float(min(ElementaryFunctions.powerOfTen(gain / 20), peak > 0 ? Self.peakMax / peak : .infinity))
        // From one factor to the next over the frame; down at once where it would clip.
        let start = Double(factor) * peak > Self.peakMax ? next : factor
        let step = samples.isEmpty ? 0 : (next - start) / Float(samples.count)
        var current = start
        for index in samples.indices {
            current += step
            samples[index] = PCM.sample(Float(samples[index]) * current)
        }
        factor = next
    }
}
