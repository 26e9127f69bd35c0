/// Arithmetic on 16-bit samples.
enum PCM {
    /// The nearest sample; what is too loud is cut off.
    @inline(__always)
    static func sample(_ value: Float) -> Int16 {
        // Adding 1.5 · 2²³ leaves the rounded value in the low bits of the sum: no call and no branch, where
        // `rounded()` is a function call on processors without SSE 4.1.
        let limited = max(-32_768, min(32_767, value))
        return Int16(truncatingIfNeeded: Int32(bitPattern: (limited + 12_582_912).bitPattern) &- 0x4B40_0000)
    }

    /// The mean square; 0 for no samples.
    static func meanSquare(_ samples: Span<Int16>) -> Double {
        guard !samples.isEmpty else { return 0 }
        // Whole numbers add up in any order, so that the compiler may take several at a time.
        var sum: Int64 = 0
        for index in samples.indices {
            let sample = Int32(samples[index])
            sum &+= Int64(sample &* sample)
        }
        return Double(sum) / Double(samples.count)
    }

    /// The largest magnitude, 0…32,768.
    static func peak(_ samples: Span<Int16>) -> Int {
        var peak: Int32 = 0
        for index in samples.indices { peak = max(peak, abs(Int32(samples[index]))) }
        return Int(peak)
    }
}
