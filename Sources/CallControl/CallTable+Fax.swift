import MediaControl
import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// A fax begins as a call with audio. The machine that hears a fax asks to change to fax packets (T.38 Annex D.2.2): the
// wish is passed on to the other side, and what that answers comes back. Where the other side refuses, the fax packets
// end here and go on as sound, if the configuration wants it and the codec carries a fax; else the side that asked is
// refused too, and the fax stays sound on both.
//
//    A ── re-INVITE image ──▶ us ── re-INVITE image ──▶ B ── 200 image ──▶ passed on
//                                                       B ── 488, 415, … ──▶ gateway: A packets, B sound
//                                                                           or 488 to A: sound on both sides
extension CallTable {
    mutating func faxOffered(
        _ call: Call, _ leg: CallLeg, _ offer: MediaDescription, to other: CallLeg, into effects: inout [CallEffect]
    ) {
        guard let parameters = offer.fax, !offer.isRejected else {
            refuseFax(call, leg, "its SDP takes fax and audio down", into: &effects)
            return
        }
        guard call.directory.media.fax != .off else {
            refuseFax(call, leg, "fax packets are switched off ([media] fax)", into: &effects)
            return
        }
        guard leg.mayTakeFax, other.mayTakeFax else {
            refuseFax(call, leg, "fax packets cannot be encrypted, and a side of this call is", into: &effects)
            return
        }
        if leg.remote?.fax == parameters, leg.remote?.remote == offer.remote, let ours = leg.local.fax {
            // A session refresh.
            leg.take(offer: offer)
            answerFax(call, leg, ours, toward: other, into: &effects)
            return
        }
        guard let body = other.reofferFax(parameters, settings: call.directory.media) else {
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
            return
        }
        call.reofferFrom = leg.id
        call.pendingOffer = offer
        effects.append(.session(.reoffer(other.id, body: body)))
    }

    private func refuseFax(_ call: Call, _ leg: CallLeg, _ reason: String, into effects: inout [CallEffect]) {
        let text = "fax packets refused to \(leg.number): \(reason)"
        effects.append(.note(Note(.info, text, call: call.id, source: leg.flow.remote)))
        effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
    }

    /// The other side's 2xx: with fax packets, or with neither these nor audio.
    mutating func faxAnswered(
        _ call: Call, _ leg: CallLeg, _ origin: CallLeg, _ reply: MediaDescription, into effects: inout [CallEffect]
    ) {
        guard let offer = call.pendingOffer, let accepted = try? leg.take(faxAnswer: reply) else {
            failReoffer(call, leg, status: 488, into: &effects)
            restoreAudio(call, leg, into: &effects)
            return
        }
        call.reofferFrom = nil
        call.pendingOffer = nil
        origin.take(offer: offer)
        call.addStep("fax packets of \(origin.number) passed on to \(leg.number)")
        answerFax(call, origin, accepted, toward: leg, into: &effects)
    }

    /// Goes on with a gateway after the other side refused fax packets. False: there is nothing to go on with.
    mutating func bridgeFax(
        _ call: Call, _ leg: CallLeg, refusedWith status: Int, into effects: inout [CallEffect]
    ) -> Bool {
        guard let offer = call.pendingOffer, let wished = offer.fax, call.directory.media.fax == .gateway,
            Self.refusesMedia(status), let origin = call.reofferFrom.flatMap({ call.leg($0) })
        else { return false }
        leg.withdrawOffer()
        guard leg.carriesFaxAsSound else { return false }
        call.reofferFrom = nil
        call.pendingOffer = nil
        origin.take(offer: offer)
        call.addStep("fax packets of \(origin.number) turned into sound for \(leg.number), which refused them")
        answerFax(call, origin, wished.forGateway, toward: leg, into: &effects)
        return true
    }

    private func answerFax(
        _ call: Call, _ leg: CallLeg, _ parameters: FaxParameters, toward other: CallLeg,
        into effects: inout [CallEffect]
    ) {
        guard let body = leg.answerFax(parameters, settings: call.directory.media) else {
            effects.append(.session(.rejectReoffer(leg.id, SessionRefusal(status: 488))))
            return
        }
        effects.append(.media(.apply(assignments(leg, other, call))))
        effects.append(.session(.answerReoffer(leg.id, body: body)))
        updateHold(call, into: &effects)
    }

    /// What a phone says that knows no fax packets: 488 and 606 by the book, others by habit. Not what means that the
    /// session is busy (491), to be identified (401, 407) or lost (408, 481).
    private static func refusesMedia(_ status: Int) -> Bool {
        [400, 403, 404, 406, 415, 420, 480, 486, 488, 501, 603, 606].contains(status)
    }

    // MARK: A side that has neither

    /// Offers audio again to a side that took it down.
    mutating func restoreAudio(_ call: Call, _ leg: CallLeg, into effects: inout [CallEffect]) {
        guard
            let body = leg.reoffer(
                leg.agreed, direction: .sendrecv, ptime: nil, settings: call.directory.media, random: &random)
        else { return }
        call.restoringAudioOf = leg.id
        effects.append(.session(.reoffer(leg.id, body: body)))
    }

    mutating func audioRestored(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, into effects: inout [CallEffect]
    ) {
        call.restoringAudioOf = nil
        guard let answer = try? SDPReader.read(response.body), (try? leg.take(answer: answer)) != nil,
            let other = call.other(than: leg)
        else {
            leg.withdrawOffer()
            return
        }
        effects.append(.media(.apply(assignments(other, leg, call))))
        updateHold(call, into: &effects)
    }
}

extension CallLeg {
    /// Its codec keeps what a modem needs.
    var carriesFaxAsSound: Bool {
        guard let format = sending?.format else { return false }
        return format.isNamed("PCMA") || format.isNamed("PCMU")
    }

    /// What the worker does with the packets of this leg's peer in a call in which at least one side sends fax packets.
    func faxPlan(toward other: CallLeg, settings: MediaSettings) -> MediaPlan {
        var plan = ownPlan(settings: settings)
        plan.sink = other.port?.id
        // Modems and the machines behind them have pauses of their own.
        plan.silenceLimit = nil
        guard local.fax != nil else {
            plan.fax = .line
            return plan
        }
        plan.sending = nil
        plan.fax = other.local.fax == nil ? .gateway(remote?.fax ?? FaxParameters()) : .passedOn
        return plan
    }
}

extension FaxParameters {
    /// What we say when the fax packets end here: what every machine knows (T.38 version 0, V.17).
    var forGateway: FaxParameters {
        FaxParameters(
            bitRateMax: min(bitRateMax, Self.bitRateDefault), datagramBytesMax: Self.datagramBytesOfGateway,
            errorCorrection: errorCorrection == .none ? .none : .redundancy)
    }

    private static let datagramBytesOfGateway = 1_400
}
