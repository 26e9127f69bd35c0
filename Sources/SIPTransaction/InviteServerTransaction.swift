import PBXBase

//  RFC 3261 figure 7 with RFC 6026 §7.1 (state Accepted):
//
//             INVITE received
//                    │        200 ms without an answer: 100 sent
//             ┌──────▼─────┐  INVITE again: last provisional again
//             │ proceeding │  1xx: sent
//             └──┬──────┬──┘
//        300–699 │      │ 2xx
//      ┌─────────▼─┐  ┌─▼────────┐
//      │ completed │  │ accepted │  INVITE again: absorbed; ACK: delivered
//      └──┬──────┬─┘  └─────┬────┘  2xx again: sent, when the user says so
//     ACK │      │          └─ timer L: ended
//         │      └─ timer G, INVITE again: final again; timer H: ended, ACK missing
//   ┌─────▼─────┐
//   │ confirmed │  all absorbed; timer I: ended
//   └───────────┘

/// The server side of an INVITE.
struct InviteServerTransaction: Hashable, Sendable {
    private enum State: Hashable {
        /// `tryingAt` is nil once something has been sent.
        case proceeding(tryingAt: Instant?)
        /// The retransmission is nil over reliable transports.
        case completed(Retransmission?, giveUpAt: Instant)
        case confirmed(until: Instant)
        case accepted(until: Instant)
        case ended
    }

    private var state: State
    private let isReliable: Bool

    init(isReliable: Bool, timers: TransactionTimers, now: Instant) {
        self.isReliable = isReliable
        state = .proceeding(tryingAt: now + timers.trying)
    }

    var deadline: Instant? {
        switch state {
        case .proceeding(let tryingAt): tryingAt
        case .completed(let retransmission, let giveUpAt): min(retransmission?.at ?? giveUpAt, giveUpAt)
        case .confirmed(let until), .accepted(let until): until
        case .ended: nil
        }
    }

    /// Whether the final response is still to be sent.
    var isPending: Bool {
        if case .proceeding = state { true } else { false }
    }

    /// Whether a 2xx has been sent: only then may it be sent again by the user.
    var isAccepted: Bool {
        if case .accepted = state { true } else { false }
    }

    /// Whether the ACK of a final response that is not 2xx is still to come.
    var awaitsACK: Bool {
        if case .completed = state { true } else { false }
    }

    /// The user has sent a response; nil when it comes too late.
    mutating func responded(status: Int, timers: TransactionTimers, now: Instant) -> TransactionActions? {
        guard case .proceeding = state else { return nil }
        if status < 200 {
            state = .proceeding(tryingAt: nil)
        } else if status < 300 {
            state = .accepted(until: now + timers.transactionLife)
        } else {
            state = .completed(
                isReliable ? nil : Retransmission(first: timers.t1, now: now), giveUpAt: now + timers.transactionLife)
        }
        return []
    }

    /// The INVITE has come again.
    func requestReceived() -> TransactionActions {
        switch state {
        case .proceeding, .completed: .retransmit
        case .confirmed, .accepted, .ended: []
        }
    }

    mutating func ackReceived(timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch state {
        case .completed where isReliable:
            // RFC 3261 §17.2.1: timer I is zero where nothing is repeated.
            state = .ended
            return .end
        case .completed:
            state = .confirmed(until: now + timers.t4)
            return []
        case .accepted: return .deliver
        case .proceeding, .confirmed, .ended: return []
        }
    }

    mutating func timeoutFired(timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch state {
        case .proceeding(let tryingAt?) where tryingAt <= now:
            state = .proceeding(tryingAt: nil)
            return .sendTrying
        case .completed(_, let giveUpAt) where giveUpAt <= now:
            state = .ended
            return [.reportMissingACK, .end]
        case .completed(var retransmission, let giveUpAt):
            guard retransmission?.fire(now: now, pauseMax: timers.t2) == true else { return [] }
            state = .completed(retransmission, giveUpAt: giveUpAt)
            return .retransmit
        case .confirmed(let until) where until <= now, .accepted(let until) where until <= now:
            state = .ended
            return .end
        case .proceeding, .confirmed, .accepted, .ended: return []
        }
    }
}
