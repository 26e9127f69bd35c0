package import PBXBase
import SIPDialog
package import SIPGrammar
package import SIPTransaction

/// The UAS and UAC face of the SIP machines: requests outside a dialog, sessions, and the transactions under them
/// (RFC 3261 §8, §12, §13). Sans I/O: bytes to send are effects.
package struct UserAgent: Machine {
    package enum Input: Sendable {
        case received(SIPMessage, Flow)
        case flowFailed(Flow)
        case command(SessionCommand)
        case timeout
    }

    package typealias Effect = UserAgentEffect

    /// What one of our client transactions is for.
    enum Purpose {
        /// Opens a leg; `acceptedTag` is the peer whose 2xx made the session, once there is one.
        case invite(LegID, acceptedTag: String?)
        case reoffer(LegID)
        case bye(LegID)
        /// The final response goes back to this request of another session's peer.
        case relay(Session.Pending)
        /// Our NOTIFY that asks the phone to answer.
        case talk(LegID)
        /// Sent with `send`; the layers above get its responses.
        case request
    }

    package private(set) var settings: UserAgentSettings
    var addressTexts = LocalAddressTexts()
    var transactions: TransactionTable
    var random: any RandomSource
    var sessions: [LegID: Session] = [:]
    /// Our tag to the leg of its dialog.
    var legs: [String: LegID] = [:]
    /// INVITEs that wait for our final response, for the CANCEL that may come.
    /// Our tags in dialogs that the layers above keep: NOTIFY in them is handed up.
    var subscriptionTags: Set<String> = []
    var offeredLegs: [ServerTransactionID: LegID] = [:]
    var purposes: [ClientTransactionID: Purpose] = [:]
    var deadlines = DeadlineHeap<LegID>()
    /// Reused between turns, so that a turn does not allocate for it.
    var transactionEffects: [TransactionTable.Effect] = []

    package init(
        settings: UserAgentSettings, random: any RandomSource, timers: TransactionTimers = TransactionTimers(),
        transactionsMax: Int
    ) {
        self.settings = settings
        self.random = random
        transactions = TransactionTable(timers: timers, limit: transactionsMax)
    }

    /// `Server` and `User-Agent` text of what is sent from now on.
    package var productName: String? {
        get { settings.productName }
        set { settings.productName = newValue }
    }

    package var sessionCount: Int { sessions.count }
    package var transactionCount: Int { transactions.serverCount + transactions.clientCount }

    package var deadline: Instant? { .earliest(transactions.deadline, deadlines.deadline) }

    package mutating func handle(_ input: Input, now: Instant, into effects: inout [UserAgentEffect]) {
        switch input {
        case .received(let message, let flow):
            transactions.handle(.received(message, flow), now: now, into: &transactionEffects)
        case .flowFailed(let flow):
            flowFailed(flow, now: now, into: &effects)
        case .command(let command):
            carryOut(command, now: now, into: &effects)
        case .timeout:
            transactions.handle(.timeout, now: now, into: &transactionEffects)
            sessionTimeouts(now: now, into: &effects)
        }
        settle(now: now, into: &effects)
    }

    /// Works through what the transactions said, until they have nothing more to say.
    mutating func settle(now: Instant, into effects: inout [UserAgentEffect]) {
        while !transactionEffects.isEmpty {
            var batch: [TransactionTable.Effect] = []
            swap(&batch, &transactionEffects)
            for effect in batch { apply(effect, now: now, into: &effects) }
            if transactionEffects.isEmpty {
                batch.removeAll(keepingCapacity: true)
                transactionEffects = batch
            }
        }
    }

    private mutating func apply(
        _ effect: TransactionTable.Effect, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        switch effect {
        case .transmit(let bytes, let flow):
            effects.append(.transmit(bytes, flow))
        case .requestReceived(let transaction, let message, let flow):
            requestReceived(
                Session.Pending(transaction: transaction, request: message, flow: flow), now: now, into: &effects)
        case .ackReceived(let message, _):
            ackReceived(message, now: now, into: &effects)
        case .cancelReceived(let transaction, _):
            cancelReceived(transaction, now: now, into: &effects)
        case .responseReceived(let transaction, let message):
            responseReceived(message, to: transaction, now: now, into: &effects)
        case .timedOut(let transaction):
            noResponse(to: transaction, status: 408, now: now, into: &effects)
        case .flowFailed(let transaction):
            noResponse(to: transaction, status: 503, now: now, into: &effects)
        case .clientEnded(let transaction):
            purposes[transaction] = nil
        case .serverEnded(let transaction, _):
            offeredLegs[transaction] = nil
        case .strayResponse(let message, let flow):
            strayResponseReceived(message, on: flow, into: &effects)
        case .refused(let flow, let reason):
            effects.append(.misbehaved(flow, reason.description))
        }
    }

    // MARK: Time and lost flows

    private mutating func sessionTimeouts(now: Instant, into effects: inout [UserAgentEffect]) {
        while let leg = deadlines.popDue(now: now) {
            guard let session = sessions[leg] else { continue }
            switch session.usage.timeout(now: now) {
            case .nothing: break
            case .retransmit(let bytes):
                if let transaction = session.answeredTransaction {
                    _ = transactions.retransmit2xx(transaction, bytes: bytes, into: &transactionEffects)
                }
            case .giveUp:
                if session.abandonment == nil { effects.append(.session(leg, .ended(.acknowledgementMissing))) }
                sendBYE(session, refusal: session.abandonment ?? SessionRefusal(status: 408, q850: 102), now: now)
            }
            rearm(session)
        }
    }

    /// A stream died: transactions on it fail, and a caller that waits behind it cannot be answered any more. An
    /// established session goes on: its audio does not need the stream, and its peer may come back on another.
    private mutating func flowFailed(_ flow: Flow, now: Instant, into effects: inout [UserAgentEffect]) {
        transactions.handle(.flowFailed(flow), now: now, into: &transactionEffects)
        settle(now: now, into: &effects)
        guard flow.transport.isReliable else { return }
        let waiting = sessions.values.filter { $0.usage.phase == .offered && $0.invite?.flow == flow }
        for session in waiting.sorted(by: { $0.leg.value < $1.leg.value }) {
            session.usage.failed()
            forget(session)
            effects.append(.session(session.leg, .ended(.flowLost)))
        }
    }

    // MARK: Bookkeeping

    mutating func add(_ session: Session) {
        sessions[session.leg] = session
        legs[session.dialog.localTag] = session.leg
    }

    mutating func forget(_ session: Session) {
        sessions[session.leg] = nil
        legs[session.dialog.localTag] = nil
        deadlines.cancel(session.leg)
        if let invite = session.invite { offeredLegs[invite.transaction] = nil }
    }

    mutating func rearm(_ session: Session) {
        if let deadline = session.usage.deadline, sessions[session.leg] != nil {
            deadlines.schedule(session.leg, at: deadline)
        } else {
            deadlines.cancel(session.leg)
        }
    }

    mutating func newBranch() -> String { "z9hG4bK" + random.token(symbols: 16) }
    /// 60 random bits: enough to be unguessable for a dialog's life, short enough for a string without allocation.
    mutating func newTag() -> String { random.token(symbols: 12) }
}
