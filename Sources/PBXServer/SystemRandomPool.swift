import Glibc
import PBXBase

/// The kernel's randomness, fetched in lots: a call needs some twenty tags, branches and identifiers, and a system call
/// for each would cost more than all the rest of writing them. One pool for the whole core, so that no lot is ever
/// used twice. Confined to the core loop.
final class SystemRandomPool: RandomSource {
    private static let lot = 64
    private var numbers = [UInt64](repeating: 0, count: lot)
    private var used = lot

    func next() -> UInt64 {
        if used == Self.lot { refill() }
        defer { used += 1 }
        return numbers[used]
    }

    private func refill() {
        used = 0
        numbers.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { arc4random_buf(base, bytes.count) }
        }
    }
}
