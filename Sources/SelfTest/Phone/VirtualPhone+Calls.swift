import AudioDSP
import MediaControl
import NIOCore
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransaction
import SIPUserAgent

// The phone's one call.
extension VirtualPhone {
    private static let onlyLeg = LegID(1)

    /// Calls a number; `ringing` and `established` follow.
    func place(to number: String) {
        guard let link else { return }
        begin()
        var local = LocalSession(id: random.next(), address: link.audioEndpoint.address)
        let body = local.offer(
            formats: PhoneCall.formats, address: link.audioEndpoint, rtcp: nil, direction: .sendrecv,
            ptime: TestSignal.packetMilliseconds)
        call.local = local
        call.leg = Self.onlyLeg
        let target = SessionTarget(
            requestURI: account.uri(of: number), flow: link.flow, from: address(of: account.number),
            to: address(of: number), credentials: DigestClient(username: account.number, password: account.password))
        command(.invite(Self.onlyLeg, target, body: body))
    }

    /// Picks up; `established` follows with the ACK.
    func answer() {
        guard let link, let leg = call.leg, let offer = call.offer else { return }
        begin()
        var local = LocalSession(id: random.next(), address: link.audioEndpoint.address)
        let body = local.answer(
            to: offer, formats: PhoneCall.formats, address: link.audioEndpoint, rtcp: nil, direction: .sendrecv,
            ptime: TestSignal.packetMilliseconds)
        call.local = local
        guard useFormats(local.formats, toward: offer) else { return }
        command(.answer(leg, body: body))
    }

    /// Hangs up, or gives up a call that is not answered; `ended` follows.
    func hangUp() {
        begin()
        call.pace?.cancel()
        guard let leg = call.leg else { return reached(.ended) }
        call.isHangingUp = true
        command(.end(leg, SessionRefusal(status: 480)))
    }

    private func command(_ command: SessionCommand) {
        userAgent.handle(.command(command), now: currentInstant(), into: &effects)
        execute()
    }

    // MARK: What comes in

    func requestReceived(_ request: SIPMessage, _ transaction: ServerTransactionID, on flow: Flow) {
        let now = currentInstant()
        func refuse(_ status: Int) {
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: status), now: now, into: &effects)
        }
        guard request.method == .invite else {
            if request.method == .options {
                userAgent.respondToOptions(transaction, request, on: flow, now: now, into: &effects)
            } else {
                refuse(405)
            }
            return
        }
        guard call.leg == nil else { return refuse(486) }
        guard let offer = try? SDPReader.read(request.body) else {
            fail(.unusableDescription("the INVITE has no offer that can be read"))
            return refuse(488)
        }
        let leg = Self.onlyLeg
        guard userAgent.beginSession(leg, transaction, request, on: flow, now: now, into: &effects) else { return }
        call.leg = leg
        call.offer = offer
        call.callerShown = (try? request.from())?.uri.user
        userAgent.handle(.command(.ring(leg, status: 180, body: nil)), now: now, into: &effects)
        reached(.ringing)
    }

    func sessionChanged(_ event: SessionEvent) {
        guard let leg = call.leg else { return }
        let now = currentInstant()
        switch event {
        case .progressed(let response): if response.status == 180 { reached(.ringing) }
        case .answered(let response): answered(response)
        case .acknowledged: reached(.established)
        case .answerRefused: break
        case .failed(let status, let response):
            call.leg = nil
            fail(.refused(status: status, phrase: response?.reasonPhrase ?? "no response"))
        case .cancelled:
            call.leg = nil
            fail(.ended)
        case .ended(let end):
            call.pace?.cancel()
            call.leg = nil
            if case .bye = end {
                userAgent.handle(.command(.confirmEnd(leg)), now: now, into: &effects)
                reached(.ended)
            }
            fail(.ended)
        case .offered:
            userAgent.handle(.command(.rejectReoffer(leg, SessionRefusal(status: 488))), now: now, into: &effects)
        case .requested(let transaction, let request, let flow):
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: 405), now: now, into: &effects)
        case .reofferAnswered, .reofferFailed: break
        }
    }

    private func answered(_ response: SIPMessage) {
        do {
            let answer = try SDPReader.read(response.body)
            guard let local = call.local else { return }
            let formats = try local.formats(acceptedBy: answer)
            if useFormats(formats, toward: answer) { reached(.established) }
        } catch {
            fail(.unusableDescription("\(error)"))
        }
    }

    /// Gets ready to send and to hear what both sides understand; false, and a failure, when that is nothing.
    private func useFormats(_ formats: [MediaFormat], toward remote: MediaDescription) -> Bool {
        guard let sound = formats.first(where: { $0.isNamed("PCMA") || $0.isNamed("PCMU") }) else {
            fail(.unusableDescription("no G.711 codec is allowed"))
            return false
        }
        guard let target = remote.remote else {
            fail(.unusableDescription("it names no address for audio"))
            return false
        }
        let law: G711.Law = sound.isNamed("PCMA") ? .a : .mu
        let digitType = formats.first(where: \.isTelephoneEvent)?.payloadType
        call.audioTarget = target
        call.source = AudioSource(law: law, audioType: sound.payloadType, digitType: digitType, random: &random)
        call.sink = AudioSink(
            law: law, audioType: sound.payloadType, digitType: digitType, toneHz: account.heardToneHz)
        return true
    }
}
