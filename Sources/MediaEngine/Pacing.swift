import PBXBase

/// Chooses between waking per packet and waking per millisecond.
///
/// Few packets: each is sent on the moment it comes. Many: one wake-up per millisecond serves all that came meanwhile,
/// which costs half a millisecond of delay on average and saves a third of the work.
struct Pacing {
    static let tick = Interval.milliseconds(1)
    /// While nothing is passed on, packets wait for the next beat of a mix anyway, and the sound that is sent has its
    /// own times: a fifth of the wake-ups will do.
    static let relaxedTick = Interval.milliseconds(5)
    static let window = Interval.milliseconds(50)
    /// About where a tick (1,000 wake-ups a second) gets cheaper than a wake-up per packet; apart, not to flutter.
    static let packetsPerWindowToTick = 60
    static let packetsPerWindowToStop = 25

    private(set) var isTicking = false
    private var windowStart = Instant.zero
    private var packetsInWindow = 0
    private var lastTick = Instant.zero
    private var packetsForwardedInWindow = 0
    private var isRelaxed = false

    /// Notes that a packet was passed on, for which a millisecond counts.
    mutating func forwarded() {
        packetsForwardedInWindow += 1
        isRelaxed = false
    }

    /// Notes that a wake-up at `now` found `packets` sockets ready.
    mutating func wokeUp(packets: Int, now: Instant) {
        packetsInWindow += packets
        lastTick = now
        guard now - windowStart >= Self.window else { return }
        // A window is stretched by sleep; a long one counts in proportion.
        let windows = max(1, (now - windowStart).nanoseconds / Self.window.nanoseconds)
        let packetsPerWindow = packetsInWindow / Int(windows)
        isTicking = packetsPerWindow >= (isTicking ? Self.packetsPerWindowToStop : Self.packetsPerWindowToTick)
        isRelaxed = packetsForwardedInWindow == 0
        windowStart = now
        packetsInWindow = 0
        packetsForwardedInWindow = 0
    }

    /// When the next wake-up is due while ticking.
    var nextTick: Instant { lastTick + (isRelaxed ? Self.relaxedTick : Self.tick) }
}
