package import PBXBase

/// The timers of RFC 3261 §17 (table 4 of its appendix A) and RFC 6026 §7, all derived from T1, T2 and T4.
package struct TransactionTimers: Hashable, Sendable {
    /// Estimated round-trip time.
    package var t1: Interval
    /// Longest pause between retransmissions of non-INVITE requests and INVITE responses.
    package var t2: Interval
    /// How long a message may live in the network.
    package var t4: Interval
    /// RFC 3261 §17.2.1: how long the user may think before 100 goes out.
    package var trying: Interval

    package init(
        t1: Interval = .milliseconds(500), t2: Interval = .seconds(4), t4: Interval = .seconds(5),
        trying: Interval = .milliseconds(200)
    ) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
        self.trying = trying
    }

    /// Timers B, F, H, J, L and M, and how long an INVITE waits for its final response after CANCEL (§9.1).
    package var transactionLife: Interval { t1 * 64 }
    /// Timer D over unreliable transports: at least 32 seconds, whatever T1 is.
    package var inviteLinger: Interval { max(transactionLife, .seconds(32)) }
    /// RFC 4320 §4.1: no 100 to a non-INVITE request over UDP before the client's timer E has grown to T2.
    package var nonInviteTrying: Interval {
        var pause = t1
        var elapsed = Interval.zero
        while .zero < pause, pause < t2 {
            elapsed = elapsed + pause
            pause = pause * 2
        }
        return elapsed
    }
}

/// A message that is sent again after ever longer pauses.
struct Retransmission: Hashable, Sendable {
    private(set) var at: Instant
    private var pause: Interval

    init(first pause: Interval, now: Instant) {
        at = now + pause
        self.pause = pause
    }

    /// Whether it is due; then sets the next time, twice as far off but never farther than `pauseMax`.
    mutating func fire(now: Instant, pauseMax: Interval?) -> Bool {
        guard at <= now else { return false }
        pause = pause * 2
        if let pauseMax, pauseMax < pause { pause = pauseMax }
        at = now + pause
        return true
    }
}
