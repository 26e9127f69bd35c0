/// Noise in place of the silence that a sender does not send, so that the line does not sound dead (RFC 3389 §4.1; the
/// spectrum is left white, softened a little).
package struct ComfortNoise: Sendable {
    /// Without a word from the sender, in dBov: quieter than any telephone line.
    package static let levelDefault = -65.0
    /// Louder is taken for an error of the sender's.
    package static let levelMax = -30.0

    private var amplitude: Double
    private var state: UInt64
    private var last = 0.0

    package init(seed: UInt64) {
        state = seed
        amplitude = Self.amplitude(level: Self.levelDefault)
    }

    /// Takes the first byte of a comfort noise packet: the level in −dBov (RFC 3389 §3).
    package mutating func received(levelByte: UInt8) {
        amplitude = Self.amplitude(level: min(Self.levelMax, -Double(levelByte & 0x7F)))
    }

    /// Fills the first `count` samples.
    package mutating func fill(_ pcm: inout MutableSpan<Int16>, count: Int) {
        for index in 0..<min(count, pcm.count) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let white = Double(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
            last = 0.5 * last + white
            pcm[index] = Int16(max(-32_768, min(32_767, (last * amplitude).rounded())))
        }
    }

    /// Evenly spread noise has a third of the power of its peak; the softening adds a third.
    private static func amplitude(level: Double) -> Double {
        Decibels.fullScale * ElementaryFunctions.powerOfTen(level / 20) * 1.5
    }
}
