package import PBXBase

/// Wall time as RTCP sends it (RFC 3550 §4): seconds since 1900 and a 32-bit fraction of a second.
package struct NTPTimestamp: Hashable, Sendable {
    /// From 1900-01-01 to 1970-01-01.
    private static let unixEpochSeconds: Int64 = 2_208_988_800

    package var seconds: UInt32
    package var fraction: UInt32

    package init(seconds: UInt32, fraction: UInt32) {
        self.seconds = seconds
        self.fraction = fraction
    }

    package init(_ time: WallTime) {
        let whole = time.secondsSinceEpoch
        let microseconds = UInt64(time.microseconds - whole * 1_000_000)
        seconds = UInt32(truncatingIfNeeded: whole &+ Self.unixEpochSeconds)
        fraction = UInt32(truncatingIfNeeded: (microseconds << 32) / 1_000_000)
    }

    /// The wall time meant, taken to lie in the era 1968 to 2104 (RFC 4330 §3); good to a microsecond.
    package var wallTime: WallTime {
        let era: Int64 = seconds & 0x8000_0000 == 0 ? 1 << 32 : 0
        let whole = Int64(seconds) + era - Self.unixEpochSeconds
        let microseconds = (UInt64(fraction) * 1_000_000 + 0x8000_0000) >> 32
        return WallTime(microseconds: whole * 1_000_000 + Int64(microseconds))
    }

    /// The middle 32 bits: how report blocks name a sender report, in 65,536ths of a second.
    package var middle: UInt32 { seconds << 16 | fraction >> 16 }

    /// Round trip between us and the sender of `block`, received at `arrival` (RFC 3550 §6.4.1); nil when it has not
    /// yet heard a sender report of ours or the figures are impossible.
    package static func roundTrip(of block: RTCPReportBlock, arrival: NTPTimestamp) -> Interval? {
        guard block.lastSenderReport != 0 else { return nil }
        return roundTrip(
            since: block.lastSenderReport, delay: block.delaySinceLastSenderReport, arrival: arrival)
    }

    /// The time between `arrival` and the report of ours named by its middle 32 bits, less what the peer kept it; both
    /// in 65,536ths of a second. Nil when that is negative: clock steps and lies.
    package static func roundTrip(since report: UInt32, delay: UInt32, arrival: NTPTimestamp) -> Interval? {
        let units = arrival.middle &- report &- delay
        // Beyond half the range the result is negative.
        guard units < 0x8000_0000 else { return nil }
        return Interval(nanoseconds: Int64(units) * 1_000_000_000 / 65_536)
    }

    /// A time span in 65,536ths of a second, as report blocks carry it; at most what 32 bits hold, 0 if negative.
    package static func units(of interval: Interval) -> UInt32 {
        let nanoseconds = max(0, interval.nanoseconds)
        let whole = nanoseconds / 1_000_000_000
        guard whole < 65_536 else { return .max }
        return UInt32(whole << 16) | UInt32((nanoseconds % 1_000_000_000) << 16 / 1_000_000_000)
    }
}
