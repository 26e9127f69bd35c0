import MediaControl
import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Changes inside a session: hold and resume, another codec, a moved address. An offer that changes nothing for the
// other side (a session refresh, a new address of a media stream that ends at us anyway) is answered here; any other
// is passed on, and the other side's answer comes back.
extension CallTable {
    mutating func reofferReceived(
        _ call: Call, _ leg: CallLeg, _ request: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if call.isWithUs, leg === call.caller, call.state != .ended, !call.awaitsAnswer {
            reofferTakenHere(call, request, context, into: &effects)
            return
        }
        guard let other = call.other(than: leg), other.state == .established, call.state != .ended else {
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
            return
        }
        guard call.reofferFrom == nil, !call.isAligning, call.restoringAudioOf == nil else {
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 491))))
            return
        }
        if request.body.isEmpty {
            call.reofferFrom = leg.id
            call.pendingOffer = nil
            effects.append(.session(.reoffer(other.id, body: nil)))
            return
        }
        do {
            var offer = try leg.read(request.body)
            if offer.fax != nil {
                faxOffered(call, leg, offer, to: other, into: &effects)
                return
            }
            offer.formats = call.codecs.filtered(offer.formats)
            guard offer.formats.contains(where: \.carriesSound) else { throw SDPProblem.noCommonCodec }
            try leg.prepareAnswer(to: offer, random: &random)
            if changesNothing(offer, for: leg) {
                answerHere(call, leg, offer, other, into: &effects)
            } else {
                passOn(call, leg, offer, to: other, into: &effects)
            }
        } catch {
            let text = "change of the call refused, SDP of \(leg.number): \(error)"
            effects.append(.note(Note(.info, text, call: call.id, source: leg.flow.remote)))
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
        }
    }

    /// Whether the other side would see no difference: same direction, and the codecs in use are still offered first.
    private func changesNothing(_ offer: MediaDescription, for leg: CallLeg) -> Bool {
        guard let current = leg.remote, current.effectiveDirection == offer.effectiveDirection, !offer.isRejected,
            let still = try? offer.commonFormats(with: leg.local.formats), still.count == leg.local.formats.count,
            let first = offer.formats.first, let firstInUse = leg.local.formats.first
        else { return false }
        return first.isCompatible(with: firstInUse)
    }

    private func answerHere(
        _ call: Call, _ leg: CallLeg, _ offer: MediaDescription, _ other: CallLeg, into effects: inout [CallEffect]
    ) {
        leg.take(offer: offer)
        guard
            let body = leg.answer(
                leg.local.formats, direction: leg.local.direction, ptime: nil, settings: call.directory.media)
        else {
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
            return
        }
        effects.append(.media(.apply(assignments(leg, other, call))))
        effects.append(.session(.answerReoffer(leg.id, body: body)))
    }

    private mutating func passOn(
        _ call: Call, _ leg: CallLeg, _ offer: MediaDescription, to other: CallLeg, into effects: inout [CallEffect]
    ) {
        guard
            let body = other.reoffer(
                call.codecs.offer(passing: offer.formats), direction: offer.directionPassedOn,
                ptime: offer.ptimeMilliseconds, settings: call.directory.media, random: &random)
        else {
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
            return
        }
        call.reofferFrom = leg.id
        call.pendingOffer = offer
        effects.append(.session(.reoffer(other.id, body: body)))
    }

    // MARK: The other side's response

    mutating func reofferAnswered(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard call.state != .ended else { return }
        if call.isWithUs {
            probeAnswered(call, response, context, into: &effects)
            return
        }
        if call.isAligning, leg === call.caller {
            aligned(call, response, into: &effects)
            return
        }
        // Nobody waits for the answer of a leg that was asked in another call, before it came to this one.
        if call.restoringAudioOf == leg.id || call.reofferFrom == nil {
            audioRestored(call, leg, response, into: &effects)
            return
        }
        guard let origin = call.reofferFrom.flatMap({ call.leg($0) }), let reply = try? SDPReader.read(response.body)
        else {
            guard call.pendingOffer == nil else {
                failReoffer(call, leg, status: 488, into: &effects)
                return
            }
            // It was asked for an offer and sent none. Its 2xx cannot be refused, only followed by a BYE
            // (RFC 3261 §14.1, §13.2.2.4).
            let text = "phone \(leg.number) was asked for an offer and sent no usable one, call released"
            effects.append(.note(Note(.warning, text, call: call.id, source: leg.flow.remote)))
            release(call, .protocolError, by: .system, context, into: &effects)
            return
        }
        guard let offer = call.pendingOffer else {
            // The other side's 2xx is an offer for the side that asked for one; its ACK will bring the answer.
            passOnLate(reply, of: leg, to: origin, call, into: &effects)
            return
        }
        if offer.fax != nil {
            faxAnswered(call, leg, origin, reply, into: &effects)
            return
        }
        guard (try? leg.take(answer: reply)) != nil,
            let formats = call.codecs.answer(to: offer.formats, accepted: leg.agreed)
        else {
            failReoffer(call, leg, status: 488, into: &effects)
            return
        }
        call.reofferFrom = nil
        call.pendingOffer = nil
        origin.take(offer: offer)
        let body = origin.answer(
            formats, direction: reply.effectiveDirection, ptime: reply.ptimeMilliseconds,
            settings: call.directory.media)
        effects.append(.media(.apply(assignments(origin, leg, call))))
        effects.append(.session(.answerReoffer(origin.id, body: body)))
        updateHold(call, into: &effects)
    }

    private mutating func passOnLate(
        _ reply: MediaDescription, of leg: CallLeg, to origin: CallLeg, _ call: Call, into effects: inout [CallEffect]
    ) {
        var offer = reply
        offer.formats = call.codecs.filtered(reply.formats)
        try? leg.prepareAnswer(to: offer, random: &random)
        call.pendingOffer = offer
        let settings = call.directory.media
        let body =
            if let fax = offer.fax {
                origin.reofferFax(fax, settings: settings)
            } else {
                origin.reoffer(
                    call.codecs.offer(passing: offer.formats), direction: offer.directionPassedOn,
                    ptime: offer.ptimeMilliseconds, settings: settings, random: &random)
            }
        effects.append(.session(.answerReoffer(origin.id, body: body)))
    }

    mutating func reofferFailed(
        _ call: Call, _ leg: CallLeg, status: Int, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if call.isAligning || call.isWithUs, leg === call.caller {
            call.isAligning = false
            leg.withdrawOffer()
            return
        }
        if call.restoringAudioOf == leg.id {
            call.restoringAudioOf = nil
            leg.withdrawOffer()
            return
        }
        if bridgeFax(call, leg, refusedWith: status, into: &effects) { return }
        failReoffer(call, leg, status: status, into: &effects)
    }

    /// The session stays as it was (RFC 3261 §14.1); who asked for the change learns why not.
    func failReoffer(_ call: Call, _ leg: CallLeg, status: Int, into effects: inout [CallEffect]) {
        leg.withdrawOffer()
        guard let origin = call.reofferFrom else { return }
        call.reofferFrom = nil
        call.pendingOffer = nil
        // 401 and 407 of one side mean nothing to the other; a lost dialog is dealt with as such.
        let passed = [401, 407, 408, 481].contains(status) ? 488 : status
        effects.append(.session(.rejectReoffer(origin, SessionRefusal(status: passed))))
    }

    /// The ACK of a re-INVITE without offer: the answer for the side whose 2xx offered.
    mutating func reofferAcknowledged(
        _ call: Call, _ leg: CallLeg, _ message: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let other = call.other(than: leg), let offer = call.pendingOffer else { return }
        call.reofferFrom = nil
        call.pendingOffer = nil
        other.take(offer: offer)
        guard let answer = try? SDPReader.read(message.body),
            let body = late(answer, of: leg, to: offer, of: other, call)
        else {
            release(call, .protocolError, by: .system, context, into: &effects)
            return
        }
        effects.append(.session(.acknowledge(other.id, body: body)))
        effects.append(.media(.apply(assignments(leg, other, call))))
        updateHold(call, into: &effects)
    }

    /// What the side that offered is told of the other one's answer; nil when that is of no use.
    private func late(
        _ answer: MediaDescription, of leg: CallLeg, to offer: MediaDescription, of other: CallLeg, _ call: Call
    ) -> [UInt8]? {
        if offer.fax != nil {
            guard let accepted = try? leg.take(faxAnswer: answer) else { return nil }
            return other.answerFax(accepted, settings: call.directory.media)
        }
        guard (try? leg.take(answer: answer)) != nil,
            let formats = call.codecs.answer(to: offer.formats, accepted: leg.agreed)
        else { return nil }
        return other.answer(
            formats, direction: answer.effectiveDirection, ptime: nil, settings: call.directory.media)
    }

    func updateHold(_ call: Call, into effects: inout [CallEffect]) {
        let isHeld = call.heldBy != nil || call.caller.remote?.isHeld == true || call.callee?.remote?.isHeld == true
        call.state = isHeld ? .held : .active
        effects.append(.changed(call.id, .updated))
    }
}
