/// Where machines get randomness (branches, tags, nonces, SSRCs): always injected, so that a seed repeats a whole run.
package protocol RandomSource: RandomNumberGenerator {}

/// The kernel's generator; what drivers inject.
package struct SystemRandom: RandomSource {
    private var generator = SystemRandomNumberGenerator()
    package init() {}
    package mutating func next() -> UInt64 { generator.next() }
}

/// A repeatable generator (SplitMix64) for simulations. Not for secrets.
package struct SeededRandom: RandomSource, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension RandomNumberGenerator {
    /// `count` random bytes as lower-case letters and digits (32 symbols, 5 bits each): tags, branches, Call-IDs.
    package mutating func token(symbols count: Int) -> String {
        var generator = self
        defer { self = generator }
        return unsafe String(unsafeUninitializedCapacity: count) { buffer in
            var pool: UInt64 = 0
            var bits = 0
            for index in 0..<count {
                if bits < 5 {
                    pool = generator.next()
                    bits = 64
                }
                unsafe buffer[index] = tokenSymbols[Int(pool & 31)]
                pool >>= 5
                bits -= 5
            }
            return count
        }
    }
}

private let tokenSymbols = Array("abcdefghijkmnopqrstuvwxyz2345678".utf8)
