package import PBXBase
import SIPDialog
package import SIPGrammar
package import SIPTransaction

// What the layers above ask of sessions, and requests of ours.
extension UserAgent {
    /// Takes an INVITE that `requestReceived` handed up as the new session `leg`. Nil, with the request refused, when
    /// it cannot open a dialog.
    package mutating func beginSession(
        _ leg: LegID, _ transaction: ServerTransactionID, _ request: SIPMessage, on flow: Flow, now: Instant,
        into effects: inout [UserAgentEffect]
    ) -> Bool {
        let pending = Session.Pending(transaction: transaction, request: request, flow: flow)
        do {
            let dialog = try Dialog(answering: request, localTag: newTag(), flow: flow)
            let session = Session(leg: leg, dialog: dialog, usage: SessionUsage(phase: .offered))
            session.invite = pending
            add(session)
            offeredLegs[transaction] = leg
            return true
        } catch {
            effects.append(.misbehaved(flow, "INVITE, \(error.field): \(error.problem)"))
            refuse(pending, SessionRefusal(status: 400, phrase: "Bad \(error.field)"), now: now)
            settle(now: now, into: &effects)
            return false
        }
    }

    mutating func carryOut(_ command: SessionCommand, now: Instant, into effects: inout [UserAgentEffect]) {
        switch command {
        case .invite(let leg, let target, let body): invite(leg, target, body: body, now: now)
        case .ring(let leg, let status, let body):
            guard let session = sessions[leg], let invite = session.invite else { return }
            respond(invite, status: status, body: body, session: session, now: now)
        case .answer(let leg, let body):
            guard let session = sessions[leg], let invite = session.invite else { return }
            answer(invite, session, body: body, now: now)
            session.invite = nil
            offeredLegs[invite.transaction] = nil
        case .askToAnswer(let leg): askToAnswer(leg, now: now, into: &effects)
        case .reject(let leg, let refusal), .end(let leg, let refusal):
            if let session = sessions[leg] { end(session, refusal, now: now) }
        case .acknowledge(let leg, let body):
            guard let session = sessions[leg], let sequence = session.unacknowledgedSequence else { return }
            session.unacknowledgedSequence = nil
            if session.ownInvite?.sequence != sequence { session.usage.offerSettled() }
            sendACK(session, sequence: sequence, body: body)
        case .reoffer(let leg, let body): sendReoffer(leg, body: body, now: now, into: &effects)
        case .answerReoffer(let leg, let body):
            guard let session = sessions[leg], let reoffer = session.reoffer else { return }
            session.reoffer = nil
            if reoffer.request.method == .update {
                session.usage.offerSettled()
                respond(reoffer, status: 200, body: body, session: session, now: now)
            } else {
                answer(reoffer, session, body: body, now: now)
            }
        case .rejectReoffer(let leg, let refusal):
            guard let session = sessions[leg], let reoffer = session.reoffer else { return }
            session.reoffer = nil
            session.usage.offerSettled()
            refuse(reoffer, refusal, now: now)
        case .relay(let transaction, let request, let flow, let leg):
            relay(Session.Pending(transaction: transaction, request: request, flow: flow), to: leg, now: now)
        case .respond(let transaction, let request, let flow, let refusal):
            refuse(Session.Pending(transaction: transaction, request: request, flow: flow), refusal, now: now)
        case .notifyReferral(let leg, let status): notifyReferral(leg, status: status, now: now)
        case .accept(let transaction, let request, let flow):
            let pending = Session.Pending(transaction: transaction, request: request, flow: flow)
            refuse(pending, SessionRefusal(status: 200), now: now)
        case .confirmEnd(let leg):
            guard let session = sessions[leg], let bye = session.bye else { return }
            session.bye = nil
            refuse(bye, SessionRefusal(status: 200), now: now, session: session)
            forget(session)
        }
    }

    /// A request outside any dialog; its responses come as `responseReceived` and `requestFailed`.
    package mutating func send(
        _ method: SIPMethod, requestURI: String, from: String, to: String, callID: String, sequence: UInt32,
        headers: [SessionRefusal.Header], flow: Flow, now: Instant, into effects: inout [UserAgentEffect]
    ) -> ClientTransactionID {
        let branch = newBranch()
        var builder = SIPMessageBuilder(request: method, uriText: requestURI)
        builder.add(.via, addressTexts.via(for: flow, branch: branch, settings: settings))
        builder.add(.maxForwards, 70)
        builder.add(.from, "\(from);tag=\(newTag())")
        builder.add(.to, to)
        builder.add(.callID, callID)
        builder.add(.cseq, "\(sequence) \(method.name)")
        if method != .register { builder.add(.contact, contact(for: flow)) }
        for header in headers { builder.add(header.name, header.value) }
        if let product = settings.productName { builder.add(.userAgent, product) }
        let transaction = transactions.request(
            method: method, branch: branch, bytes: builder.finish(), flow: flow, now: now, into: &transactionEffects)
        purposes[transaction] = .request
        settle(now: now, into: &effects)
        return transaction
    }

    /// Our Contact value on this flow.
    package mutating func contact(for flow: Flow) -> String { addressTexts.contact(for: flow, settings: settings) }

    // MARK: Opening and answering

    private mutating func invite(_ leg: LegID, _ target: SessionTarget, body: [UInt8]?, now: Instant) {
        let tag = newTag()
        let callID = target.callID ?? random.token(symbols: SessionTarget.callIDSymbols)
        let dialog = Dialog(
            callID: callID, localTag: tag, localAddress: "\(target.from);tag=\(tag)", remoteAddress: target.to,
            remoteTarget: target.requestURI, routeSet: RouteSet(routes: target.routes), flow: target.flow,
            firstSequence: 0)
        let session = Session(leg: leg, dialog: dialog, usage: SessionUsage(phase: .calling))
        add(session)
        sendInvite(session, target, body: body, now: now)
    }

    mutating func sendInvite(_ session: Session, _ target: SessionTarget, body: [UInt8]?, now: Instant) {
        let sequence = session.dialog.nextSequence()
        let branch = newBranch()
        let via = addressTexts.via(for: target.flow, branch: branch, settings: settings)
        var builder = SIPMessageBuilder(request: .invite, uriText: target.requestURI)
        builder.add(.via, via)
        for route in target.routes { builder.add(.route, route.description) }
        builder.add(.maxForwards, target.maxForwards)
        builder.add(.from, session.dialog.localAddress)
        builder.add(.to, target.to)
        builder.add(.callID, session.dialog.callID)
        builder.add(.cseq, "\(sequence) INVITE")
        builder.add(.contact, addressTexts.contact(for: target.flow, settings: settings))
        builder.add(.allow, settings.allowed)
        if let product = settings.productName { builder.add(.userAgent, product) }
        for header in target.headers { builder.add(header.name, header.value) }
        let bytes = body.map { builder.finish(contentType: "application/sdp", body: $0) } ?? builder.finish()
        let transaction = transactions.request(
            method: .invite, branch: branch, bytes: bytes, flow: target.flow, now: now, into: &transactionEffects)
        purposes[transaction] = .invite(session.leg, acceptedTag: nil)
        let canRetry = target.credentials != nil
        session.ownInvite = Session.OwnInvite(
            transaction: transaction, sequence: sequence, carriesOffer: body != nil, target: canRetry ? target : nil,
            body: canRetry ? body : nil)
    }

    private mutating func answer(_ pending: Session.Pending, _ session: Session, body: [UInt8]?, now: Instant) {
        let bytes = respond(pending, status: 200, body: body, session: session, now: now)
        session.answeredTransaction = pending.transaction
        let sequence = (try? pending.request.cseq().number) ?? 0
        session.usage.answerSent(
            bytes, sequence: sequence, isReliable: pending.flow.transport.isReliable, now: now)
        rearm(session)
    }

    // MARK: Inside the session

    private mutating func sendReoffer(
        _ leg: LegID, body: [UInt8]?, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard let session = sessions[leg] else { return }
        guard session.usage.offerSent() else {
            effects.append(.session(leg, .reofferFailed(status: 491)))
            return
        }
        let (transaction, sequence) = sendInDialog(.invite, session, body: body, headers: [], now: now)
        purposes[transaction] = .reoffer(leg)
        session.ownReoffer = Session.OwnInvite(
            transaction: transaction, sequence: sequence, carriesOffer: body != nil)
    }

    mutating func sendACK(_ session: Session, sequence: UInt32, body: [UInt8]?) {
        let flow = session.dialog.flow
        let via = addressTexts.via(for: flow, branch: newBranch(), settings: settings)
        var builder = session.dialog.request(.ack, sequence: sequence, via: via)
        let bytes = body.map { builder.finish(contentType: "application/sdp", body: $0) } ?? builder.finish()
        session.lastACK = (sequence, bytes)
        transactionEffects.append(.transmit(bytes, flow))
    }

    mutating func sendInDialog(
        _ method: SIPMethod, _ session: Session, body: [UInt8]?, contentType: String = "application/sdp",
        headers: [SessionRefusal.Header], now: Instant
    ) -> (ClientTransactionID, UInt32) {
        let sequence = session.dialog.nextSequence()
        let flow = session.dialog.flow
        let branch = newBranch()
        let via = addressTexts.via(for: flow, branch: branch, settings: settings)
        var builder = session.dialog.request(method, sequence: sequence, via: via)
        if method == .invite || method == .update {
            builder.add(.contact, addressTexts.contact(for: flow, settings: settings))
            builder.add(.allow, settings.allowed)
        }
        if let product = settings.productName { builder.add(.userAgent, product) }
        for header in headers { builder.add(header.name, header.value) }
        let bytes = body.map { builder.finish(contentType: contentType, body: $0) } ?? builder.finish()
        let transaction = transactions.request(
            method: method, branch: branch, bytes: bytes, flow: flow, now: now, into: &transactionEffects)
        return (transaction, sequence)
    }

    private mutating func relay(_ origin: Session.Pending, to leg: LegID, now: Instant) {
        guard let session = sessions[leg], session.usage.phase == .established else {
            // Not 481, which would say that the dialog of who asks is gone (RFC 3261 §12.2.1.2).
            refuse(origin, SessionRefusal(status: 480), now: now)
            return
        }
        let (transaction, _) = sendInDialog(
            origin.request.method, session, body: origin.request.body.isEmpty ? nil : Array(origin.request.body),
            contentType: origin.request.text(.contentType) ?? "text/plain", headers: [], now: now)
        purposes[transaction] = .relay(origin)
    }

    // MARK: Ending

    private mutating func end(_ session: Session, _ refusal: SessionRefusal, now: Instant) {
        switch session.usage.phase {
        case .offered:
            if let invite = session.invite { refuse(invite, refusal, now: now, session: session) }
            session.usage.failed()
            forget(session)
        case .calling:
            guard session.abandonment == nil, let invite = session.ownInvite else { return }
            session.abandonment = refusal
            transactions.cancel(
                invite.transaction, reason: refusal.reason, now: now, into: &transactionEffects)
        case .established:
            guard session.abandonment == nil else { return }
            settlePendingOffers(session, now: now)
            if session.usage.unacknowledged != nil {
                // RFC 3261 §15: no BYE before the ACK of our 2xx, or before it is given up.
                session.abandonment = refusal
                return
            }
            if let sequence = session.unacknowledgedSequence {
                // The 2xx that carried an offer must be acknowledged before the BYE, even though nothing comes of it.
                session.unacknowledgedSequence = nil
                sendACK(session, sequence: sequence, body: nil)
            }
            sendBYE(session, refusal: refusal, now: now)
        case .ending, .ended: return
        }
    }

    mutating func sendBYE(_ session: Session, refusal: SessionRefusal, now: Instant) {
        session.usage.byeSent()
        rearm(session)
        let reason = refusal.reason.map { SessionRefusal.Header(.reason, $0) }
        let (transaction, _) = sendInDialog(
            .bye, session, body: nil, headers: reason.map { [$0] } ?? [], now: now)
        purposes[transaction] = .bye(session.leg)
    }
}
