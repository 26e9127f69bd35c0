import MediaControl
import PBXBase
import PBXModel
import SIPUserAgent

// How a consultation ends: by command, or because somebody hangs up.
extension CallTable {
    /// Connects who waits with whom was asked, and lets the asker go. False: the call is no part of a consultation.
    mutating func completeConsultation(
        _ id: CallID, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> Bool {
        guard let call = calls[id], call.state != .ended, let parts = consultationParts(of: call) else { return false }
        guard !parts.first.isChanging, !parts.second.isChanging else { throw .changing }
        connect(parts, context, into: &effects)
        return true
    }

    /// The asker hung up, or its phone is gone: the two others go on without it.
    mutating func askerLeft(
        _ call: Call, _ parts: ConsultationParts, _ end: SessionEnd, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        if case .bye = end { parts.second.legsToConfirm.append(parts.asker.id) }
        connect(parts, context, into: &effects)
    }

    private mutating func connect(
        _ parts: ConsultationParts, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let (first, second, asker) = (parts.first, parts.second, parts.asker)
        first.consultation = nil
        second.consultation = nil
        share(nil, parts)
        for call in [first, second] {
            endRecording(of: call, into: &effects)
            settleOffers(of: call, into: &effects)
        }
        if parts.isInFirst {
            let handover = Handover(kind: .transfer, from: asker.number)
            leaveWaiting(first, asker, handover, now: context.now.instant, into: &effects)
        }
        let target = parts.isInFirst ? second.caller : second.other(than: asker)
        if let target {
            connect(first, with: target, of: second, asker, context, into: &effects)
        } else {
            ringOn(first, second, asker, context, into: &effects)
        }
        // What is left of the second call is the asker.
        second.caller = asker
        asker.role = .caller
        second.callee = nil
        handoverEnded(second)
        if asker.state != .ended { callOfLeg[asker.id] = second.id }
        if let port = asker.port { legOfPort[port.id] = (second.id, [asker.id]) }
        release(second, .normal, by: .system, context, into: &effects)
        rearm(first)
        rearm(second)
    }

    private mutating func connect(
        _ first: Call, with target: CallLeg, of second: Call, _ asker: CallLeg, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        first.addStep("joined with \"\(target.number)\" by \"\(asker.number)\" (attended transfer)")
        detach(target, from: second, leaving: asker)
        handoverEnded(first)
        takeSeat(of: target, in: first, into: &effects)
        first.record.answeredBy = target.number
        if first.record.answeredAt == nil { first.record.answeredAt = context.now.wall }
        first.reportDeadline = context.now.instant + Self.firstFiguresAfter
        effects.append(.changed(first.id, .updated))
    }

    /// Whom was asked has not answered yet: it rings on for who waits, and if it does not answer, the asker is rung.
    private mutating func ringOn(
        _ first: Call, _ second: Call, _ asker: CallLeg, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        first.addStep("left ringing at \"\(second.record.calledNumber)\" by \"\(asker.number)\"")
        first.handover = Handover(kind: .transfer, from: asker.number)
        first.lastTransfer = (asker.number, context.now.instant)
        first.forks = second.forks.filter { $0.state != .ended }
        first.numbersRung = second.numbersRung
        first.refusal = second.refusal
        first.ringDeadline = second.ringDeadline
        first.state = .ringing
        second.forks.removeAll { $0.state != .ended }
        second.ringDeadline = nil
        for fork in first.forks {
            drop(fork, of: second)
            add(fork, to: first)
            if let port = fork.port { legOfPort[port.id] = (first.id, first.forks.map(\.id)) }
        }
        effects.append(.changed(first.id, .updated))
        if first.forks.isEmpty { notTaken(first, .unreachable, by: .system, context, into: &effects) }
    }

    /// One of the two calls ends: the asker goes back to the party of the other one.
    mutating func consultationEnds(of call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        guard let parts = consultationParts(of: call) else {
            call.consultation = nil
            return
        }
        let other = call === parts.first ? parts.second : parts.first
        call.consultation = nil
        other.consultation = nil
        let wasShared = call.isConsultationShared
        share(nil, parts)
        guard other.state != .ended else { return }
        if parts.current === other {
            // It is an ordinary call from now on.
            if wasShared { replanAll(other, into: &effects) }
            effects.append(.changed(other.id, .updated))
            return
        }
        guard parts.asker.state == .established else {
            // Nobody comes back by itself: who asked is rung.
            other.handover = Handover(kind: .transfer, from: parts.asker.number, isReturning: true)
            other.handover?.deadline = context.now.instant
            rearm(other)
            return
        }
        settleOffers(of: call, into: &effects)
        stopRingBack(of: call, into: &effects)
        other.addStep("\"\(parts.asker.number)\" is back")
        takeAway(parts.asker, from: call)
        takeSeat(of: parts.asker, in: other, into: &effects)
        rearm(other)
    }

    /// Takes a phone out of a call that ends, which keeps its name.
    private mutating func takeAway(_ leg: CallLeg, from call: Call) {
        drop(leg, of: call)
        callOfLeg[leg.id] = nil
        let absent = CallLeg(absent: leg, id: newLegID())
        if call.caller === leg { call.caller = absent } else { call.callee = absent }
    }

    /// Who asked for a change hears that there will be none now. An answer that is still to come is taken as it comes.
    private func settleOffers(of call: Call, into effects: inout [CallEffect]) {
        if let origin = call.reofferFrom {
            effects.append(.session(.rejectReoffer(origin, SessionRefusal(status: 488))))
        }
        call.reofferFrom = nil
        call.pendingOffer = nil
        call.isAligning = false
        call.restoringAudioOf = nil
    }
}
