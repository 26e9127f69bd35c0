package import PBXBase
package import SIPGrammar

extension TransactionTable {
    /// Sends a request and sees to its response. `branch` is the one in the top Via of `bytes`. Beyond the table's
    /// limit nothing is sent and `flowFailed` follows at once. An ACK for a 2xx is no transaction: transmit it
    /// directly.
    package mutating func request(
        method: SIPMethod, branch: String, bytes: [UInt8], flow: Flow, now: Instant, into effects: inout [Effect]
    ) -> ClientTransactionID {
        precondition(method != .ack, "an ACK has no transaction of its own")
        let probe = TransactionProbe(branch: branch, method: method)
        return ClientTransactionID(value: beginClient(probe, bytes, flow, isInternal: false, now, &effects))
    }

    /// Wishes a pending INVITE away (RFC 3261 §9.1): CANCEL goes out as soon as a provisional response has come, or
    /// never, if the final one comes first. Without a final response 64·T1 later the INVITE times out. `reason` is the
    /// value of a Reason header (RFC 3326), if any.
    package mutating func cancel(
        _ id: ClientTransactionID, reason: String? = nil, now: Instant, into effects: inout [Effect]
    ) {
        clients[id.value]?.cancelReason = reason
        let actions = clients[id.value]?.cancelRequested(timers: timers, now: now) ?? []
        applyClient(actions, id.value, nil, now, &effects)
    }

    private mutating func beginClient(
        _ probe: TransactionProbe, _ bytes: [UInt8], _ flow: Flow, isInternal: Bool, _ now: Instant,
        _ effects: inout [Effect]
    ) -> UInt64 {
        let transaction = ClientTransaction(
            probe, bytes: bytes, flow: flow, isInternal: isInternal, timers: timers, now: now)
        let isRefused = isFullOfClients
        let value = clients.insert(transaction)
        if isRefused {
            removeClient(value)
            if !isInternal { effects.append(.flowFailed(ClientTransactionID(value: value))) }
            return value
        }
        schedule(value, transaction.deadline, lingers: false)
        effects.append(.transmit(bytes, flow))
        return value
    }

    mutating func responseReceived(_ response: SIPMessage, _ flow: Flow, _ now: Instant, _ effects: inout [Effect]) {
        do {
            try response.validateResponse()
        } catch {
            return effects.append(.refused(flow, .malformed(error)))
        }
        guard let probe = TransactionProbe(response: response), let value = clients.find(probe) else {
            return effects.append(.strayResponse(response, flow))
        }
        // The stream that was opened for the request has a number now: ACK, CANCEL and repeats take it too.
        if clients[value]?.flow.connection == 0, flow.transport.isReliable { clients[value]?.flow = flow }
        let actions = clients[value]?.responseReceived(status: response.status, timers: timers, now: now) ?? []
        applyClient(actions, value, response, now, &effects)
        // Once the final response is there, only an ACK is ever sent again, and that has taken the request's place.
        if clients[value]?.isPending == false, !actions.isDisjoint(with: [.deliver]), response.status < 300 {
            clients[value]?.bytes = []
        }
    }

    mutating func clientTimeoutFired(_ value: UInt64, _ now: Instant, _ effects: inout [Effect]) {
        let actions = clients[value]?.timeoutFired(timers: timers, now: now) ?? []
        applyClient(actions, value, nil, now, &effects)
    }

    private mutating func applyClient(
        _ actions: TransactionActions, _ value: UInt64, _ response: SIPMessage?, _ now: Instant,
        _ effects: inout [Effect]
    ) {
        guard let transaction = clients[value] else { return }
        let id = ClientTransactionID(value: value)
        if actions.contains(.retransmit), !transaction.bytes.isEmpty {
            effects.append(.transmit(transaction.bytes, transaction.flow))
        }
        if actions.contains(.sendACK), let response { sendACK(value, transaction, response, &effects) }
        if actions.contains(.deliver), let response, response.status != 100, !transaction.isInternal {
            effects.append(.responseReceived(id, response))
        }
        if actions.contains(.sendCancel) { sendCancel(transaction, now, &effects) }
        if actions.contains(.reportTimeout), !transaction.isInternal { effects.append(.timedOut(id)) }
        if actions.contains(.end) {
            removeClient(value)
            let isReported = transaction.isInternal || actions.contains(.reportTimeout)
            if !isReported { effects.append(.clientEnded(id)) }
        } else if let transaction = clients[value] {
            schedule(value, transaction.deadline, lingers: !transaction.isPending)
        }
    }

    /// Sends the ACK and keeps it instead of the INVITE, for each time the final response comes again.
    private mutating func sendACK(
        _ value: UInt64, _ transaction: ClientTransaction, _ response: SIPMessage, _ effects: inout [Effect]
    ) {
        guard let invite = try? SIPMessage(parsing: transaction.bytes) else { return }
        var builder = SIPMessageBuilder(ackFor: response, to: invite)
        let ack = builder.finish()
        clients[value]?.bytes = ack
        effects.append(.transmit(ack, transaction.flow))
    }

    private mutating func sendCancel(_ transaction: ClientTransaction, _ now: Instant, _ effects: inout [Effect]) {
        guard let invite = try? SIPMessage(parsing: transaction.bytes), let branch = invite.topViaBranch else { return }
        let probe = TransactionProbe(branch: String(decoding: branch, as: UTF8.self), method: .cancel)
        var builder = SIPMessageBuilder(cancelling: invite)
        if let reason = transaction.cancelReason { builder.add(.reason, reason) }
        _ = beginClient(probe, builder.finish(), transaction.flow, isInternal: true, now, &effects)
    }

    mutating func removeClient(_ value: UInt64) {
        _ = clients.remove(value)
        deadlines.cancel(value)
    }
}
