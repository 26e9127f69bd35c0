package import PBXBase
package import SIPGrammar

/// All transactions of the daemon behind one deadline: requests and responses in, what to send and what to tell the
/// transaction user out (RFC 3261 §17, RFC 6026, RFC 4320).
///
/// The table answers by itself what needs no user: malformed requests (400), copies of a request over another path
/// (482), CANCEL (200 or 481), requests beyond its limit (503), retransmissions, and 100 when the user takes its time.
package struct TransactionTable: Machine {
    package enum Input: Sendable {
        /// A parsed message; its header values need not have been looked at.
        case received(SIPMessage, Flow)
        /// The flow cannot carry messages any more (connection closed, host unreachable).
        case flowFailed(Flow)
        case timeout
    }

    package enum Effect: Sendable {
        case transmit([UInt8], Flow)
        /// A new request; answer it with `respond`.
        case requestReceived(ServerTransactionID, SIPMessage, Flow)
        /// An ACK that belongs to no transaction: for a 2xx.
        case ackReceived(SIPMessage, Flow)
        /// The client no longer wants its pending INVITE; the CANCEL is answered. Comes once.
        case cancelReceived(ServerTransactionID, SIPMessage)
        /// Provisional responses but 100, the first final one, and every further 2xx of an INVITE.
        case responseReceived(ClientTransactionID, SIPMessage)
        /// No final response in time; the transaction has ended.
        case timedOut(ClientTransactionID)
        /// The request cannot be delivered, or its answer not received; the transaction has ended.
        case flowFailed(ClientTransactionID)
        /// Ended after its final response: no further effect bears this identifier.
        case clientEnded(ClientTransactionID)
        /// Ended: it can no longer be responded to.
        case serverEnded(ServerTransactionID, ackMissing: Bool)
        /// Belongs to no transaction: perhaps a late 2xx, which wants an ACK nevertheless.
        case strayResponse(SIPMessage, Flow)
        /// The message went no further; the answer, where there is one, is a `transmit` before this.
        case refused(Flow, TransactionRefusal)
    }

    let timers: TransactionTimers
    private let transactionsMax: Int
    var servers = TransactionStore<ServerTransaction>(isClient: false)
    var clients = TransactionStore<ClientTransaction>(isClient: true)
    /// `SIPMessage.mergeHash` of every server transaction that has one.
    var mergeHashes: Set<UInt64> = []
    var deadlines = DeadlineHeap<UInt64>()

    /// `transactionsMax` counts for each side: that many server and as many client transactions.
    package init(timers: TransactionTimers = TransactionTimers(), limit transactionsMax: Int) {
        self.timers = timers
        self.transactionsMax = transactionsMax
    }

    package var serverCount: Int { servers.count }
    package var clientCount: Int { clients.count }
    package var deadline: Instant? { deadlines.deadline }

    var isFullOfServers: Bool { servers.count >= transactionsMax }
    var isFullOfClients: Bool { clients.count >= transactionsMax }

    package mutating func handle(_ input: Input, now: Instant, into effects: inout [Effect]) {
        switch input {
        case .received(let message, let flow):
            if message.isRequest {
                requestReceived(message, flow, now, &effects)
            } else {
                responseReceived(message, flow, now, &effects)
            }
        case .flowFailed(let flow): flowFailed(flow, &effects)
        case .timeout:
            while let value = deadlines.popDue(now: now) {
                if TransactionStore<ClientTransaction>.isClient(value) {
                    clientTimeoutFired(value, now, &effects)
                } else {
                    serverTimeoutFired(value, now, &effects)
                }
            }
        }
    }

    /// Ends what waits on a flow that is gone. A stream opened for a request has no number in that request's flow yet.
    private mutating func flowFailed(_ failed: Flow, _ effects: inout [Effect]) {
        let isAffected = { (flow: Flow) in
            flow.transport == failed.transport && flow.remote == failed.remote
                && (flow.connection == failed.connection || flow.connection == 0)
        }
        for value in clients.identifiers(where: { isAffected($0.flow) && $0.isPending }) {
            let isInternal = clients[value]?.isInternal ?? true
            removeClient(value)
            if !isInternal { effects.append(.flowFailed(ClientTransactionID(value: value))) }
        }
        for value in servers.identifiers(where: { isAffected($0.flow) }) {
            endServer(value, ackMissing: servers[value]?.awaitsACK ?? false, &effects)
        }
    }

    /// Nobody sees how long a transaction lingers once it only absorbs what comes again, so these deadlines fall
    /// together: one wake-up ends many transactions, where each would cost its own.
    static let lingerGrid = Interval.milliseconds(500)

    /// Arms the one timer of a transaction anew, or none.
    mutating func schedule(_ value: UInt64, _ exact: Instant?, lingers: Bool) {
        guard let exact else { return deadlines.cancel(value) }
        let deadline = lingers ? exact.roundedUp(to: Self.lingerGrid) : exact
        if deadlines.deadline(of: value) != deadline { deadlines.schedule(value, at: deadline) }
    }
}

/// Why the table let a message go no further.
package enum TransactionRefusal: Hashable, Sendable, CustomStringConvertible {
    case malformed(SIPSyntaxError)
    /// RFC 3261 §8.2.2.2: the same request over another path.
    case merged
    case cancelWithoutInvite
    case tableFull(transactionsMax: Int)

    package var description: String {
        switch self {
        case .malformed(let error): "malformed message: \(error)"
        case .merged: "copy of a request that is being served already"
        case .cancelWithoutInvite: "cancel for a request that is not pending"
        case .tableFull(let transactionsMax): "transaction table is full (limit \(transactionsMax))"
        }
    }
}

extension TransactionTable {
    var tableFull: TransactionRefusal { .tableFull(transactionsMax: transactionsMax) }
}
