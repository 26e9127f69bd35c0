import AudioDSP
import NIOCore
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransaction
import SIPUserAgent
import SystemTestKit

extension FaxPhone {
    /// Opens a call that carries a document.
    func place(_ path: String, to number: String, _ promise: EventLoopPromise<FaxResult>) throws {
        guard let flow else { throw PeerFailure("phone \(account.number) is not started") }
        let call = try FaxCall(.send(path: path), number: account.number, habits: habits, sessionID: random.next())
        lastLeg += 1
        let leg = LegID(lastLeg)
        let body = call.local.offer(
            formats: [habits.format], address: call.socket.endpoint, rtcp: nil, direction: .sendrecv, ptime: 20)
        calls[leg] = call
        senders[leg] = promise
        let target = SessionTarget(
            requestURI: uri(number), flow: flow, from: "<\(uri(account.number))>", to: "<\(uri(number))>",
            credentials: DigestClient(username: account.number, password: account.password))
        command(.invite(leg, target, body: body))
    }

    /// A request outside any call: the call that is for this phone.
    func requested(_ request: SIPMessage, _ transaction: ServerTransactionID, on flow: Flow) {
        guard request.method == .invite, let offer = try? SDPReader.read(request.body),
            let call = try? FaxCall(
                .receive(path: inbox), number: account.number, habits: habits, sessionID: random.next())
        else {
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: 486), now: now(), into: &effects)
            return
        }
        lastLeg += 1
        let leg = LegID(lastLeg)
        guard userAgent.beginSession(leg, transaction, request, on: flow, now: now(), into: &effects) else { return }
        let body = call.local.answer(
            to: offer, formats: [habits.format], address: call.socket.endpoint, rtcp: nil, direction: .sendrecv,
            ptime: 20)
        call.target = offer.remote
        calls[leg] = call
        userAgent.handle(.command(.answer(leg, body: body)), now: now(), into: &effects)
    }

    func sessionChanged(_ leg: LegID, _ event: SessionEvent) {
        guard let call = calls[leg] else { return }
        switch event {
        case .answered(let response):
            call.target = (try? SDPReader.read(response.body))?.remote
            startSteps()
        case .acknowledged: startSteps()
        case .offered(let request): offered(leg, call, request)
        case .reofferAnswered(let response): packetsAnswered(leg, call, response)
        case .reofferFailed:
            // The call stays as it was (RFC 3261 §14.1).
            if let before = call.localBeforeOffer { call.local.withdrawOffer(before) }
            call.localBeforeOffer = nil
        case .failed(let status, _):
            calls[leg] = nil
            senders.removeValue(forKey: leg)?.fail(PeerFailure("\(account.number)'s call was refused with \(status)"))
        case .ended(let end):
            if case .bye = end { userAgent.handle(.command(.confirmEnd(leg)), now: now(), into: &effects) }
            finish(leg, call)
        case .cancelled: finish(leg, call)
        case .progressed, .answerRefused, .requested: break
        }
    }

    /// The other side's wish to change the call.
    private func offered(_ leg: LegID, _ call: FaxCall, _ request: SIPMessage) {
        guard let offer = try? SDPReader.read(request.body), !offer.isRejected else {
            return refuse(leg, status: 488)
        }
        // Both asked at once (RFC 3261 §14.1).
        guard !call.isAsking else { return refuse(leg, status: 491) }
        let body: [UInt8]
        if let parameters = offer.fax {
            guard call.isOverPackets || call.changeToPackets(parameters, target: offer.remote) else {
                return refuse(leg, status: 488)
            }
            body = call.local.answerFax(to: offer, FaxHabits.parameters, address: call.socket.endpoint)
        } else {
            guard !call.isOverPackets else { return refuse(leg, status: 488) }
            call.target = offer.remote ?? call.target
            body = call.local.answer(
                to: offer, formats: [habits.format], address: call.socket.endpoint, rtcp: nil, direction: .sendrecv,
                ptime: 20)
        }
        userAgent.handle(.command(.answerReoffer(leg, body: body)), now: now(), into: &effects)
    }

    private func refuse(_ leg: LegID, status: Int) {
        userAgent.handle(
            .command(.rejectReoffer(leg, SessionRefusal(status: status))), now: now(), into: &effects)
    }

    /// The other side agreed to fax packets.
    private func packetsAnswered(_ leg: LegID, _ call: FaxCall, _ response: SIPMessage) {
        call.localBeforeOffer = nil
        guard let answer = try? SDPReader.read(response.body), let parameters = try? call.local.fax(acceptedBy: answer)
        else { return }
        _ = call.changeToPackets(parameters, target: answer.remote)
    }

    /// One step of a call's machine; whatever follows from it.
    func step(_ leg: LegID, _ call: FaxCall) {
        if call.step() {
            call.localBeforeOffer = call.local
            let body = call.local.offerFax(FaxHabits.parameters, address: call.socket.endpoint)
            command(.reoffer(leg, body: body))
        }
        guard call.isCalling, call.isDone else { return }
        command(.end(leg, SessionRefusal(status: 480)))
        finish(leg, call)
    }

    private func finish(_ leg: LegID, _ call: FaxCall) {
        guard calls.removeValue(forKey: leg) != nil else { return }
        let result = call.end()
        if let sender = senders.removeValue(forKey: leg) { sender.succeed(result) } else { delivery.succeed(result) }
    }
}
