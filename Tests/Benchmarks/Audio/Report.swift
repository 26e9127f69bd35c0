import Glibc

/// Takes times, prints them, and holds them against their limits.
struct Report {
    /// Checked in: more than this is a regression, in µs per 20 ms frame.
    static let resamplerMicrosecondsMax = 6.0
    static let detectorMicrosecondsMax = 5.0
    /// Transcoding of Opus may cost this much more than the codec itself.
    static let transcodingRatioMax = 1.10

    /// How often each piece of work is done in a round.
    let frames: Int
    private(set) var isGood = true

    init(frames: Int) { self.frames = frames }

    /// µs for one turn of `work`: the least of five rounds, as everything else only adds.
    func microseconds(_ work: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<5 {
            let before = Self.cpuNanoseconds()
            for _ in 0..<frames { try work() }
            best = min(best, Double(Self.cpuNanoseconds() - before) / 1_000 / Double(frames))
        }
        return best
    }

    mutating func add(_ name: String, _ value: Double, atMost limit: Double = .infinity) {
        let padding = String(repeating: " ", count: max(1, 40 - name.count))
        let isAbove = value > limit
        print("\(name)\(padding)\((value * 100).rounded() / 100) µs" + (isAbove ? ", above \(limit)" : ""))
        if isAbove { isGood = false }
    }

    private static func cpuNanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
