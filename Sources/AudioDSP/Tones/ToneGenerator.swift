/// A steady sine for test calls and signals. Continuous over calls of `next`.
package struct ToneGenerator: Sendable {
    package let frequencyHz: Double
    package let sampleRate: Int
    private let amplitude: Double
    // A point turning on a circle: two multiplications per sample instead of a sine.
    private let stepReal: Double
    private let stepImaginary: Double
    private var real = 1.0
    private var imaginary = 0.0

    /// - Parameters:
    ///   - frequencyHz: below half the sample rate.
    ///   - level: in dBov; above −3.01 the peaks are cut off.
    package init(frequencyHz: Double, level: Double = -15, sampleRate: Int = 8_000) {
        self.frequencyHz = frequencyHz
        self.sampleRate = sampleRate
        amplitude = Decibels.sineAmplitude(level: level)
        let turns = frequencyHz / Double(sampleRate)
        stepReal = ElementaryFunctions.cosine(turns: turns)
        stepImaginary = ElementaryFunctions.sine(turns: turns)
    }

    /// Appends the next `count` samples.
    package mutating func next(_ count: Int, into pcm: inout [Int16]) {
        for _ in 0..<count {
            let sample = (amplitude * imaginary).rounded()
            pcm.append(Int16(max(-32_768, min(32_767, sample))))
            (real, imaginary) = (
                real * stepReal - imaginary * stepImaginary, real * stepImaginary + imaginary * stepReal
            )
        }
        // Rounding moves the point off the circle, ever so slowly.
        let radius = (real * real + imaginary * imaginary).squareRoot()
        real /= radius
        imaginary /= radius
    }
}
