/// The few functions that tones and levels need, to full double precision for the arguments that occur. The standard
/// library has none of them, and the C library stays out of targets that do no I/O.
enum ElementaryFunctions {
    /// Sine of an angle in whole turns.
    static func sine(turns: Double) -> Double {
        var part = turns - turns.rounded()
        // Onto the rising quarter turns, where the series converges fastest.
        if part > 0.25 { part = 0.5 - part }
        if part < -0.25 { part = -0.5 - part }
        let angle = 2 * Double.pi * part
        var term = angle
        var sum = angle
        for index in 1...12 {
            term *= -angle * angle / Double(2 * index * (2 * index + 1))
            sum += term
        }
        return sum
    }

    static func cosine(turns: Double) -> Double { sine(turns: turns + 0.25) }

    /// Decadic logarithm of a positive, finite number.
    static func log10(_ value: Double) -> Double {
        // ln m = 2 artanh((m − 1) / (m + 1)), and m is below 2.
        let ratio = (value.significand - 1) / (value.significand + 1)
        var power = ratio
        var sum = ratio
        for index in 1...17 {
            power *= ratio * ratio
            sum += power / Double(2 * index + 1)
        }
        return (2 * sum + Double(value.exponent) * naturalLogarithmOfTwo) / naturalLogarithmOfTen
    }

    /// 10 to the power of `exponent`, which lies between −300 and 300.
    static func powerOfTen(_ exponent: Double) -> Double {
        let argument = exponent * naturalLogarithmOfTen
        let doublings = (argument / naturalLogarithmOfTwo).rounded()
        let rest = argument - doublings * naturalLogarithmOfTwo
        var term = 1.0
        var sum = 1.0
        for index in 1...16 {
            term *= rest / Double(index)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(doublings), significand: sum)
    }

    private static let naturalLogarithmOfTwo = 0.693_147_180_559_945_309
    private static let naturalLogarithmOfTen = 2.302_585_092_994_045_684
}
