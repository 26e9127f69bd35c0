import PBXBase

//  RFC 3261 figure 8 with RFC 4320:
//
//           request received
//                  │          request again: absorbed
//             ┌────▼────┐     3.5 s without an answer: 100 sent ─► proceeding
//             │ trying  │     64·T1 without an answer: ended, for the client has given up
//             └─┬─────┬─┘
//           100 │     │ 200–699
//    ┌──────────▼─┐   │       request again: 100 again
//    │ proceeding │   │       64·T1 since the request: ended
//    └──────────┬─┘   │
//       200–699 │     │
//             ┌─▼─────▼─┐     request again: final again
//             │completed│     timer J: ended
//             └─────────┘

/// The server side of any request but INVITE, ACK and CANCEL.
struct NonInviteServerTransaction: Hashable, Sendable {
    private enum State: Hashable {
        /// Trying, or proceeding once `tryingAt` is nil.
        case waiting(tryingAt: Instant?, giveUpAt: Instant)
        case completed(until: Instant)
        case ended
    }

    private var state: State
    private let isReliable: Bool

    init(isReliable: Bool, timers: TransactionTimers, now: Instant) {
        self.isReliable = isReliable
        state = .waiting(tryingAt: now + timers.nonInviteTrying, giveUpAt: now + timers.transactionLife)
    }

    var deadline: Instant? {
        switch state {
        case .waiting(let tryingAt, let giveUpAt): min(tryingAt ?? giveUpAt, giveUpAt)
        case .completed(let until): until
        case .ended: nil
        }
    }

    /// Whether the final response is still to be sent.
    var isPending: Bool {
        if case .waiting = state { true } else { false }
    }

    /// The user has sent a response; nil when it comes too late or must not be sent.
    ///
    /// RFC 4320 §4.1, §4.2: no provisional response but 100, and never 408, which would arrive when the client has
    /// already given up.
    mutating func responded(status: Int, timers: TransactionTimers, now: Instant) -> TransactionActions? {
        guard case .waiting(_, let giveUpAt) = state, status >= 200 || status == 100, status != 408 else { return nil }
        if status == 100 {
            state = .waiting(tryingAt: nil, giveUpAt: giveUpAt)
            return []
        }
        // RFC 3261 §17.2.2: timer J is zero where nothing is repeated.
        state = isReliable ? .ended : .completed(until: now + timers.transactionLife)
        return isReliable ? .end : []
    }

    /// The request has come again.
    func requestReceived() -> TransactionActions {
        switch state {
        case .waiting(let tryingAt, _): tryingAt == nil ? .retransmit : []
        case .completed: .retransmit
        case .ended: []
        }
    }

    mutating func timeoutFired(now: Instant) -> TransactionActions {
        switch state {
        case .waiting(_, let giveUpAt) where giveUpAt <= now, .completed(let giveUpAt) where giveUpAt <= now:
            state = .ended
            return .end
        case .waiting(let tryingAt?, let giveUpAt) where tryingAt <= now:
            state = .waiting(tryingAt: nil, giveUpAt: giveUpAt)
            return .sendTrying
        case .waiting, .completed, .ended: return []
        }
    }
}
