/// What a comfort-noise packet says (RFC 3389 §3): how loud the background is, and its colour.
package struct ComfortNoiseDescription: Hashable, Sendable {
    /// Reflection coefficients beyond these change nothing that can be heard.
    package static let reflectionsMax = 10

    /// In −dBov, 0…127; larger is quieter.
    package var levelBelowOverload: UInt8
    /// Reflection coefficients, each 0…254 for −1…1; the rest are 127, which is none.
    var reflections = InlineArray<10, UInt8>(repeating: 127)

    package init(levelBelowOverload: UInt8) { self.levelBelowOverload = min(levelBelowOverload, 127) }

    /// The description of background of this level in dBov.
    package init(level: Double) {
        self.init(levelBelowOverload: UInt8(max(0, min(127, (-level).rounded()))))
    }

    /// Reads a payload; nil for an empty one.
    package init?(_ payload: Span<UInt8>) {
        guard !payload.isEmpty else { return nil }
        self.init(levelBelowOverload: payload[0] & 0x7F)
        for index in 1..<max(1, min(payload.count, Self.reflectionsMax + 1)) {
            reflections[index - 1] = min(payload[index], 254)
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.levelBelowOverload == right.levelBelowOverload
            && (0..<reflectionsMax).allSatisfy { left.reflections[$0] == right.reflections[$0] }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(levelBelowOverload) }
}

/// Makes the background noise that silence suppression took away, so that the line does not sound dead.
package struct ComfortNoise: Sendable {
    private var state: UInt64
    private var amplitude: Float = 0
    /// Of the lattice filter that colours the noise.
    private var coefficients = InlineArray<10, Float>(repeating: 0)
    private var memory = InlineArray<11, Float>(repeating: 0)
    private var isColoured = false

    /// Without a word from the sender, in dBov: quieter than any telephone line.
    package static let levelDefault = -65.0
    /// Louder is taken for an error of the sender's.
    package static let levelMax = -30.0

    /// - Parameter seed: two streams of one seed sound the same.
    package init(seed: UInt64) {
        state = seed | 1
        describe(ComfortNoiseDescription(level: Self.levelDefault))
    }

    /// Sets level and colour; the sound changes without a click, as noise has no phase.
    package mutating func describe(_ description: ComfortNoiseDescription) {
        let level = min(Self.levelMax, -Double(description.levelBelowOverload))
        var power: Float = 1
        isColoured = false
        for index in 0..<ComfortNoiseDescription.reflectionsMax {
            // RFC 3389 §3.2: 8 bits, uniform over −1…1; a filter at the very edge would ring for ever.
            let value = 258 * (Float(description.reflections[index]) - 127) / 32_768
            coefficients[index] = max(-0.98, min(0.98, value))
            power *= 1 - coefficients[index] * coefficients[index]
            if coefficients[index] != 0 { isColoured = true }
        }
        // Uniform noise between ±a has a mean square of a²/3; the filter brings its power back up by 1/∏(1 − k²).
        let meanRoot = Decibels.fullScale * ElementaryFunctions.powerOfTen(level / 20)
        amplitude = level <= Decibels.silence ? 0 : Float(meanRoot) * (3 * power).squareRoot()
    }

    /// Fills the first `count` samples.
    package mutating func fill(_ samples: inout MutableSpan<Int16>, count: Int) {
        for index in 0..<min(count, samples.count) {
            // Xorshift (Marsaglia): the ear is no judge of more.
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let noise = Float(Int32(truncatingIfNeeded: state >> 32)) * (1 / 2_147_483_648) * amplitude
            samples[index] = PCM.sample(isColoured ? coloured(noise) : noise)
        }
    }

    private mutating func coloured(_ excitation: Float) -> Float {
        var forward = excitation
        for index in stride(from: ComfortNoiseDescription.reflectionsMax - 1, through: 0, by: -1) {
            forward -= coefficients[index] * memory[index]
            memory[index + 1] = memory[index] + coefficients[index] * forward
        }
        memory[0] = forward
        return forward
    }
}
