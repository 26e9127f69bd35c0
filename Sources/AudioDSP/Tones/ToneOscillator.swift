/// Up to four sines at a time, continuous over frames, at any rate.
struct ToneOscillator: Sendable {
    /// Time over which sound begins and ends: an edge in no time would be heard as a click, and could hide a digit.
    static let rampMilliseconds = 2

    // Points turning on circles: a few multiplications a sample instead of a sine.
    private var real = SIMD4<Float>(repeating: 1)
    private var imaginary = SIMD4<Float>.zero
    private var stepReal = SIMD4<Float>(repeating: 1)
    private var stepImaginary = SIMD4<Float>.zero
    private var amplitude = SIMD4<Float>.zero
    /// How far the edge has got: 0 silent, 1 loud.
    private var loudness: Float = 0
    private let loudnessStep: Float
    private let sampleRate: Int

    init(sampleRate: Int) {
        self.sampleRate = sampleRate
        loudnessStep = 1_000 / Float(Self.rampMilliseconds * sampleRate)
    }

    /// Sets the frequencies in Hz, 0 where fewer than four sound, and their amplitudes in 16-bit steps.
    mutating func tune(_ frequenciesHz: SIMD4<Float>, amplitude: SIMD4<Float>) {
        for index in 0..<4 {
            let isHeard = frequenciesHz[index] > 0 && frequenciesHz[index] < Float(sampleRate) / 2
            let turns = isHeard ? Double(frequenciesHz[index]) / Double(sampleRate) : 0
            stepReal[index] = Float(ElementaryFunctions.cosine(turns: turns))
            stepImaginary[index] = Float(ElementaryFunctions.sine(turns: turns))
            self.amplitude[index] = isHeard ? amplitude[index] : 0
            // A sine that begins in the middle would give the edge a step; all begin at zero.
            if loudness == 0 {
                real[index] = 1
                imaginary[index] = 0
            }
        }
    }

    /// Writes the samples of `range`. `fadesAfter` is how many samples from its start on the sound is on: before that
    /// it swells to full, after it fades.
    mutating func write(_ range: Range<Int>, of samples: inout MutableSpan<Int16>, fadesAfter: Int) {
        for index in range {
            let isOn = index - range.lowerBound < fadesAfter
            loudness = isOn ? min(1, loudness + loudnessStep) : max(0, loudness - loudnessStep)
            samples[index] = PCM.sample((amplitude * imaginary).sum() * loudness)
            let turned = real * stepReal - imaginary * stepImaginary
            imaginary = real * stepImaginary + imaginary * stepReal
            real = turned
        }
        // Rounding moves the points off their circles, ever so slowly.
        let correction = 1.5 - 0.5 * (real * real + imaginary * imaginary)
        real *= correction
        imaginary *= correction
    }

    /// Silence from here on.
    mutating func silence() { loudness = 0 }
}
