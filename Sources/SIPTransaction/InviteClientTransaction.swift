import PBXBase

//  RFC 3261 figure 5 with RFC 6026 §7.2 (state Accepted):
//
//              INVITE sent
//                   │          timer A: send again, twice the pause
//              ┌────▼────┐     timer B: timed out ──────────────► ended
//              │ calling │
//              └─┬──┬──┬─┘
//            1xx │  │  │ 2xx
//     ┌──────────▼┐ │  └──────────────┐
//     │proceeding │ │ 300–699: ACK    │     1xx in proceeding: delivered
//     └──┬──────┬─┘ │                 │     CANCEL sent, no final in 64·T1: timed out ─► ended
// 300–699│      └───┼─ 2xx ─┐         │
//    ACK │          │       │         │
//     ┌──▼──────────▼┐   ┌──▼─────────▼┐
//     │  completed   │   │  accepted   │
//     └──────┬───────┘   └──────┬──────┘
//   300–699: ACK again   2xx: delivered (other forks, repeats)
//   timer D: ended       timer M: ended

/// The client side of an INVITE.
struct InviteClientTransaction: Hashable, Sendable {
    private enum State: Hashable {
        /// The retransmission is nil over reliable transports.
        case calling(Retransmission?, giveUpAt: Instant, wantsCancel: Bool)
        /// `giveUpAt` is set once CANCEL is on its way.
        case proceeding(giveUpAt: Instant?)
        case completed(until: Instant)
        case accepted(until: Instant)
        case ended
    }

    private var state: State
    private let isReliable: Bool

    init(isReliable: Bool, timers: TransactionTimers, now: Instant) {
        self.isReliable = isReliable
        state = .calling(
            isReliable ? nil : Retransmission(first: timers.t1, now: now), giveUpAt: now + timers.transactionLife,
            wantsCancel: false)
    }

    var deadline: Instant? {
        switch state {
        case .calling(let retransmission, let giveUpAt, _): min(retransmission?.at ?? giveUpAt, giveUpAt)
        case .proceeding(let giveUpAt): giveUpAt
        case .completed(let until), .accepted(let until): until
        case .ended: nil
        }
    }

    /// Whether a final response is still to come.
    var isPending: Bool {
        switch state {
        case .calling, .proceeding: true
        case .completed, .accepted, .ended: false
        }
    }

    mutating func responseReceived(status: Int, timers: TransactionTimers, now: Instant) -> TransactionActions {
        let (next, actions) = afterResponse(status, timers, now)
        state = next
        return actions
    }

    private func afterResponse(
        _ status: Int, _ timers: TransactionTimers, _ now: Instant
    ) -> (State, TransactionActions) {
        switch state {
        case .calling(_, _, let wantsCancel) where status < 200:
            wantsCancel
                ? (.proceeding(giveUpAt: now + timers.transactionLife), [.deliver, .sendCancel])
                : (.proceeding(giveUpAt: nil), .deliver)
        case .proceeding where status < 200: (state, .deliver)
        case .calling, .proceeding:
            if status < 300 {
                (.accepted(until: now + timers.transactionLife), .deliver)
            } else if isReliable {
                // RFC 3261 §17.1.1.2: timer D is zero where nothing is repeated.
                (.ended, [.sendACK, .deliver, .end])
            } else {
                (.completed(until: now + timers.inviteLinger), [.sendACK, .deliver])
            }
        case .completed: (state, status >= 300 ? .retransmit : [])
        case .accepted: (state, (200..<300).contains(status) ? .deliver : [])
        case .ended: (state, [])
        }
    }

    /// RFC 3261 §9.1: CANCEL waits for a provisional response, and is pointless after a final one.
    mutating func cancelRequested(timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch state {
        case .calling(let retransmission, let giveUpAt, _):
            state = .calling(retransmission, giveUpAt: giveUpAt, wantsCancel: true)
            return []
        case .proceeding(nil):
            state = .proceeding(giveUpAt: now + timers.transactionLife)
            return .sendCancel
        case .proceeding, .completed, .accepted, .ended: return []
        }
    }

    mutating func timeoutFired(now: Instant) -> TransactionActions {
        let (next, actions) = afterTimeout(now)
        state = next
        return actions
    }

    private func afterTimeout(_ now: Instant) -> (State, TransactionActions) {
        switch state {
        case .calling(_, let giveUpAt, _) where giveUpAt <= now: return (.ended, [.reportTimeout, .end])
        case .calling(var retransmission, let giveUpAt, let wantsCancel):
            // RFC 3261 §17.1.1.2: timer A doubles without a limit.
            let isDue = retransmission?.fire(now: now, pauseMax: nil) ?? false
            return (.calling(retransmission, giveUpAt: giveUpAt, wantsCancel: wantsCancel), isDue ? .retransmit : [])
        case .proceeding(let giveUpAt?) where giveUpAt <= now: return (.ended, [.reportTimeout, .end])
        case .completed(let until) where until <= now: return (.ended, .end)
        case .accepted(let until) where until <= now: return (.ended, .end)
        case .proceeding, .completed, .accepted, .ended: return (state, [])
        }
    }
}
