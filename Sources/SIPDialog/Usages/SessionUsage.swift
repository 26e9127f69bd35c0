package import PBXBase

// What a dialog is used for when an INVITE opened it (RFC 3261 §13, §14, §15).
//
//        we called                      we were called
//      ┌───────────┐                   ┌───────────┐
//      │  calling  │                   │  offered  │
//      └─┬───────┬─┘                   └─┬───────┬─┘
//    2xx │       │ other final       2xx │       │ other final, CANCEL
//        ▼       ▼                       ▼       ▼
//   established  ended              established  ended
//        │  BYE sent                     │  BYE received
//        ▼                               ▼
//      ending ── final, timeout ──▶    ended
//
// Beside the state, an established session has at most one offer under way (§14: a second earns 491), and every 2xx
// that we sent to an INVITE is repeated until its ACK comes (§13.3.1.4).

/// The INVITE usage of one dialog: which step it is in, and the 2xx that waits for its ACK.
package struct SessionUsage: Sendable {
    package enum Phase: Sendable, Equatable {
        case calling
        case offered
        case established
        /// Our BYE is under way.
        case ending
        case ended
    }

    /// An offer/answer exchange inside the established session.
    package enum Reoffer: Sendable, Equatable {
        case none
        /// Our re-INVITE waits for its final response.
        case ours
        /// The peer's re-INVITE or UPDATE waits for ours.
        case theirs
    }

    package private(set) var phase: Phase
    package private(set) var reoffer: Reoffer = .none
    /// What an `.acknowledge` is due for: a 2xx of ours that is not yet acknowledged.
    package private(set) var unacknowledged: UnacknowledgedAnswer?

    package init(phase: Phase) { self.phase = phase }

    package var isOver: Bool { phase == .ended || phase == .ending }

    // MARK: Initial INVITE

    /// We sent a 2xx: the session stands, and the 2xx repeats until the ACK.
    package mutating func answerSent(_ bytes: [UInt8], sequence: UInt32, isReliable: Bool, now: Instant) {
        phase = .established
        reoffer = .none
        unacknowledged = UnacknowledgedAnswer(bytes: bytes, sequence: sequence, isReliable: isReliable, now: now)
    }

    /// The peer sent a 2xx to our INVITE.
    package mutating func answerReceived() { phase = .established }

    /// The INVITE ended without a session.
    package mutating func failed() { phase = .ended }

    /// True when this ACK is the one that a 2xx of ours waited for.
    package mutating func acknowledged(sequence: UInt32) -> Bool {
        guard unacknowledged?.sequence == sequence else { return false }
        unacknowledged = nil
        return true
    }

    // MARK: Offers inside the session

    /// Whether the peer's new offer may be taken now (RFC 3261 §14.2, RFC 3311 §5.2).
    package enum OfferVerdict: Sendable, Equatable {
        case taken
        /// Our own offer is under way: 491.
        case pending
        /// Its earlier offer is not yet answered: 500 with Retry-After.
        case overlapping
        /// No session that could change: 481.
        case noSession
    }

    package mutating func offerReceived() -> OfferVerdict {
        guard phase == .established else { return .noSession }
        switch reoffer {
        case .ours: return .pending
        case .theirs: return .overlapping
        case .none:
            guard unacknowledged == nil else { return .overlapping }
            reoffer = .theirs
            return .taken
        }
    }

    /// True when we may send a re-INVITE now; it is then under way.
    package mutating func offerSent() -> Bool {
        guard phase == .established, reoffer == .none, unacknowledged == nil else { return false }
        reoffer = .ours
        return true
    }

    /// The offer under way is settled, either way.
    package mutating func offerSettled() { reoffer = .none }

    // MARK: End

    /// Our BYE goes out.
    package mutating func byeSent() {
        phase = .ending
        unacknowledged = nil
    }

    /// The peer's BYE arrived, or our BYE is settled.
    package mutating func byeSettled() {
        phase = .ended
        unacknowledged = nil
    }

    // MARK: Time

    package var deadline: Instant? { unacknowledged?.deadline }

    package enum TimeoutAction: Sendable, Equatable {
        case nothing
        case retransmit([UInt8])
        /// No ACK for 64·T1: the session is to be ended with a BYE (RFC 3261 §13.3.1.4).
        case giveUp
    }

    package mutating func timeout(now: Instant) -> TimeoutAction {
        guard var waiting = unacknowledged, waiting.deadline <= now else { return .nothing }
        if now >= waiting.giveUpAt {
            unacknowledged = nil
            return .giveUp
        }
        waiting.repeated(now: now)
        unacknowledged = waiting
        return .retransmit(waiting.bytes)
    }
}

/// A 2xx to an INVITE that repeats until its ACK: T1, doubling to T2, for 64·T1 (RFC 3261 §13.3.1.4).
package struct UnacknowledgedAnswer: Sendable {
    package static let firstInterval = Interval.milliseconds(500)
    package static let longestInterval = Interval.seconds(4)
    package static let giveUpAfter = Interval.seconds(32)

    package let bytes: [UInt8]
    package let sequence: UInt32
    package let giveUpAt: Instant
    private var interval: Interval
    private var nextAt: Instant

    init(bytes: [UInt8], sequence: UInt32, isReliable: Bool, now: Instant) {
        self.bytes = bytes
        self.sequence = sequence
        giveUpAt = now + Self.giveUpAfter
        // RFC 3261 §13.3.1.4 repeats over reliable transports too, because a proxy further on may use UDP. Peers that
        // are phones on a connection of their own never need it, so there only the limit counts.
        interval = Self.firstInterval
        nextAt = isReliable ? giveUpAt : now + Self.firstInterval
    }

    var deadline: Instant { min(nextAt, giveUpAt) }

    mutating func repeated(now: Instant) {
        interval = min(interval * 2, Self.longestInterval)
        nextAt = now + interval
    }
}
