/// The sound of a key: two tones for as long as it is down, then silence for the gap (ITU-T Q.23).
package struct DigitTone: Sendable {
    /// −7 dBm0 for both tones together: ITU-T Q.23's usual sending level.
    package static let levelDefault = -13.2

    private static let rows: [Float] = [697, 770, 852, 941]
    private static let columns: [Float] = [1_209, 1_336, 1_477, 1_633]
    private static let keys: [Character] = [
        "1", "2", "3", "A", "4", "5", "6", "B", "7", "8", "9", "C", "*", "0", "#", "D",
    ]

    private var oscillator: ToneOscillator
    private let rampSamples: Int
    private var samplesOn: Int
    private var samplesOff: Int

    /// - Parameters:
    ///   - level: of both tones together, in dBov.
    ///   - twist: by how much the higher tone is louder, in dB; lines weaken it, receivers take −8 to 4.
    ///   - milliseconds: how long the key is down; nil until `release`.
    ///   - gapMilliseconds: silence that belongs to the digit.
    /// Nil for what is no key with a sound (flash among them).
    package init?(
        _ digit: Character, sampleRate: Int, level: Double = levelDefault, twist: Double = 0, milliseconds: Int? = 100,
        gapMilliseconds: Int = DigitQueue.gapMilliseconds
    ) {
        let key = digit >= "a" && digit <= "d" ? digit.uppercased().first : digit
        guard let place = Self.keys.firstIndex(where: { $0 == key }) else { return nil }
        oscillator = ToneOscillator(sampleRate: sampleRate)
        rampSamples = ToneOscillator.rampMilliseconds * sampleRate / 1_000
        let lengthMax = DigitQueue.lengths.upperBound
        samplesOn = milliseconds.map { min(max($0, 0), lengthMax) * sampleRate / 1_000 } ?? .max
        samplesOff = min(max(gapMilliseconds, 0), lengthMax) * sampleRate / 1_000
        // Both together have the level, the higher one `twist` over the lower one.
        let ratio = ElementaryFunctions.powerOfTen(twist / 10)
        let power = ElementaryFunctions.powerOfTen(level / 10)
        let low = Decibels.fullScale * (2 * power / (1 + ratio)).squareRoot()
        let high = low * ratio.squareRoot()
        oscillator.tune(
            [Self.rows[place / 4], Self.columns[place % 4], 0, 0], amplitude: [Float(low), Float(high), 0, 0])
    }

    /// Nothing is left to play.
    package var isFinished: Bool { samplesOn == 0 && samplesOff == 0 }

    /// The key goes up: the tone fades, the gap follows.
    package mutating func release() { samplesOn = min(samplesOn, rampSamples) }

    /// Fills `samples`, with silence after the end; returns how many belong to the digit and its gap.
    package mutating func next(into samples: inout MutableSpan<Int16>) -> Int {
        let tone = min(samplesOn, samples.count)
        oscillator.write(0..<tone, of: &samples, fadesAfter: samplesOn - rampSamples)
        for index in tone..<samples.count { samples[index] = 0 }
        if samplesOn != .max { samplesOn -= tone }
        let gap = min(samplesOff, samples.count - tone)
        samplesOff -= gap
        return tone + gap
    }
}
