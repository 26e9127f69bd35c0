/// The coefficients of a rational change of rate by `up / down`: a low pass of linear phase, windowed after Kaiser, cut
/// into `up` phases of equal length.
///
/// Flat within 0.1 dB to 0.85 of the narrower Nyquist frequency, 60 dB down from there on upwards.
struct PolyphaseFilter: Sendable {
    /// Length of a phase in samples of the narrower rate: sets how steep the filter is, and its delay.
    static let narrowTaps = 56
    /// Where the amplitude is halved, in parts of the narrower Nyquist frequency: the middle of the transition.
    private static let cutoff = 0.925
    /// Kaiser's parameter for a stop band of 66 dB.
    private static let windowShape = 0.1102 * (66 - 8.7)
    /// Samples that one step of the convolution takes.
    static let stride = 8

    let up: Int
    let down: Int
    /// Coefficients of one phase: a multiple of `stride`.
    let taps: Int
    /// Phase after phase, each in the order of the samples that it meets.
    let coefficients: [Float]

    /// - Parameters: a ratio in lowest terms.
    init(up: Int, down: Int) {
        self.up = up
        self.down = down
        let exact = (Self.narrowTaps * max(up, down) + up - 1) / up
        let taps = (exact + Self.stride - 1) / Self.stride * Self.stride
        self.taps = taps
        // The prototype runs at `up` times the source rate; the window is as long as `exact` asks for, whatever the
        // rounding to whole strides adds stays zero at its ends.
        let length = taps * up
        let centre = Double(length - 1) / 2
        let reach = Double(Self.narrowTaps * max(up, down)) / 2
        let turnsPerTap = Self.cutoff / Double(2 * max(up, down))
        let scale = 1 / Self.bessel(Self.windowShape)
        var coefficients = [Float](repeating: 0, count: length)
        for phase in 0..<up {
            var sum = 0.0
            var values = [Double](repeating: 0, count: taps)
            for tap in 0..<taps {
                let place = Double(phase + tap * up) - centre
                let inside = 1 - (place / reach) * (place / reach)
                guard inside > 0 else { continue }
                let angle = place * turnsPerTap
                let ideal = angle == 0 ? 1 : ElementaryFunctions.sine(turns: angle) / (2 * .pi * angle)
                values[tap] = ideal * Self.bessel(Self.windowShape * inside.squareRoot()) * scale
                sum += values[tap]
            }
            // Every phase passes a constant unchanged: otherwise their differences would be heard as a tone.
            for tap in 0..<taps { coefficients[phase * taps + taps - 1 - tap] = Float(values[tap] / sum) }
        }
        self.coefficients = coefficients
    }

    /// Samples of the source by which the result lags.
    var delay: Double { Double(taps * up - 1) / Double(2 * up) }

    /// The modified Bessel function of the first kind, order 0.
    private static func bessel(_ value: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for index in 1...24 {
            let factor = value / Double(2 * index)
            term *= factor * factor
            sum += term
        }
        return sum
    }
}
