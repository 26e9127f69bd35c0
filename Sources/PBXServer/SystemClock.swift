import Glibc
import PBXBase

/// Reads both clocks of the machine; the one place of the daemon that does, beside the media workers.
struct SystemClock: Sendable {
    init() {}

    var now: Now { Now(instant: instant, wall: wall) }

    var instant: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// How far local time is ahead of UTC now.
    var utcOffsetSeconds: Int {
        var seconds = time(nil)
        var local = tm()
        return localtime_r(&seconds, &local) == nil ? 0 : local.tm_gmtoff
    }

    var wall: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
