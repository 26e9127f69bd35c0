/// How much louder or quieter a party is heard, in fixed point: 4,096 is unchanged.
package struct MixGain: Hashable, Sendable {
    static let fractionBits: Int32 = 12
    /// Sixteenfold: more would overflow nothing, but is no gain any more.
    package static let decibelsMax = 24.0
    package static let decibelsMin = -60.0

    let factor: Int32

    package static let unchanged = MixGain(factor: 1 << fractionBits)
    package static let muted = MixGain(factor: 0)

    private init(factor: Int32) { self.factor = factor }

    /// Kept within `decibelsMin` and `decibelsMax`.
    package init(decibels: Double) {
        let clamped = max(Self.decibelsMin, min(Self.decibelsMax, decibels))
        factor = Int32((ElementaryFunctions.powerOfTen(clamped / 20) * Double(1 << Self.fractionBits)).rounded())
    }

    /// A sample of this loudness. 16 bits times 16 stays within 32.
    @inline(__always)
    func applied(to sample: Int16) -> Int32 { (Int32(sample) &* factor) >> Self.fractionBits }
}
