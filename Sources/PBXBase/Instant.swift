/// A point on the monotonic clock, in nanoseconds. Machines receive it as an argument and never read a clock
/// themselves (architecture, law 2); two instants compare and subtract only within one run of one process.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Instant(nanoseconds: 0)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Instant, interval: Interval) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &+ interval.nanoseconds)
    }

    package static func - (instant: Instant, interval: Interval) -> Instant {
        Instant(nanoseconds: instant.nanoseconds &- interval.nanoseconds)
    }

    package static func - (later: Instant, earlier: Instant) -> Interval {
        Interval(nanoseconds: later.nanoseconds &- earlier.nanoseconds)
    }

    /// This moment, or the next one on a grid of that width: deadlines on a grid fall together.
    package func roundedUp(to grid: Interval) -> Instant {
        let excess = nanoseconds % grid.nanoseconds
        return excess <= 0 ? self : Instant(nanoseconds: nanoseconds &+ (grid.nanoseconds - excess))
    }

    /// The earlier of two deadlines, of which either may be missing.
    package static func earliest(_ first: Instant?, _ second: Instant?) -> Instant? {
        guard let first else { return second }
        guard let second else { return first }
        return min(first, second)
    }
}

/// A length of time in nanoseconds. The standard library's `Duration` counts attoseconds in 128 bits, which a timer
/// table touched on every message need not pay for.
package struct Interval: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let zero = Interval(nanoseconds: 0)
    package static func seconds(_ value: Int) -> Interval { Interval(nanoseconds: Int64(value) * 1_000_000_000) }
    package static func milliseconds(_ value: Int) -> Interval { Interval(nanoseconds: Int64(value) * 1_000_000) }
    package static func microseconds(_ value: Int) -> Interval { Interval(nanoseconds: Int64(value) * 1_000) }

    package var milliseconds: Int { Int(nanoseconds / 1_000_000) }
    package var seconds: Int { Int(nanoseconds / 1_000_000_000) }

    package static func < (left: Interval, right: Interval) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Interval, right: Interval) -> Interval {
        Interval(nanoseconds: left.nanoseconds &+ right.nanoseconds)
    }
    package static func * (interval: Interval, factor: Int) -> Interval {
        Interval(nanoseconds: interval.nanoseconds &* Int64(factor))
    }
}

/// Both clocks read once, at the same moment: what the exchange receives with every input.
package struct Now: Hashable, Sendable {
    package var instant: Instant
    package var wall: WallTime

    package init(instant: Instant, wall: WallTime) {
        self.instant = instant
        self.wall = wall
    }
}
