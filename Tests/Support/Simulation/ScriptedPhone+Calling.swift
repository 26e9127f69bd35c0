package import PBXBase
import SIPGrammar

// The calling side: INVITE and what comes back, and requests inside a call.
extension ScriptedPhone {
    /// Calls a number at the server.
    @discardableResult
    package func call(_ target: String, offersLate: Bool = false, now: Instant) -> PhoneCall {
        call(uri: "sip:\(target)@\(server.address.hostText)", offersLate: offersLate, now: now)
    }

    /// Calls an address, which is reached by way of the server.
    @discardableResult
    package func call(uri: String, offersLate: Bool = false, now: Instant) -> PhoneCall {
        let call = PhoneCall(
            sipCallID: random.token(symbols: 20), isCaller: true, state: .calling, localTag: random.token(symbols: 8),
            localAddress: "\"Phone \(number)\" <sip:\(number)@\(server.address.hostText)>", remoteAddress: "<\(uri)>")
        call.remoteTarget = uri
        call.offersLate = offersLate
        calls.append(call)
        callsPlacedCount += 1
        sendInvite(call, challenge: nil, now: now)
        return call
    }

    /// Gives a call up that is not answered yet: at once if it has been heard of, else as soon as it is.
    package func cancel(_ call: PhoneCall, now: Instant) {
        guard call.isCaller, call.state == .calling || call.state == .ringing else { return }
        call.isGivenUp = true
        call.awaitsCancel = !cancelInvite(call.inviteBranch, now: now)
    }

    private func sendInvite(_ call: PhoneCall, challenge: SIPMessage?, now: Instant) {
        let branch = newBranch()
        call.inviteBranch = branch
        var builder = request(.invite, in: call, branch: branch)
        builder.add(.contact, contact)
        builder.add(.allow, "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE")
        if let challenge { addCredentials(to: &builder, for: challenge, method: .invite, uri: call.remoteTarget) }
        send(
            &builder, method: .invite, branch: branch, purpose: .invite(call), to: server,
            sdp: call.offersLate ? nil : sdp(), sdpVersion: call.sdpVersion, now: now)
    }

    /// Begins a request of this call; INVITE and ACK keep the CSeq that they are given by their caller.
    func request(_ method: SIPMethod, in call: PhoneCall, branch: String, cseq: Int? = nil) -> SIPMessageBuilder {
        var builder = SIPMessageBuilder(request: method, uriText: call.remoteTarget)
        builder.add(.via, via(branch))
        builder.add(.maxForwards, 70)
        for route in call.routes { builder.add(.route, route) }
        builder.add(.from, "\(call.localAddress);tag=\(call.localTag)")
        builder.add(.to, call.remoteAddress + (call.remoteTag.map { ";tag=\($0)" } ?? ""))
        builder.add(.callID, call.sipCallID)
        builder.add(.cseq, "\(cseq ?? call.localCSeq) \(method.name)")
        return builder
    }

    // MARK: Answers

    func responseReceived(_ response: SIPMessage, branch: String, now: Instant) {
        guard let purpose = purposes[branch] else { return }
        switch purpose {
        case .register(let attempt): registerAnswered(response, attempt: attempt, now: now)
        case .invite(let call): inviteAnswered(call, response, branch: branch, now: now)
        case .change(let call, let holds): changeAnswered(call, response, holds: holds, now: now)
        case .bye(let call): byeAnswered(call, response, now: now)
        case .other(let call): otherAnswered(call, response)
        case .cancel: break
        }
        let isLasting = response.isProvisional || (response.method == .invite && response.status < 300)
        if !isLasting, response.method != .cancel { purposes[branch] = nil }
    }

    func requestTimedOut(branch: String, now: Instant) {
        guard let purpose = purposes.removeValue(forKey: branch) else { return }
        switch purpose {
        case .register: registerTimedOut(now: now)
        case .invite(let call), .bye(let call): ended(call, now: now)
        case .change(let call, _):
            call.change = nil
            hangUp(call, now: now)
        case .other(let call): call.changeStatuses.append(408)
        case .cancel: break
        }
    }

    private func inviteAnswered(_ call: PhoneCall, _ response: SIPMessage, branch: String, now: Instant) {
        // CANCEL shares its INVITE's branch.
        guard response.method == .invite else { return }
        guard branch == call.inviteBranch || response.status < 200 else { return }
        call.statuses.append(response.status)
        switch response.status {
        case 100..<200:
            if response.status > 100, call.state == .calling { call.state = .ringing }
            if call.awaitsCancel { cancel(call, now: now) }
        case 200..<300: inviteAccepted(call, response, now: now)
        case 401, 407:
            call.inviteAttempts += 1
            call.localCSeq += 1
            guard call.inviteAttempts < 3, !call.isGivenUp else { return ended(call, now: now) }
            sendInvite(call, challenge: response, now: now)
        default: ended(call, now: now)
        }
    }

    private func inviteAccepted(_ call: PhoneCall, _ response: SIPMessage, now: Instant) {
        guard let tag = response.toTag.map({ String(decoding: $0) }) else {
            return violations.append("2xx to INVITE without a To tag")
        }
        if call.remoteTag == nil || call.state == .calling || call.state == .ringing {
            call.remoteTag = tag
            adoptTarget(call, response, isCaller: true)
            call.remoteMedia = PhoneSDP(response.body)
            if call.remoteMedia == nil { violations.append("2xx to INVITE without SDP") }
            call.state = .established
            established(call, now: now)
        } else if tag != call.remoteTag {
            return violations.append("2xx of a second fork: \(tag)")
        }
        acknowledge(call, cseq: response.cseqNumber ?? 0, answers: call.offersLate)
        // The CANCEL and the answer crossed: RFC 3261 §15, a BYE ends it.
        if call.isGivenUp { hangUp(call, now: now) }
    }

    /// Sends the ACK of a 2xx, the same again for its repetitions.
    private func acknowledge(_ call: PhoneCall, cseq: UInt32, answers: Bool = false) {
        if let known = call.acknowledgement, known.cseq == cseq { return transmit(known.message) }
        var builder = request(.ack, in: call, branch: newBranch(), cseq: Int(cseq))
        let answer = answers ? sdp() : nil
        let message = Outgoing(finished(&builder, answer, version: call.sdpVersion), on: flow(to: nextHop(call)))
        call.acknowledgement = (cseq, message)
        transmit(message)
    }

    /// RFC 3261 §12.1: where requests of this dialog go, from Contact and Record-Route.
    func adoptTarget(_ call: PhoneCall, _ message: SIPMessage, isCaller: Bool) {
        guard let contact = try? message.contacts().first else {
            return violations.append("\(message.isRequest ? "INVITE" : "2xx to INVITE") without Contact")
        }
        call.remoteTarget = contact.uri.description
        let routes = ((try? message.recordRoutes()) ?? []).map(\.description)
        call.routes = isCaller ? routes.reversed() : routes
    }

    func nextHop(_ call: PhoneCall) -> Endpoint {
        let first = call.routes.first.map { Array($0.utf8)[...] }
        let route = first.flatMap { try? SIPNameAddress(ascii: $0).uri }
        guard let uri = route ?? (try? SIPURI(call.remoteTarget)), let address = uri.hostAddress else { return server }
        return Endpoint(address, port: uri.port ?? 5_060)
    }

    // MARK: Inside a call

    /// Holds or takes back: a re-INVITE with the other direction. Nothing while another change is underway.
    package func setHold(_ holds: Bool, _ call: PhoneCall, now: Instant) {
        guard call.state == .established, call.change == nil, call.isHolding != holds else { return }
        let branch = newBranch()
        call.change = (branch, holds)
        call.offersLate = false
        call.localCSeq += 1
        call.sdpVersion += 1
        var builder = request(.invite, in: call, branch: branch)
        builder.add(.contact, contact)
        send(
            &builder, method: .invite, branch: branch, purpose: .change(call, holds: holds), to: nextHop(call),
            sdp: sdp(holds ? .sendonly : .sendrecv), sdpVersion: call.sdpVersion, now: now)
    }

    /// Asks for fax packets in place of audio.
    package func changeToFax(_ call: PhoneCall, attributes: [String] = PhoneSDP.usualFax, now: Instant) {
        guard call.state == .established, call.change == nil else { return }
        let branch = newBranch()
        call.change = (branch, false)
        call.offersLate = false
        call.localCSeq += 1
        call.sdpVersion += 1
        var builder = request(.invite, in: call, branch: branch)
        builder.add(.contact, contact)
        var fax = sdp()
        fax.fax = attributes
        send(
            &builder, method: .invite, branch: branch, purpose: .change(call, holds: false), to: nextHop(call),
            sdp: fax, sdpVersion: call.sdpVersion, now: now)
    }

    private func changeAnswered(_ call: PhoneCall, _ response: SIPMessage, holds: Bool, now: Instant) {
        guard response.status >= 200 else { return }
        call.changeStatuses.append(response.status)
        if response.status < 300 {
            acknowledge(call, cseq: response.cseqNumber ?? 0, answers: call.offersLate)
            guard call.change != nil else { return }
            call.change = nil
            call.isHolding = holds
            call.changeCount += 1
            guard let answer = PhoneSDP(response.body) else {
                return violations.append("re-INVITE accepted without SDP")
            }
            call.remoteMedia = answer
            if holds, answer.direction == .sendrecv || answer.direction == .sendonly {
                violations.append("hold answered with \(answer.direction.rawValue)")
            }
            return
        }
        call.change = nil
        // RFC 3261 §14.1: 408 and 481 end the dialog; 491 and the rest leave it as it was.
        if response.status == 481 || response.status == 408 { hangUp(call, now: now) }
    }

    /// Ends a call from this side, whatever it takes in its state.
    package func hangUp(_ call: PhoneCall, now: Instant) {
        switch call.state {
        case .calling, .ringing: cancel(call, now: now)
        case .incoming: reject(call, status: 486, now: now)
        case .answered, .established:
            // RFC 3261 §15: the callee waits with its BYE until its answer is acknowledged.
            if call.state == .answered, call.answer != nil { return }
            call.state = .ending
            forget(call)
            call.localCSeq += 1
            let branch = newBranch()
            var builder = request(.bye, in: call, branch: branch)
            send(&builder, method: .bye, branch: branch, purpose: .bye(call), to: nextHop(call), now: now)
        case .ending, .ended: break
        }
    }

    private func byeAnswered(_ call: PhoneCall, _ response: SIPMessage, now: Instant) {
        guard !response.isProvisional else { return }
        call.isByeConfirmed = response.status == 200
        ended(call, now: now)
    }
}
