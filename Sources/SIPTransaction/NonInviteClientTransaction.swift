import PBXBase

//  RFC 3261 figure 6:
//
//           request sent
//                │        timer E: send again, twice the pause up to T2
//           ┌────▼────┐   timer F: timed out ─► ended
//           │ trying  │
//           └─┬─────┬─┘
//         1xx │     │ 200–699
//  ┌──────────▼─┐   │     1xx in proceeding: delivered
//  │ proceeding │   │     timer E: send again every T2
//  └──────────┬─┘   │     timer F: timed out ─► ended
//     200–699 │     │
//           ┌─▼─────▼─┐
//           │completed│   timer K: ended
//           └─────────┘

/// The client side of any request but INVITE and ACK.
struct NonInviteClientTransaction: Hashable, Sendable {
    private enum State: Hashable {
        /// Trying or proceeding; the retransmission is nil over reliable transports.
        case waiting(Retransmission?, giveUpAt: Instant, isProceeding: Bool)
        case completed(until: Instant)
        case ended
    }

    private var state: State
    private let isReliable: Bool

    init(isReliable: Bool, timers: TransactionTimers, now: Instant) {
        self.isReliable = isReliable
        state = .waiting(
            isReliable ? nil : Retransmission(first: timers.t1, now: now), giveUpAt: now + timers.transactionLife,
            isProceeding: false)
    }

    var deadline: Instant? {
        switch state {
        case .waiting(let retransmission, let giveUpAt, _): min(retransmission?.at ?? giveUpAt, giveUpAt)
        case .completed(let until): until
        case .ended: nil
        }
    }

    /// Whether a final response is still to come.
    var isPending: Bool {
        switch state {
        case .waiting: true
        case .completed, .ended: false
        }
    }

    mutating func responseReceived(status: Int, timers: TransactionTimers, now: Instant) -> TransactionActions {
        guard case .waiting(let retransmission, let giveUpAt, _) = state else { return [] }
        if status < 200 {
            state = .waiting(retransmission, giveUpAt: giveUpAt, isProceeding: true)
            return .deliver
        }
        // RFC 3261 §17.1.2.2: timer K is zero where nothing is repeated.
        state = isReliable ? .ended : .completed(until: now + timers.t4)
        return isReliable ? [.deliver, .end] : .deliver
    }

    mutating func timeoutFired(timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch state {
        case .waiting(_, let giveUpAt, _) where giveUpAt <= now:
            state = .ended
            return [.reportTimeout, .end]
        case .waiting(var retransmission, let giveUpAt, let isProceeding):
            guard retransmission?.fire(now: now, pauseMax: timers.t2) == true else { return [] }
            if isProceeding { retransmission = Retransmission(first: timers.t2, now: now) }
            state = .waiting(retransmission, giveUpAt: giveUpAt, isProceeding: isProceeding)
            return .retransmit
        case .completed(let until) where until <= now:
            state = .ended
            return .end
        case .completed, .ended: return []
        }
    }
}
