package import PBXBase
import SIPGrammar

// The called side: INVITE, CANCEL, ACK, and what the other side does inside a call.
extension ScriptedPhone {
    func requestReceived(_ request: SIPMessage, on flow: Flow, now: Instant) {
        let sipCallID = request.callIDBytes.map { String(decoding: $0) } ?? ""
        let call = calls.last { $0.sipCallID == sipCallID && isOurs($0, request) }
        switch request.method {
        case .invite:
            if request.toTag != nil {
                reofferReceived(request, call, on: flow, now: now)
            } else {
                inviteReceived(request, sipCallID: sipCallID, on: flow, now: now)
            }
        case .ack: if let call { acknowledged(call, request, now: now) }
        case .cancel: cancelReceived(request, sipCallID: sipCallID, on: flow, now: now)
        case .bye: byeReceived(request, call, on: flow, now: now)
        case .update where !request.body.isEmpty: reofferReceived(request, call, on: flow, now: now)
        case .notify where request.text(.event) == "talk": talkReceived(request, call, on: flow, now: now)
        case .options, .info, .update, .notify:
            let isKnown = call != nil || request.toTag == nil
            _ = respond(to: request, on: flow, status: isKnown ? 200 : 481, toTag: nil, now: now)
        default:
            _ = respond(to: request, on: flow, status: 405, toTag: nil, now: now)
        }
    }

    private func talkReceived(_ request: SIPMessage, _ call: PhoneCall?, on flow: Flow, now: Instant) {
        guard let call, understandsTalk else {
            _ = respond(to: request, on: flow, status: call == nil ? 481 : 489, toTag: nil, now: now)
            return
        }
        _ = respond(to: request, on: flow, status: 200, toTag: nil, now: now)
        if call.isHolding { setHold(false, call, now: now) } else { answer(call, now: now) }
    }

    /// Whether the tags of a request are those of this dialog (RFC 3261 §12.2.2).
    private func isOurs(_ call: PhoneCall, _ request: SIPMessage) -> Bool {
        guard let toTag = request.toTag else { return !call.isCaller }
        guard String(decoding: toTag) == call.localTag else { return false }
        return call.remoteTag == request.fromTag.map { String(decoding: $0) }
    }

    // MARK: A new call

    private func inviteReceived(_ request: SIPMessage, sipCallID: String, on flow: Flow, now: Instant) {
        let call = PhoneCall(
            sipCallID: sipCallID, isCaller: false, state: .incoming, localTag: random.token(symbols: 8),
            localAddress: withoutTag(request.text(.to)), remoteAddress: withoutTag(request.text(.from)))
        call.remoteTag = request.fromTag.map { String(decoding: $0) }
        call.remoteCSeq = request.cseqNumber
        call.invite = (request, flow)
        call.remoteMedia = PhoneSDP(request.body)
        adoptTarget(call, request, isCaller: false)
        if calls.contains(where: { $0.sipCallID == sipCallID && $0.isLive && !$0.isCaller }) {
            violations.append("a second INVITE begins call \(sipCallID) again")
        }
        calls.append(call)
        if answersWhenAsked, request.text(.callInfo)?.contains("answer-after=0") == true {
            answer(call, now: now)
            return
        }
        react(to: call, now: now)
    }

    private func withoutTag(_ text: String?) -> String {
        guard let text, var address = try? SIPNameAddress(ascii: Array(text.utf8)[...]) else { return text ?? "" }
        address.parameters.remove("tag")
        return address.description
    }

    /// Rings; with `hasEarlyMedia` it lets the caller hear something.
    package func ring(_ call: PhoneCall, hasEarlyMedia: Bool = false, now: Instant) {
        guard call.state == .incoming, let invite = call.invite else { return }
        let status = hasEarlyMedia ? 183 : 180
        call.statuses.append(status)
        _ = respond(
            to: invite.message, on: invite.flow, status: status, toTag: call.localTag,
            sdp: hasEarlyMedia ? sdp() : nil, sdpVersion: call.sdpVersion, now: now)
    }

    /// Picks up.
    package func answer(_ call: PhoneCall, now: Instant) {
        guard call.state == .incoming, let invite = call.invite else { return }
        call.statuses.append(200)
        call.state = .answered
        call.invite = nil
        sendAnswer(call, to: invite.message, on: invite.flow, direction: .sendrecv, now: now)
    }

    package func reject(_ call: PhoneCall, status: Int, now: Instant) {
        reject(call, status: status, contacts: [], now: now)
    }

    /// Sends the caller elsewhere.
    package func redirect(_ call: PhoneCall, to contacts: [String], now: Instant) {
        reject(call, status: 302, contacts: contacts, now: now)
    }

    private func reject(_ call: PhoneCall, status: Int, contacts: [String], now: Instant) {
        guard call.state == .incoming, let invite = call.invite else { return }
        call.statuses.append(status)
        _ = respond(
            to: invite.message, on: invite.flow, status: status, toTag: call.localTag, contacts: contacts, now: now)
        ended(call, now: now)
    }

    /// RFC 3261 §13.3.1.4: a 2xx is repeated by the user agent until its ACK comes, over any transport.
    private func sendAnswer(
        _ call: PhoneCall, to request: SIPMessage, on flow: Flow, direction: PhoneSDP.Direction, fax: PhoneSDP? = nil,
        now: Instant
    ) {
        let message = respond(
            to: request, on: flow, status: 200, toTag: call.localTag,
            sdp: answersChangeWithoutSDP && call.changeCount > 0 ? nil : fax ?? sdp(direction),
            sdpVersion: call.sdpVersion,
            now: now)
        call.answer = (message, request.cseqNumber ?? 0, PhoneTransactions.t1, now + PhoneTransactions.patience)
        timers.schedule(.repeatAnswer(call.sipCallID), at: now + PhoneTransactions.t1)
    }

    func repeatAnswer(of sipCallID: String, now: Instant) {
        guard let call = calls.last(where: { $0.sipCallID == sipCallID }), var answer = call.answer else { return }
        guard now < answer.giveUpAt else {
            call.answer = nil
            return hangUp(call, now: now)
        }
        transmit(answer.message)
        answer.interval = min(answer.interval * 2, PhoneTransactions.t2)
        call.answer = answer
        timers.schedule(.repeatAnswer(sipCallID), at: min(now + answer.interval, answer.giveUpAt))
    }

    private func acknowledged(_ call: PhoneCall, _ request: SIPMessage, now: Instant) {
        guard let answer = call.answer, request.cseqNumber == answer.cseq else { return }
        call.answer = nil
        timers.cancel(.repeatAnswer(call.sipCallID))
        if call.remoteMedia == nil { call.remoteMedia = PhoneSDP(request.body) }
        guard call.state == .answered else { return }
        call.state = .established
        established(call, now: now)
    }

    private func cancelReceived(_ request: SIPMessage, sipCallID: String, on flow: Flow, now: Instant) {
        let call = calls.last { $0.sipCallID == sipCallID && !$0.isCaller && $0.state == .incoming }
        let cancelled = call?.invite.map {
            $0.message.topViaBranch.map(Array.init) == request.topViaBranch.map(Array.init)
        }
        let isMatching = cancelled ?? false
        // RFC 3261 §9.2: 481 only when no such INVITE ever was; one that was answered is found and left alone.
        let isKnown = isMatching || calls.contains { $0.sipCallID == sipCallID && !$0.isCaller }
        _ = respond(to: request, on: flow, status: isKnown ? 200 : 481, toTag: call?.localTag, now: now)
        if let call, isMatching { reject(call, status: 487, now: now) }
    }

    // MARK: Inside a call

    private func reofferReceived(_ request: SIPMessage, _ call: PhoneCall?, on flow: Flow, now: Instant) {
        guard let call, call.isLive, call.state != .ending, isInOrder(request, call) else {
            _ = respond(to: request, on: flow, status: call?.isLive == true ? 500 : 481, toTag: nil, now: now)
            return
        }
        // RFC 3261 §14.2: not two at once.
        guard call.change == nil, call.answer == nil, call.state == .established else {
            _ = respond(to: request, on: flow, status: 491, toTag: nil, now: now)
            return
        }
        if let changeRefusal {
            _ = respond(to: request, on: flow, status: changeRefusal, toTag: nil, now: now)
            return
        }
        let offer = PhoneSDP(request.body)
        var fax: PhoneSDP?
        if offer?.fax != nil {
            if case .refuses(let status) = faxHabit {
                _ = respond(to: request, on: flow, status: status, toTag: nil, now: now)
                return
            }
            fax = sdp()
            fax?.fax = PhoneSDP.usualFax
            if faxHabit == .takesNothing { fax?.endpoint.port = 0 }
        }
        if let offer { call.remoteMedia = offer }
        call.changeCount += 1
        call.sdpVersion += 1
        sendAnswer(
            call, to: request, on: flow, direction: offer?.direction.mirrored ?? .sendrecv, fax: fax, now: now)
    }

    private func byeReceived(_ request: SIPMessage, _ call: PhoneCall?, on flow: Flow, now: Instant) {
        guard let call, call.isLive, isInOrder(request, call) else {
            // Both hung up at once, or a BYE that overtook a repeated one: the dialog is known, but over.
            _ = respond(to: request, on: flow, status: call == nil ? 481 : 200, toTag: nil, now: now)
            return
        }
        _ = respond(to: request, on: flow, status: 200, toTag: nil, now: now)
        ended(call, now: now)
    }

    /// RFC 3261 §12.2.2: CSeq grows with each request of the other side.
    private func isInOrder(_ request: SIPMessage, _ call: PhoneCall) -> Bool {
        guard let number = request.cseqNumber else { return false }
        if let last = call.remoteCSeq, number <= last { return false }
        call.remoteCSeq = number
        return true
    }
}
