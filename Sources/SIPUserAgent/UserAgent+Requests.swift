package import PBXBase
import SIPDialog
package import SIPGrammar
package import SIPTransaction

// Requests that peers send us, and our answers (RFC 3261 §8.2, §12.2.2).
extension UserAgent {
    mutating func requestReceived(
        _ pending: Session.Pending, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        if let toTag = pending.request.toTag {
            inDialogRequestReceived(pending, toTag: String(decoding: toTag, as: UTF8.self), now: now, into: &effects)
            return
        }
        if let refusal = outOfDialogRefusal(pending.request) {
            refuse(pending, refusal, now: now)
            return
        }
        effects.append(.requestReceived(pending.transaction, pending.request, pending.flow))
    }

    /// What RFC 3261 §8.2.1 to §8.2.2.3 refuses before any layer above sees the request.
    private func outOfDialogRefusal(_ request: SIPMessage) -> SessionRefusal? {
        let method = request.method
        guard settings.methods.contains(method) else {
            return SessionRefusal(status: 405, headers: [.init(.allow, settings.allowed)])
        }
        guard let scheme = try? request.requestURIScheme() else {
            return SessionRefusal(status: 400, phrase: "Bad Request-URI")
        }
        switch scheme {
        case .sip, .sips: break
        case .tel, .other: return SessionRefusal(status: 416)
        }
        if method != .register, let hops = try? request.maxForwards(), hops <= 0 { return SessionRefusal(status: 483) }
        return requirementRefusal(request)
    }

    /// RFC 3261 §8.2.2.3: what a peer may require is in the settings; Path (RFC 3327) is understood in REGISTER.
    private func requirementRefusal(_ request: SIPMessage) -> SessionRefusal? {
        let required = request.optionTags(.require).filter { tag in
            !(request.method == .register && tag == "path") && !settings.extensions.contains(tag)
        }
        guard !required.isEmpty else { return nil }
        return SessionRefusal(status: 420, headers: [.init(.unsupported, required.joined(separator: ", "))])
    }

    private mutating func inDialogRequestReceived(
        _ pending: Session.Pending, toTag: String, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard let session = session(for: pending.request, localTag: toTag) else {
            if pending.request.method == .notify, subscriptionTags.contains(toTag) {
                effects.append(.requestReceived(pending.transaction, pending.request, pending.flow))
                return
            }
            refuse(pending, SessionRefusal(status: 481), now: now)
            return
        }
        guard let sequence = try? pending.request.cseq(), session.dialog.sequenceReceived(sequence.number) else {
            refuse(pending, SessionRefusal(status: 500, phrase: "CSeq Out Of Order"), now: now)
            return
        }
        // A BYE ends the session whatever else it wants.
        if sequence.method != .bye, let refusal = requirementRefusal(pending.request) {
            refuse(pending, refusal, now: now)
            return
        }
        switch sequence.method {
        case .bye: byeReceived(pending, session, now: now, into: &effects)
        case .invite, .update: offerReceived(pending, session, now: now, into: &effects)
        case .info, .refer, .notify:
            guard sequence.method == .info || settings.methods.contains(sequence.method) else {
                refuse(pending, SessionRefusal(status: 405, headers: [.init(.allow, settings.allowed)]), now: now)
                return
            }
            // A phone that rings may be told to answer (`Event: talk`).
            let isEarly = sequence.method == .notify && session.usage.phase == .offered
            guard isEarly || session.usage.phase == .established else {
                refuse(pending, SessionRefusal(status: 481), now: now)
                return
            }
            effects.append(.session(session.leg, .requested(pending.transaction, pending.request, pending.flow)))
        case .options: respondToOptions(pending.transaction, pending.request, on: pending.flow, now: now)
        default: refuse(pending, SessionRefusal(status: 405, headers: [.init(.allow, settings.allowed)]), now: now)
        }
    }

    /// The session that a message with our tag belongs to; the peer's tag and the Call-ID must match too.
    func session(for message: SIPMessage, localTag: String) -> Session? {
        guard let leg = legs[localTag], let session = sessions[leg] else { return nil }
        let remoteTag = (message.isRequest ? message.fromTag : message.toTag) ?? []
        guard session.dialog.remoteTag.isEmpty || session.dialog.remoteTag.utf8.elementsEqual(remoteTag) else {
            return nil
        }
        guard let callID = message.value(.callID), session.dialog.callID.utf8.elementsEqual(callID) else { return nil }
        return session
    }

    private mutating func byeReceived(
        _ pending: Session.Pending, _ session: Session, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        switch session.usage.phase {
        case .established, .ending:
            // Also when both sides hung up at once: a phone takes the answer to either BYE for the end of the call.
            settlePendingOffers(session, now: now)
            session.usage.byeSettled()
            session.bye = pending
            rearm(session)
            effects.append(.session(session.leg, .ended(.bye(q850: q850Cause(pending.request)))))
        case .offered:
            // RFC 3261 §15.1.2: a BYE on an early dialog ends it like a CANCEL.
            refuse(pending, SessionRefusal(status: 200), now: now)
            if let invite = session.invite { refuse(invite, SessionRefusal(status: 487), now: now, session: session) }
            effects.append(.session(session.leg, .cancelled))
            session.usage.failed()
            forget(session)
        case .calling, .ended:
            // A callee ended what it had not yet answered, or ends it a second time.
            refuse(pending, SessionRefusal(status: 481), now: now)
        }
    }

    private mutating func offerReceived(
        _ pending: Session.Pending, _ session: Session, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        let isUpdate = pending.request.method == .update
        if isUpdate, pending.request.body.isEmpty, session.usage.phase == .established {
            // A session or target refresh without an offer (RFC 3311): nothing for the layers above.
            session.dialog.targetRefreshed(by: pending.request, on: pending.flow)
            respond(pending, status: 200, session: session, now: now)
            return
        }
        switch session.usage.offerReceived() {
        case .taken:
            session.dialog.targetRefreshed(by: pending.request, on: pending.flow)
            session.reoffer = pending
            effects.append(.session(session.leg, .offered(pending.request)))
        case .pending: refuse(pending, SessionRefusal(status: 491), now: now)
        case .overlapping:
            let seconds = Int(random.next() % 10)
            refuse(pending, SessionRefusal(status: 500, retryAfterSeconds: seconds), now: now)
        case .noSession: refuse(pending, SessionRefusal(status: isUpdate ? 500 : 481), now: now)
        }
    }

    /// Answers what the peer asked before it hung up, so that no transaction is left without a final response.
    mutating func settlePendingOffers(_ session: Session, now: Instant) {
        if let reoffer = session.reoffer {
            session.reoffer = nil
            refuse(reoffer, SessionRefusal(status: 487), now: now)
        }
        session.usage.offerSettled()
    }

    mutating func ackReceived(_ message: SIPMessage, now: Instant, into effects: inout [UserAgentEffect]) {
        guard let toTag = message.toTag,
            let session = session(for: message, localTag: String(decoding: toTag, as: UTF8.self)),
            let sequence = try? message.cseq(), session.usage.acknowledged(sequence: sequence.number)
        else { return }
        rearm(session)
        if let abandonment = session.abandonment {
            sendBYE(session, refusal: abandonment, now: now)
        } else {
            effects.append(.session(session.leg, .acknowledged(message)))
        }
    }

    mutating func cancelReceived(
        _ transaction: ServerTransactionID, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard let leg = offeredLegs[transaction], let session = sessions[leg], let invite = session.invite else {
            return
        }
        refuse(invite, SessionRefusal(status: 487), now: now, session: session)
        session.usage.failed()
        effects.append(.session(leg, .cancelled))
        forget(session)
    }

    // MARK: Responses

    /// Answers a request outside any dialog that `requestReceived` handed up.
    package mutating func respond(
        to transaction: ServerTransactionID, _ request: SIPMessage, on flow: Flow, _ refusal: SessionRefusal,
        now: Instant, into effects: inout [UserAgentEffect]
    ) {
        refuse(Session.Pending(transaction: transaction, request: request, flow: flow), refusal, now: now)
        settle(now: now, into: &effects)
    }

    /// Answers OPTIONS with what we can do (RFC 3261 §11.2).
    package mutating func respondToOptions(
        _ transaction: ServerTransactionID, _ request: SIPMessage, on flow: Flow, now: Instant,
        into effects: inout [UserAgentEffect]
    ) {
        respondToOptions(transaction, request, on: flow, now: now)
        settle(now: now, into: &effects)
    }

    private mutating func respondToOptions(
        _ transaction: ServerTransactionID, _ request: SIPMessage, on flow: Flow, now: Instant
    ) {
        let headers: [SessionRefusal.Header] = [.init(.allow, settings.allowed), .init(.accept, "application/sdp")]
        let pending = Session.Pending(transaction: transaction, request: request, flow: flow)
        refuse(pending, SessionRefusal(status: 200, headers: headers), now: now)
    }

    /// A final response without body.
    mutating func refuse(
        _ pending: Session.Pending, _ refusal: SessionRefusal, now: Instant, session: Session? = nil
    ) {
        let tag = session?.dialog.localTag ?? newTag()
        var builder = SIPMessageBuilder(
            responseTo: pending.request, status: refusal.status, phrase: refusal.phrase, toTag: tag,
            receivedFrom: pending.flow)
        if let product = settings.productName { builder.add(.server, product) }
        if let seconds = refusal.retryAfterSeconds { builder.add(.retryAfter, seconds) }
        for header in refusal.headers { builder.add(header.name, header.value) }
        _ = transactions.respond(
            pending.transaction, status: refusal.status, bytes: builder.finish(), now: now, into: &transactionEffects)
    }

    /// A response inside a dialog, with our Contact and SDP where there is one. Returns its bytes.
    @discardableResult
    mutating func respond(
        _ pending: Session.Pending, status: Int, body: [UInt8]? = nil, session: Session, now: Instant
    ) -> [UInt8] {
        var builder = SIPMessageBuilder(
            responseTo: pending.request, status: status, phrase: nil, toTag: session.dialog.localTag,
            receivedFrom: pending.flow)
        builder.copyAll(.recordRoute, from: pending.request)
        builder.add(.contact, addressTexts.contact(for: pending.flow, settings: settings))
        if status >= 200 { builder.add(.allow, settings.allowed) }
        if let product = settings.productName { builder.add(.server, product) }
        let bytes = body.map { builder.finish(contentType: "application/sdp", body: $0) } ?? builder.finish()
        _ = transactions.respond(
            pending.transaction, status: status, bytes: bytes, now: now, into: &transactionEffects)
        return bytes
    }
}

/// The Q.850 cause of a Reason header (RFC 3326), if the peer gave one.
func q850Cause(_ message: SIPMessage) -> Int? {
    for value in message.values(.reason) {
        let text = String(decoding: value, as: UTF8.self)
        guard text.lowercased().hasPrefix("q.850") else { continue }
        for part in text.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].trimmed == "cause" { return Int(pair[1].trimmed) }
        }
    }
    return nil
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
