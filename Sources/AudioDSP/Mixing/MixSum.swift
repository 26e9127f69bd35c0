/// One tick of a conference: the sum of all parties, from which each hears all but itself (N−1). Parties that say
/// nothing need not be added and may share the whole sum, encoded once.
///
/// Sums are kept in 32 bits: 2,048 parties at full gain of 24 dB fit.
package struct MixSum: ~Copyable {
    package static let partiesMax = 2_048
    /// Above this the curve bends: 3.5 dB below overload.
    static let kneeLevel: Int32 = 21_845
    /// Four steps above the knee become one: 65,533 is what full scale is reached at.
    private static let kneeShift: Int32 = 2

    /// Samples a tick, at most.
    package let capacity: Int
    /// Samples of this tick.
    package private(set) var count = 0
    private var sums: [Int32]

    /// Makes room for ticks of `capacity` samples: 960 for 20 ms at 48 kHz.
    package init(capacity: Int) {
        self.capacity = max(0, capacity)
        sums = Array(repeating: 0, count: self.capacity)
    }

    /// Begins a tick of `count` samples, at most `capacity`, in which nobody speaks.
    package mutating func begin(count: Int) {
        self.count = min(max(0, count), capacity)
        for index in 0..<self.count { sums[index] = 0 }
    }

    /// Adds a party. Sound beyond the tick is left out, a shorter frame counts as silence at its end.
    package mutating func add(_ pcm: Span<Int16>, gain: MixGain = .unchanged) {
        let count = min(self.count, pcm.count)
        var target = sums.mutableSpan
        if gain == .unchanged {
            for index in 0..<count {
                // Within both spans by the line above; the check would keep the loop from being vectorised.
                unsafe target[unchecked: index] &+= Int32(pcm[unchecked: index])
            }
        } else if gain != .muted {
            for index in 0..<count {
                unsafe target[unchecked: index] &+= gain.applied(to: pcm[unchecked: index])
            }
        }
    }

    /// What somebody hears who added nothing.
    package func mix(into pcm: inout MutableSpan<Int16>) {
        let count = min(self.count, pcm.count)
        let source = sums.span
        for index in 0..<count {
            unsafe pcm[unchecked: index] = Self.limited(source[unchecked: index])
        }
    }

    /// What a party hears that added `own` with `gain`: all others.
    package func mix(without own: Span<Int16>, gain: MixGain = .unchanged, into pcm: inout MutableSpan<Int16>) {
        let count = min(self.count, pcm.count)
        let ownCount = min(count, own.count)
        let source = sums.span
        if gain == .unchanged {
            for index in 0..<ownCount {
                let others = unsafe source[unchecked: index] &- Int32(own[unchecked: index])
                unsafe pcm[unchecked: index] = Self.limited(others)
            }
        } else {
            for index in 0..<ownCount {
                let others = unsafe source[unchecked: index] &- gain.applied(to: own[unchecked: index])
                unsafe pcm[unchecked: index] = Self.limited(others)
            }
        }
        for index in ownCount..<count { pcm[index] = Self.limited(source[index]) }
    }

    /// Straight up to the knee, bent above, and never beyond 16 bits: two who speak at once do not crackle.
    @inline(__always)
    static func limited(_ sum: Int32) -> Int16 {
        // Each step is one instruction on whole vectors: no branches, no division.
        let above = max(0, sum &- kneeLevel)
        let below = min(0, sum &+ kneeLevel)
        let bent = sum &- above &- below &+ (above >> kneeShift) &+ (below >> kneeShift)
        return Int16(truncatingIfNeeded: max(-32_768, min(32_767, bent)))
    }
}
