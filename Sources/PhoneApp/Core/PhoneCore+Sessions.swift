import MediaControl
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransaction
import SIPUserAgent

// What peers do: calls that come in, answers, re-INVITEs, ends.
extension PhoneCore {
    // MARK: Requests outside a dialog

    mutating func requestReceived(
        _ request: SIPMessage, _ transaction: ServerTransactionID, on flow: Flow, now: Instant,
        into effects: inout [Effect]
    ) {
        func refuse(_ status: Int) {
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: status), now: now, into: &agentEffects)
        }
        switch request.method {
        case .invite: inviteReceived(request, transaction, on: flow, now: now, into: &effects)
        case .options: userAgent.respondToOptions(transaction, request, on: flow, now: now, into: &agentEffects)
        case .notify:
            guard !notified(request, transaction, on: flow, now: now, into: &effects) else { return }
            guard let messages = MessageSummary(request) else { return refuse(489) }
            refuse(200)
            messagesReported(messages, account: account(called: request), into: &effects)
        default:
            // A REFER outside a call would have us call whom a stranger names.
            refuse(request.method == .refer ? 403 : 405)
        }
    }

    private func account(called request: SIPMessage) -> Int? {
        guard let user = (try? request.to())?.uri.user else { return nil }
        return settings.accounts.firstIndex { $0.user == user }
    }

    private mutating func inviteReceived(
        _ request: SIPMessage, _ transaction: ServerTransactionID, on flow: Flow, now: Instant,
        into effects: inout [Effect]
    ) {
        func refuse(_ status: Int) {
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: status), now: now, into: &agentEffects)
        }
        guard !isStopping else { return refuse(480) }
        guard lines.count < PhoneSettings.linesMax else { return refuse(486) }
        guard let from = try? request.from() else { return refuse(400) }
        var replaced: LineNumber?
        if let text = request.text(.replaces) {
            // RFC 3891 §3: a dialog that is not here cannot be replaced.
            guard let line = line(replacedBy: text) else { return refuse(481) }
            replaced = line
        }
        let number = newNumber()
        guard
            userAgent.beginSession(
                LegID(UInt64(number.value)), transaction, request, on: flow, now: now, into: &agentEffects)
        else { return }
        var line = Line(
            number, account: account(called: request), isOutgoing: false, peer: PhonePeer(from), state: .incoming,
            signalling: flow.local.address)
        line.offer = request.body.isEmpty ? nil : request.body
        lines[number] = line
        let isAsked = isAskedToAnswer(request, on: flow, account: line.account)
        guard replaced == nil, !settings.answersAtOnce, !isAsked else {
            if isAsked, settings.card != nil { effects.append(.alert(.answeredAtOnce)) }
            answer(number, now: now, into: &effects)
            if let replaced, lines[number] != nil {
                end(replaced, .transferred, status: 480, now: now, into: &effects)
            }
            return
        }
        userAgent.handle(.command(.ring(line.leg, status: 180, body: nil)), now: now, into: &agentEffects)
        tell(number, into: &effects)
    }

    /// Only the exchange that we are registered at may open our microphone, and only while nobody else is heard.
    private func isAskedToAnswer(_ request: SIPMessage, on flow: Flow, account: Int?) -> Bool {
        guard settings.answersWhenAsked, request.asksToBeAnswered, let account else { return false }
        return flow.remote.address == settings.accounts[account].flow.remote.address && lines.count == 1
    }

    private func line(replacedBy text: String) -> LineNumber? {
        guard let replaced = ReplacedDialog(text),
            let leg = userAgent.leg(
                callID: replaced.callID, localTag: replaced.toTag, remoteTag: replaced.fromTag)
        else { return nil }
        let number = LineNumber(Int(clamping: leg.value))
        return lines[number] == nil ? nil : number
    }

    // MARK: Answering

    mutating func answer(_ number: LineNumber, now: Instant, into effects: inout [Effect]) {
        guard var line = lines[number], line.state == .incoming else { return }
        guard let lease = takePort(towards: line.signalling) else {
            fail("no audio port is free", &effects)
            return end(number, .mediaFailed("no audio port is free"), status: 480, now: now, into: &effects)
        }
        let encryption = line.account.map { settings.accounts[$0].encryption } ?? settings.encryption
        var media = LineMedia(
            lease: lease, signalling: line.signalling, codecs: settings.codecs, encryption: encryption,
            fingerprint: fingerprint, offersDTLS: settings.offersDTLS, random: &random)
        let body: [UInt8]
        do throws(SDPProblem) {
            if let offer = line.offer {
                body = try media.answer(offer, .sendrecv, random: &random)
            } else {
                body = media.offer(.sendrecv, random: &random)
                line.awaitsAnswerInACK = true
            }
        } catch {
            ports.append(lease)
            return end(number, .mediaFailed(error.description), status: 488, now: now, into: &effects)
        }
        line.media = media
        line.offer = nil
        line.state = .active
        line.activeSince = now
        line.isHeldByPeer = media.remote?.isHeld ?? false
        lines[number] = line
        makeCurrent(number, now: now, into: &effects)
        userAgent.handle(.command(.answer(line.leg, body: body)), now: now, into: &agentEffects)
        audioChanged(number, into: &effects)
        startSound(number, into: &effects)
        tell(number, into: &effects)
    }

    // MARK: Inside a session

    mutating func sessionChanged(
        _ number: LineNumber, _ event: SessionEvent, now: Instant, into effects: inout [Effect]
    ) {
        guard lines[number] != nil else {
            if case .ended(.bye) = event {
                userAgent.handle(
                    .command(.confirmEnd(LegID(UInt64(number.value)))), now: now, into: &agentEffects)
            }
            return
        }
        switch event {
        case .progressed(let response): progressed(number, response, now: now, into: &effects)
        case .answered(let response): answered(number, response, now: now, into: &effects)
        case .failed(let status, let response):
            close(
                number, .refused(status: status, phrase: response?.reasonPhrase ?? "no response"), now: now,
                into: &effects)
        case .cancelled: close(number, .missed, now: now, into: &effects)
        case .acknowledged(let message): acknowledged(number, message, now: now, into: &effects)
        case .offered(let request): offered(number, request, now: now, into: &effects)
        case .reofferAnswered(let response): reofferAnswered(number, response, now: now, into: &effects)
        case .reofferFailed(let status): reofferFailed(number, status: status, now: now, into: &effects)
        case .requested(let transaction, let request, let flow):
            requested(number, transaction, request, flow, now: now, into: &effects)
        case .answerRefused: break
        case .ended(.bye):
            close(number, .there, now: now, into: &effects)
            userAgent.handle(.command(.confirmEnd(LegID(UInt64(number.value)))), now: now, into: &agentEffects)
        case .ended(.flowLost) where lines[number]?.state == .incoming:
            close(number, .missed, now: now, into: &effects)
        case .ended(.acknowledgementMissing), .ended(.flowLost), .ended(.dialogLost):
            close(number, .lost, now: now, into: &effects)
        }
    }

    private mutating func progressed(
        _ number: LineNumber, _ response: SIPMessage, now: Instant, into effects: inout [Effect]
    ) {
        guard lines[number]?.state == .calling || lines[number]?.state == .ringing else { return }
        lines[number]?.state = .ringing
        if !response.body.isEmpty, (try? lines[number]?.media?.answered(response.body)) != nil {
            audioChanged(number, into: &effects)
        }
        tellReferrer(of: number, status: response.status, now: now)
        tell(number, into: &effects)
    }

    private mutating func answered(
        _ number: LineNumber, _ response: SIPMessage, now: Instant, into effects: inout [Effect]
    ) {
        do throws(SDPProblem) {
            if !response.body.isEmpty || lines[number]?.media?.remote == nil {
                try lines[number]?.media?.answered(response.body)
            }
        } catch {
            return end(number, .mediaFailed(error.description), status: 488, now: now, into: &effects)
        }
        lines[number]?.state = .active
        lines[number]?.activeSince = now
        lines[number]?.giveUpAt = nil
        noteHold(number)
        audioChanged(number, into: &effects)
        startSound(number, into: &effects)
        tellReferrer(of: number, status: 200, now: now)
        tell(number, into: &effects)
        // The user may have wished for a hold before there was anything to hold.
        if lines[number]?.wantsHold == true { reoffer(number, now: now, into: &effects) }
    }

    private mutating func acknowledged(
        _ number: LineNumber, _ message: SIPMessage, now: Instant, into effects: inout [Effect]
    ) {
        guard lines[number]?.awaitsAnswerInACK == true else { return }
        lines[number]?.awaitsAnswerInACK = false
        do throws(SDPProblem) {
            try lines[number]?.media?.answered(message.body)
        } catch {
            return end(number, .mediaFailed(error.description), status: 488, now: now, into: &effects)
        }
        peerChanged(number, into: &effects)
        startSound(number, into: &effects)
    }

    /// The peer's re-INVITE or UPDATE: another address, another codec, a hold.
    private mutating func offered(
        _ number: LineNumber, _ request: SIPMessage, now: Instant, into effects: inout [Effect]
    ) {
        guard let line = lines[number] else { return }
        let direction: MediaDirection = line.wantsHold || line.state == .held ? .sendonly : .sendrecv
        do throws(SDPProblem) {
            let body: [UInt8]?
            if request.body.isEmpty {
                body = lines[number]?.media?.offer(direction, random: &random)
                lines[number]?.awaitsAnswerInACK = true
            } else {
                body = try lines[number]?.media?.answer(request.body, direction, random: &random)
            }
            userAgent.handle(.command(.answerReoffer(line.leg, body: body)), now: now, into: &agentEffects)
            if !request.body.isEmpty { peerChanged(number, into: &effects) }
        } catch {
            userAgent.handle(
                .command(.rejectReoffer(line.leg, SessionRefusal(status: 488))), now: now, into: &agentEffects)
        }
    }

    private mutating func peerChanged(_ number: LineNumber, into effects: inout [Effect]) {
        noteHold(number)
        audioChanged(number, into: &effects)
        tell(number, into: &effects)
    }

    // MARK: Ends

    /// Ends a line by our own doing; what is still exchanged with the peer is no concern of the user's.
    mutating func end(
        _ number: LineNumber, _ why: LineEnd, status: Int, now: Instant, into effects: inout [Effect]
    ) {
        guard let line = lines[number] else { return }
        userAgent.handle(
            .command(.end(line.leg, SessionRefusal(status: status))), now: now, into: &agentEffects)
        close(number, why, now: now, into: &effects)
    }

    /// Forgets a line and tells how it ended.
    mutating func close(_ number: LineNumber, _ why: LineEnd, now: Instant, into effects: inout [Effect]) {
        guard var line = lines[number] else { return }
        if case .refused(let status, _) = why {
            tellReferrer(of: number, status: status, now: now)
        } else if line.activeSince == nil {
            tellReferrer(of: number, status: 487, now: now)
        }
        lines[number] = nil
        if currentLine == number { currentLine = nil }
        if let lease = line.media?.lease {
            portsLeaving[lease.id] = lease
            effects.append(.media(.release([lease.id])))
        }
        let talkSeconds = line.activeSince.map { (now - $0).seconds }
        line.state = .ended
        effects.append(.tell(.ended(line.summary(isInConference: false), why, talkSeconds: talkSeconds)))
        tellConference(line.room, into: &effects)
    }

    // MARK: Telling

    func tell(_ number: LineNumber, into effects: inout [Effect]) {
        guard let line = lines[number] else { return }
        effects.append(.tell(.line(line.summary(isInConference: isInConference(line)))))
    }
}
