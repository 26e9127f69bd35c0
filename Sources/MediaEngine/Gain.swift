import Glibc

/// A factor on samples, ready for use: nothing is done for 0 dB.
struct Gain: Hashable, Sendable {
    /// What commands may ask for, in tenths of a decibel.
    static let tenthsOfDecibel = -400...200
    private static let one: Int32 = 4_096

    private let factor: Int32

    init(tenthsOfDecibel value: Int) {
        let limited = min(max(value, Self.tenthsOfDecibel.lowerBound), Self.tenthsOfDecibel.upperBound)
        factor = limited == 0 ? Self.one : Int32(Double(Self.one) * pow(10, Double(limited) / 200))
    }

    var isNeutral: Bool { factor == Self.one }

    func apply(to samples: UnsafeMutableBufferPointer<Int16>) {
        guard !isNeutral, let base = samples.baseAddress else { return }
        for index in 0..<samples.count {
            let product = (Int32(base[index]) &* factor) >> 12
            base[index] = Int16(truncatingIfNeeded: max(-32_768, min(32_767, product)))
        }
    }
}
