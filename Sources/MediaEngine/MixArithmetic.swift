/// The inner loops of a mix, written so that the compiler makes vector instructions of them. Sums have 32 bits: 65,536
/// voices at full scale fit.
enum MixArithmetic {
    static func clear(_ sum: UnsafeMutableBufferPointer<Int32>, _ count: Int) {
        sum[..<count].update(repeating: 0)
    }

    static func add(
        _ samples: UnsafeMutableBufferPointer<Int16>, to sum: UnsafeMutableBufferPointer<Int32>, _ count: Int
    ) {
        guard let samples = samples.baseAddress, let sum = sum.baseAddress else { return }
        for index in 0..<count { sum[index] &+= Int32(samples[index]) }
    }

    static func subtract(
        _ samples: UnsafeMutableBufferPointer<Int16>, from sum: UnsafeMutableBufferPointer<Int32>, _ count: Int
    ) {
        guard let samples = samples.baseAddress, let sum = sum.baseAddress else { return }
        for index in 0..<count { sum[index] &-= Int32(samples[index]) }
    }

    static func clip(
        _ sum: UnsafeMutableBufferPointer<Int32>, into result: UnsafeMutableBufferPointer<Int16>, _ count: Int
    ) {
        guard let sum = sum.baseAddress, let result = result.baseAddress else { return }
        for index in 0..<count { result[index] = clipped(sum[index]) }
    }

    /// The sum of all others.
    static func clip(
        _ sum: UnsafeMutableBufferPointer<Int32>, without own: UnsafeMutableBufferPointer<Int16>,
        into result: UnsafeMutableBufferPointer<Int16>, _ count: Int
    ) {
        guard let sum = sum.baseAddress, let own = own.baseAddress, let result = result.baseAddress else { return }
        for index in 0..<count { result[index] = clipped(sum[index] &- Int32(own[index])) }
    }

    private static func clipped(_ value: Int32) -> Int16 {
        Int16(truncatingIfNeeded: max(-32_768, min(32_767, value)))
    }
}
