import Glibc
import PBXBase

/// The clock of the sound threads.
enum Monotonic {
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Waits, to the millisecond below.
    static func wait(until instant: Instant) {
        let left = (instant - now).nanoseconds / 1_000_000
        // `poll` is a wait that anything could end early; nothing here does.
        if left > 0 { poll(nil, 0, Int32(clamping: left)) }
    }
}
