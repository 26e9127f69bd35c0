package import PBXBase
import SIPGrammar

extension TransactionTable {
    /// Sends a response to a request and remembers it as long as the request may come again. A 2xx to INVITE is not
    /// remembered: whoever owns the dialog repeats it through `retransmit2xx`. False when the transaction has ended or
    /// has its final response, or when the response must not be sent (RFC 4320: 1xx or 408 to a non-INVITE request).
    package mutating func respond(
        _ id: ServerTransactionID, status: Int, bytes: [UInt8], now: Instant, into effects: inout [Effect]
    ) -> Bool {
        guard
            let actions = servers[id.value]?.responded(status: status, bytes: bytes, timers: timers, now: now),
            let flow = servers[id.value]?.flow
        else { return false }
        effects.append(.transmit(bytes, flow))
        applyServer(actions, id.value, &effects)
        return true
    }

    /// Sends the 2xx of an INVITE again; false once the transaction has ended (64·T1 after the first).
    package mutating func retransmit2xx(
        _ id: ServerTransactionID, bytes: [UInt8], into effects: inout [Effect]
    ) -> Bool {
        guard let transaction = servers[id.value], transaction.isAccepted else { return false }
        effects.append(.transmit(bytes, transaction.flow))
        return true
    }

    mutating func requestReceived(_ request: SIPMessage, _ flow: Flow, _ now: Instant, _ effects: inout [Effect]) {
        let isAboutInvite = request.method == .ack || request.method == .cancel
        guard let probe = TransactionProbe(request: request, method: isAboutInvite ? .invite : request.method) else {
            return refuseInvalid(request, flow, &effects)
        }
        let value = servers.find(probe)
        switch request.method {
        case .ack: ackReceived(request, flow, value, now, &effects)
        case .cancel: cancelReceived(request, flow, value, &effects)
        default:
            if let value {
                applyServer(servers[value]?.requestReceived() ?? [], value, &effects)
            } else {
                begin(request, probe, flow, now, &effects)
            }
        }
    }

    private mutating func begin(
        _ request: SIPMessage, _ probe: TransactionProbe, _ flow: Flow, _ now: Instant, _ effects: inout [Effect]
    ) {
        do {
            try request.validateRequest()
        } catch {
            return refuse(request, flow, error.status, .malformed(error), &effects)
        }
        if isFullOfServers { return refuse(request, flow, 503, tableFull, &effects) }
        let transaction = ServerTransaction(
            request, probe, flow: request.replyFlow(receivedFrom: flow), timers: timers, now: now)
        if let hash = transaction.mergeHash, !mergeHashes.insert(hash).inserted {
            return refuse(request, flow, 482, .merged, &effects)
        }
        let value = servers.insert(transaction)
        schedule(value, transaction.deadline, lingers: transaction.lingers)
        effects.append(.requestReceived(ServerTransactionID(value: value), request, flow))
    }

    private mutating func ackReceived(
        _ ack: SIPMessage, _ flow: Flow, _ value: UInt64?, _ now: Instant, _ effects: inout [Effect]
    ) {
        guard let value else {
            do {
                try ack.validateRequest()
                effects.append(.ackReceived(ack, flow))
            } catch {
                effects.append(.refused(flow, .malformed(error)))
            }
            return
        }
        let actions = servers[value]?.ackReceived(timers: timers, now: now) ?? []
        if actions.contains(.deliver) { effects.append(.ackReceived(ack, flow)) }
        applyServer(actions, value, &effects)
    }

    /// RFC 3261 §9.2. The answer needs no transaction of its own: each copy of the CANCEL gets the same one.
    private mutating func cancelReceived(
        _ cancel: SIPMessage, _ flow: Flow, _ value: UInt64?, _ effects: inout [Effect]
    ) {
        guard let value, let transaction = servers[value] else {
            return refuse(cancel, flow, 481, .cancelWithoutInvite, &effects)
        }
        answer(cancel, flow, 200, toTag: transaction.responseTag ?? cancel.statelessTag, &effects)
        guard transaction.isPending, !transaction.isCancelled else { return }
        servers[value]?.isCancelled = true
        effects.append(.cancelReceived(ServerTransactionID(value: value), cancel))
    }

    mutating func serverTimeoutFired(_ value: UInt64, _ now: Instant, _ effects: inout [Effect]) {
        applyServer(servers[value]?.timeoutFired(timers: timers, now: now) ?? [], value, &effects)
    }

    private mutating func applyServer(
        _ actions: TransactionActions, _ value: UInt64, _ effects: inout [Effect]
    ) {
        if actions.contains(.retransmit), let transaction = servers[value],
            case .response(let bytes) = transaction.memory
        {
            effects.append(.transmit(bytes, transaction.flow))
        }
        if actions.contains(.sendTrying) { sendTrying(value, &effects) }
        if actions.contains(.end) {
            endServer(value, ackMissing: actions.contains(.reportMissingACK), &effects)
        } else if let transaction = servers[value] {
            schedule(value, transaction.deadline, lingers: transaction.lingers)
        }
    }

    /// RFC 3261 §8.2.6.1: a 100 has no To tag of its own.
    private mutating func sendTrying(_ value: UInt64, _ effects: inout [Effect]) {
        guard let transaction = servers[value], case .request(let bytes) = transaction.memory,
            let request = try? SIPMessage(parsing: bytes)
        else { return }
        var builder = SIPMessageBuilder(responseTo: request, status: 100, toTag: nil, receivedFrom: transaction.flow)
        let response = builder.finish()
        servers[value]?.memory = .response(response)
        effects.append(.transmit(response, transaction.flow))
    }

    mutating func endServer(_ value: UInt64, ackMissing: Bool, _ effects: inout [Effect]) {
        guard let transaction = servers.remove(value) else { return }
        if let hash = transaction.mergeHash { mergeHashes.remove(hash) }
        deadlines.cancel(value)
        effects.append(.serverEnded(ServerTransactionID(value: value), ackMissing: ackMissing))
    }

    private func refuseInvalid(_ request: SIPMessage, _ flow: Flow, _ effects: inout [Effect]) {
        do {
            try request.validateRequest()
        } catch {
            refuse(request, flow, error.status, .malformed(error), &effects)
        }
    }

    /// Answers without a transaction, and says so. An ACK is never answered.
    private func refuse(
        _ request: SIPMessage, _ flow: Flow, _ status: Int, _ refusal: TransactionRefusal, _ effects: inout [Effect]
    ) {
        if request.method != .ack { answer(request, flow, status, toTag: request.statelessTag, &effects) }
        effects.append(.refused(flow, refusal))
    }

    private func answer(
        _ request: SIPMessage, _ flow: Flow, _ status: Int, toTag: String, _ effects: inout [Effect]
    ) {
        var builder = SIPMessageBuilder(responseTo: request, status: status, toTag: toTag, receivedFrom: flow)
        effects.append(.transmit(builder.finish(), request.replyFlow(receivedFrom: flow)))
    }
}

extension ServerTransaction {
    /// The To tag of the last response, which the answer to a CANCEL repeats (RFC 3261 §9.2).
    fileprivate var responseTag: String? {
        guard case .response(let bytes) = memory, let response = try? SIPMessage(parsing: bytes) else { return nil }
        return response.toTag.map { String(decoding: $0, as: UTF8.self) }
    }
}
