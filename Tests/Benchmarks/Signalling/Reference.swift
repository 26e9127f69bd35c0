import Crypto
import Glibc

/// A fixed piece of work that costs what signalling is made of, hashing and small allocations, in code that does not
/// change with ours: measured between our rounds, it says how fast the machine is at that moment.
enum Reference {
    private static let block = [UInt8](repeating: 0x5A, count: 1_024)

    /// Runs it once: 64 KiB through SHA-256, 512 arrays of up to 640 bytes. The result keeps it from being optimised
    /// away.
    static func run() -> Int {
        var hash = SHA256()
        for _ in 0..<64 { hash.update(data: block) }
        var sum = hash.finalize().reduce(0) { $0 + Int($1) }
        var kept: [[UInt8]] = []
        kept.reserveCapacity(512)
        for index in 0..<512 { kept.append(Array(block.prefix(128 + index))) }
        for bytes in kept { sum &+= Int(bytes[bytes.count - 1]) }
        return sum
    }
}

/// CPU time of this process in nanoseconds.
func cpuNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
