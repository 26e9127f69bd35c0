import PBXBase
import SIPGrammar

/// One client transaction in the table: its machine, and what retransmission needs.
final class ClientTransaction: KeyedTransaction {
    enum Machine: Sendable {
        case invite(InviteClientTransaction)
        case nonInvite(NonInviteClientTransaction)
    }

    let key: TransactionKey
    var flow: Flow
    var machine: Machine
    /// The request until a final response; then the ACK, if there is one to repeat.
    var bytes: [UInt8]
    /// A CANCEL of the table's own, of which the user hears nothing.
    let isInternal: Bool
    /// Why the INVITE is cancelled: the Reason of a CANCEL that may still have to wait for a provisional response.
    var cancelReason: String?

    init(
        _ probe: TransactionProbe, bytes: [UInt8], flow: Flow, isInternal: Bool, timers: TransactionTimers, now: Instant
    ) {
        key = TransactionKey(probe)
        self.flow = flow
        self.bytes = bytes
        self.isInternal = isInternal
        let isReliable = flow.transport.isReliable
        machine =
            probe.method == .invite
            ? .invite(InviteClientTransaction(isReliable: isReliable, timers: timers, now: now))
            : .nonInvite(NonInviteClientTransaction(isReliable: isReliable, timers: timers, now: now))
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

    func responseReceived(status: Int, timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch machine {
        case .invite(var invite):
            defer { machine = .invite(invite) }
            return invite.responseReceived(status: status, timers: timers, now: now)
        case .nonInvite(var nonInvite):
            defer { machine = .nonInvite(nonInvite) }
            return nonInvite.responseReceived(status: status, timers: timers, now: now)
        }
    }

    func cancelRequested(timers: TransactionTimers, now: Instant) -> TransactionActions {
        guard case .invite(var invite) = machine else { return [] }
        defer { machine = .invite(invite) }
        return invite.cancelRequested(timers: timers, now: now)
    }

    func timeoutFired(timers: TransactionTimers, now: Instant) -> TransactionActions {
        switch machine {
        case .invite(var invite):
            defer { machine = .invite(invite) }
            return invite.timeoutFired(now: now)
        case .nonInvite(var nonInvite):
            defer { machine = .nonInvite(nonInvite) }
            return nonInvite.timeoutFired(timers: timers, now: now)
        }
    }
}

extension SIPMessageBuilder {
    /// RFC 3261 §17.1.1.3: the ACK for a final response that is not 2xx.
    init(ackFor response: SIPMessage, to invite: SIPMessage) {
        self.init(.ack, after: invite)
        if let to = response.value(.to) { add(.to, ascii: to) }
        finishHeader(.ack, after: invite)
    }

    /// RFC 3261 §9.1: the CANCEL of an INVITE.
    init(cancelling invite: SIPMessage) {
        self.init(.cancel, after: invite)
        copyAll(.to, from: invite)
        finishHeader(.cancel, after: invite)
    }

    private init(_ method: SIPMethod, after invite: SIPMessage) {
        self.init(request: method, uriText: invite.requestURIText)
        if let via = invite.value(.via) { add(.via, ascii: via) }
        add(.maxForwards, 70)
        copyAll(.route, from: invite)
        copyAll(.from, from: invite)
    }

    private mutating func finishHeader(_ method: SIPMethod, after invite: SIPMessage) {
        copyAll(.callID, from: invite)
        add(SIPCSeq(number: invite.cseqNumber ?? 0, method: method))
    }
}
