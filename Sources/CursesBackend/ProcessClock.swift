import Glibc
package import PBXBase

/// The machine's clocks, for the drivers of terminal programs.
package enum ProcessClock {
    package static var now: Now {
        var monotonic = timespec()
        var wall = timespec()
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        clock_gettime(CLOCK_REALTIME, &wall)
        return Now(
            instant: Instant(nanoseconds: Int64(monotonic.tv_sec) * 1_000_000_000 + Int64(monotonic.tv_nsec)),
            wall: WallTime(microseconds: Int64(wall.tv_sec) * 1_000_000 + Int64(wall.tv_nsec) / 1_000))
    }

    /// Seconds east of UTC that clocks here show at a moment, given in seconds since 1970.
    package static let secondsEast: @Sendable (Int64) -> Int = { seconds in
        var moment = time_t(seconds)
        var local = tm()
        localtime_r(&moment, &local)
        return local.tm_gmtoff
    }
}
