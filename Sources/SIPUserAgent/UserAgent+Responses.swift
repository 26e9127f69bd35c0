import PBXBase
import SIPDialog
import SIPGrammar
import SIPTransaction

// What comes back on requests of ours (RFC 3261 §8.1.3, §13.2.2, §14.1).
extension UserAgent {
    mutating func responseReceived(
        _ response: SIPMessage, to transaction: ClientTransactionID, now: Instant,
        into effects: inout [UserAgentEffect]
    ) {
        guard let purpose = purposes[transaction] else { return }
        switch purpose {
        case .invite(let leg, let acceptedTag):
            guard let session = sessions[leg] else {
                let isKnown = acceptedTag?.utf8.elementsEqual(response.toTag ?? []) ?? false
                acknowledgeStray(response, ending: !isKnown, now: now)
                return
            }
            inviteResponseReceived(response, session, now: now, into: &effects)
            if acceptedTag == nil, (200..<300).contains(response.status) {
                purposes[transaction] = .invite(leg, acceptedTag: session.dialog.remoteTag)
            }
        case .reoffer(let leg):
            guard response.status >= 200 else { return }
            guard let session = sessions[leg] else {
                acknowledgeStray(response, ending: false, now: now)
                return
            }
            reofferResponseReceived(response, session, now: now, into: &effects)
        case .bye(let leg):
            if response.status >= 200, let session = sessions[leg] { byeSettled(session) }
        case .talk(let leg):
            guard response.status >= 200 else { return }
            purposes[transaction] = nil
            if response.status >= 300 { effects.append(.session(leg, .answerRefused)) }
        case .relay(let origin):
            guard response.status >= 200 else { return }
            purposes[transaction] = nil
            relayResponse(response, to: origin, now: now)
        case .request:
            effects.append(.responseReceived(transaction, response))
            if response.status >= 200 { purposes[transaction] = nil }
        }
    }

    /// No final response came: 408 when time ran out, 503 when the flow failed (RFC 3261 §8.1.3.1).
    mutating func noResponse(
        to transaction: ClientTransactionID, status: Int, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard let purpose = purposes.removeValue(forKey: transaction) else { return }
        switch purpose {
        case .invite(let leg, _):
            guard let session = sessions[leg], session.usage.phase == .calling else { return }
            inviteFailed(session, status: status, nil, into: &effects)
        case .reoffer(let leg):
            guard let session = sessions[leg], session.ownReoffer != nil else { return }
            session.ownReoffer = nil
            session.usage.offerSettled()
            effects.append(.session(leg, .reofferFailed(status: status)))
            loseDialog(session, status: status, now: now, into: &effects)
        case .bye(let leg):
            if let session = sessions[leg] { byeSettled(session) }
        case .talk(let leg): effects.append(.session(leg, .answerRefused))
        case .relay(let origin):
            refuse(origin, SessionRefusal(status: status), now: now)
        case .request:
            effects.append(.requestFailed(transaction, status: status))
        }
    }

    // MARK: The INVITE that opens a leg

    private mutating func inviteResponseReceived(
        _ response: SIPMessage, _ session: Session, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        switch response.status {
        case ..<200:
            guard session.usage.phase == .calling, session.abandonment == nil, response.status > 100 else { return }
            if response.toTag != nil { try? session.dialog.responseReceived(response) }
            effects.append(.session(session.leg, .progressed(response)))
        case 200..<300: inviteAccepted(response, session, now: now, into: &effects)
        default:
            guard session.usage.phase == .calling else { return }
            if retryWithCredentials(response, session, now: now) { return }
            inviteFailed(session, status: response.status, response, into: &effects)
        }
    }

    private mutating func inviteFailed(
        _ session: Session, status: Int, _ response: SIPMessage?, into effects: inout [UserAgentEffect]
    ) {
        session.usage.failed()
        forget(session)
        // A leg that was given up is already history above; its 487 is expected.
        if session.abandonment == nil { effects.append(.session(session.leg, .failed(status: status, response))) }
    }

    private mutating func inviteAccepted(
        _ response: SIPMessage, _ session: Session, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard session.usage.phase == .calling else {
            repeatedAcceptance(response, session, now: now, into: &effects)
            return
        }
        guard let invite = session.ownInvite else { return }
        do {
            try session.dialog.responseReceived(response)
        } catch {
            effects.append(.misbehaved(session.dialog.flow, "2xx to INVITE, \(error.field): \(error.problem)"))
            inviteFailed(session, status: 500, nil, into: &effects)
            acknowledgeStray(response, ending: true, now: now)
            return
        }
        session.usage.answerReceived()
        session.ownInvite?.target = nil
        session.ownInvite?.body = nil
        if let abandonment = session.abandonment {
            // RFC 3261 §15: the 2xx crossed our CANCEL, so the call is ended after all.
            sendACK(session, sequence: invite.sequence, body: nil)
            sendBYE(session, refusal: abandonment, now: now)
            return
        }
        if invite.carriesOffer {
            sendACK(session, sequence: invite.sequence, body: nil)
        } else {
            session.unacknowledgedSequence = invite.sequence
        }
        effects.append(.session(session.leg, .answered(response)))
    }

    /// A 2xx after the first: a retransmission is acknowledged again; one of another fork is acknowledged and ended
    /// (RFC 3261 §13.2.2.4).
    private mutating func repeatedAcceptance(
        _ response: SIPMessage, _ session: Session, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        let tag = response.toTag ?? []
        guard session.dialog.remoteTag.utf8.elementsEqual(tag) else {
            acknowledgeStray(response, ending: true, now: now)
            return
        }
        guard let sequence = try? response.cseq().number, let known = session.lastACK, known.sequence == sequence
        else { return }
        transactionEffects.append(.transmit(known.bytes, session.dialog.flow))
    }

    /// Acknowledges a 2xx whose session we do not keep, and with `ending` sends the BYE that a second fork's needs; a
    /// session that had its BYE only repeats itself.
    private mutating func acknowledgeStray(_ response: SIPMessage, ending: Bool, now: Instant) {
        guard (200..<300).contains(response.status), let sequence = try? response.cseq(), sequence.method == .invite,
            let callID = try? response.callID(), let from = response.text(.from), let to = response.text(.to),
            let contact = try? response.firstContact(), let via = try? response.topVia(),
            let transport = via.transport, let local = IPAddress(via.host)
        else { return }
        let routes = RouteSet(recordRoutes: (try? response.recordRoutes()) ?? [], reversed: true)
        let here = Endpoint(local, port: via.port ?? 5060)
        let arrival = Flow(transport: transport, local: here, remote: here)
        guard let flow = PeerFlow.flow(to: routes.firstHop ?? contact.uri, over: arrival) else { return }
        var dialog = Dialog(
            callID: callID, localTag: "", localAddress: from, remoteAddress: to,
            remoteTarget: contact.uri.description, routeSet: routes, flow: flow, firstSequence: sequence.number)
        let ackVia = addressTexts.via(for: flow, branch: newBranch(), settings: settings)
        var ack = dialog.request(.ack, sequence: sequence.number, via: ackVia)
        transactionEffects.append(.transmit(ack.finish(), flow))
        guard ending else { return }
        let branch = newBranch()
        let number = dialog.nextSequence()
        let byeVia = addressTexts.via(for: flow, branch: branch, settings: settings)
        var bye = dialog.request(.bye, sequence: number, via: byeVia)
        _ = transactions.request(
            method: .bye, branch: branch, bytes: bye.finish(), flow: flow, now: now, into: &transactionEffects)
    }

    /// A response without a transaction: only a 2xx to INVITE matters, whose retransmission found its transaction gone.
    mutating func strayResponseReceived(
        _ response: SIPMessage, on flow: Flow, into effects: inout [UserAgentEffect]
    ) {
        guard (200..<300).contains(response.status), response.method == .invite, let fromTag = response.fromTag,
            let session = session(for: response, localTag: String(decoding: fromTag, as: UTF8.self)),
            let sequence = try? response.cseq().number, let known = session.lastACK, known.sequence == sequence
        else { return }
        effects.append(.transmit(known.bytes, session.dialog.flow))
    }

    // MARK: Challenges

    /// Sends the INVITE again with an answer to the challenge, as long as another answer may help (RFC 3261 §22.2).
    private mutating func retryWithCredentials(_ response: SIPMessage, _ session: Session, now: Instant) -> Bool {
        guard response.status == 401 || response.status == 407, var target = session.ownInvite?.target,
            var client = target.credentials, session.abandonment == nil, client.challenged(by: response) == .retry
        else { return false }
        target.headers.removeAll { $0.name == .authorization || $0.name == .proxyAuthorization }
        for field in client.authorize(method: .invite, uri: target.requestURI, random: &random) {
            target.headers.append(.init(field.name, field.value))
        }
        target.credentials = client
        sendInvite(session, target, body: session.ownInvite?.body, now: now)
        return true
    }

    // MARK: Inside the session

    private mutating func reofferResponseReceived(
        _ response: SIPMessage, _ session: Session, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard let reoffer = session.ownReoffer else {
            if (200..<300).contains(response.status), let known = session.lastACK,
                known.sequence == (try? response.cseq().number)
            {
                transactionEffects.append(.transmit(known.bytes, session.dialog.flow))
            }
            return
        }
        session.ownReoffer = nil
        guard (200..<300).contains(response.status) else {
            session.usage.offerSettled()
            effects.append(.session(session.leg, .reofferFailed(status: response.status)))
            // RFC 3261 §14.1: these two mean that the dialog is gone.
            if response.status == 481 || response.status == 408 {
                loseDialog(session, status: response.status, now: now, into: &effects)
            }
            return
        }
        session.dialog.targetRefreshed(by: response, on: session.dialog.flow)
        guard session.usage.phase == .established else {
            sendACK(session, sequence: reoffer.sequence, body: nil)
            return
        }
        if reoffer.carriesOffer {
            session.usage.offerSettled()
            sendACK(session, sequence: reoffer.sequence, body: nil)
        } else {
            session.unacknowledgedSequence = reoffer.sequence
        }
        effects.append(.session(session.leg, .reofferAnswered(response)))
    }

    private mutating func loseDialog(
        _ session: Session, status: Int, now: Instant, into effects: inout [UserAgentEffect]
    ) {
        guard session.usage.phase == .established else { return }
        effects.append(.session(session.leg, .ended(.dialogLost(status: status))))
        sendBYE(session, refusal: SessionRefusal(status: status, q850: 41), now: now)
    }

    private mutating func byeSettled(_ session: Session) {
        session.usage.byeSettled()
        // The peer's own BYE, which crossed ours, still waits for its answer.
        if session.bye == nil { forget(session) }
    }

    private mutating func relayResponse(_ response: SIPMessage, to origin: Session.Pending, now: Instant) {
        var builder = SIPMessageBuilder(
            responseTo: origin.request, status: response.status, phrase: response.reasonPhrase, toTag: nil,
            receivedFrom: origin.flow)
        if let product = settings.productName { builder.add(.server, product) }
        _ = transactions.respond(
            origin.transaction, status: response.status, bytes: builder.finish(), now: now, into: &transactionEffects)
    }
}
