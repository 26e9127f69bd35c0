import PBXBase
import SIPGrammar

/// One server transaction in the table: its machine, and what retransmission needs.
final class ServerTransaction: KeyedTransaction {
    enum Machine: Sendable {
        case invite(InviteServerTransaction)
        case nonInvite(NonInviteServerTransaction)
    }

    /// The request until something has been sent, for a 100 of our own; then the last response.
    enum Memory: Sendable {
        case request([UInt8])
        case response([UInt8])
        case nothing
    }

    let key: TransactionKey
    let mergeHash: UInt64?
    /// Where responses go (RFC 3261 §18.2.2).
    let flow: Flow
    var machine: Machine
    var memory: Memory
    /// The user knows of the CANCEL.
    var isCancelled = false

    init(_ request: SIPMessage, _ probe: TransactionProbe, flow: Flow, timers: TransactionTimers, now: Instant) {
        key = TransactionKey(probe)
        mergeHash = request.mergeHash
        self.flow = flow
        memory = .request(request.bytes)
        let isReliable = flow.transport.isReliable
        machine =
            request.method == .invite
            ? .invite(InviteServerTransaction(isReliable: isReliable, timers: timers, now: now))
            : .nonInvite(NonInviteServerTransaction(isReliable: isReliable, timers: timers, now: now))
    }

    var deadline: Instant? {
        switch machine {
        case .invite(let machine): machine.deadline
        case .nonInvite(let machine): machine.deadline
        }
    }

    var isPending: Bool {
        switch machine {
        case .invite(let machine): machine.isPending
        case .nonInvite(let machine): machine.isPending
        }
    }

    var isAccepted: Bool {
        if case .invite(let machine) = machine { machine.isAccepted } else { false }
    }

    var awaitsACK: Bool {
        if case .invite(let machine) = machine { machine.awaitsACK } else { false }
    }

    /// Only what comes again is still to be dealt with.
    var lingers: Bool { !isPending && !awaitsACK }

    func responded(
        status: Int, bytes: [UInt8], timers: TransactionTimers, now: Instant
    ) -> TransactionActions? {
        let actions: TransactionActions?
        switch machine {
        case .invite(var invite):
            actions = invite.responded(status: status, timers: timers, now: now)
            machine = .invite(invite)
        case .nonInvite(var nonInvite):
            actions = nonInvite.responded(status: status, timers: timers, now: now)
            machine = .nonInvite(nonInvite)
        }
        guard actions != nil else { return nil }
        // RFC 6026 §7.1: a 2xx is the user's to repeat.
        memory = isAccepted ? .nothing : .response(bytes)
        return actions
    }

    func requestReceived() -> TransactionActions {
        switch machine {
        case .invite(let machine): machine.requestReceived()
        case .nonInvite(let machine): machine.requestReceived()
        }
    }

    func ackReceived(timers: TransactionTimers, now: Instant) -> TransactionActions {
        guard case .invite(var invite) = machine else { return [] }
        let actions = invite.ackReceived(timers: timers, now: now)
        machine = .invite(invite)
        if !invite.awaitsACK, !invite.isPending { memory = .nothing }
        return actions
    }

    func timeoutFired(timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch machine {
        case .invite(var invite):
            defer { machine = .invite(invite) }
            return invite.timeoutFired(timers: timers, now: now)
        case .nonInvite(var nonInvite):
            defer { machine = .nonInvite(nonInvite) }
            return nonInvite.timeoutFired(now: now)
        }
    }
}

extension SIPMessage {
    /// Where the response to this request goes (RFC 3261 §18.2.2, RFC 3581 §4): back on the connection; for datagrams
    /// to the address it came from, at the port it came from if `rport` asks for that, else at the port in Via.
    func replyFlow(receivedFrom flow: Flow) -> Flow {
        guard !flow.transport.isReliable, !topViaHasRport, let via = try? topVia() else { return flow }
        var reply = flow
        let port = via.port ?? flow.transport.defaultPort
        if port != 0 { reply.remote.port = port }
        return reply
    }
}
