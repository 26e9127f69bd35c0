import MediaControl
package import PBXBase
import PBXModel
import Routing
import SDPNegotiation
import SIPUserAgent

// Attended transfer by commands: who answered a call asks somebody else about it while its other party waits with
// music. The asker's phone is not rung again: its session and its port move to and fro between two calls.
//
//    A ══ first ══ O      consult ──▶   A ~~ first           (music)
//                                            O ── second ── T
//    A ~~ first                           swap ──▶  A ══ first ══ O,  T ~~ second
//         O ══ second ══ T            complete ──▶  A ══ first ══ T
//                                       cancel ──▶  A ══ first ══ O
//                                    three-way ──▶  A ══ first ══ O, T hears and is heard from the second
//
// Whatever ends one of the two calls, the other one's party is not lost: the asker comes back to it, and when the asker
// hangs up, the two others are connected.

/// A call's part in a consultation. Both calls have one, and they are made and ended together.
struct Consultation {
    let partner: CallID
    /// The phone that stands between the two; it is in one of them.
    let asker: LegID
    let askerNumber: String
    /// It is the call that somebody is asked about.
    let isFirst: Bool
}

extension CallTable {
    /// Calls a number on behalf of a party of a call, whose other party waits meanwhile.
    /// - Parameters:
    ///   - number: the extension that asks; nil: the one that answered.
    ///   - target: as dialled by it.
    /// - Returns: the second call.
    package mutating func consult(
        _ id: CallID, by number: String?, at target: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> CallID {
        let (call, asker) = try partyToLeave(number, of: id)
        guard call.caller.local.fax == nil, asker.local.fax == nil else { throw .wrongState("is a fax") }
        let decision = DialPlan(directory: context.directory, settings: context.settings).decide(
            dialled: target, caller: asker.number)
        let destination = try askable(decision.destination, target, call, context)
        let from = asker.number
        call.addStep("waits while \"\(from)\" asks \"\(target)\"")
        leaveWaiting(
            call, asker, Handover(kind: .consulting, from: from), now: context.now.instant, into: &effects)
        call.state = .held
        call.lastTransfer = nil
        let steps = ["asked by \"\(from)\" about a call"] + decision.steps.map(\.description)
        let second = moveToNewCall(asker, dialled: target, steps: steps, context, into: &effects)
        link(call, second, asker: asker)
        effects.append(.changed(call.id, .updated))
        ring(second, destination, context, into: &effects)
        rearm(call)
        rearm(second)
        return second.id
    }

    /// Only people can be asked, and only those who have a phone: nobody is left waiting for a wrong number.
    func askable(
        _ destination: Destination, _ target: String, _ call: Call, _ context: CallContext
    ) throws(CallRefusal) -> Destination {
        if case .release(let cause) = destination { throw .destination(target, cause) }
        guard let (numbers, _) = phones(of: destination, call, context) else { throw .destination(target, .forbidden) }
        if isDraining { throw .destination(target, .shutdown) }
        guard calls.count < context.directory.limits.callsMax, !isStoreOverloaded else {
            throw .destination(target, .congestion)
        }
        let (targets, cause) = reachable(numbers, for: call, context)
        guard !targets.isEmpty else { throw .destination(target, numbers.isEmpty ? .doNotDisturb : cause) }
        return destination
    }

    /// A call whose caller is connected already: its phone was taken out of another call.
    mutating func moveToNewCall(
        _ leg: CallLeg, dialled: String, steps: [String], _ context: CallContext, into effects: inout [CallEffect]
    ) -> Call {
        leg.role = .caller
        let call = newCall(caller: leg, direction: .internalCall, dialled: dialled, steps: steps, context)
        if let port = leg.port { legOfPort[port.id] = (call.id, [leg.id]) }
        effects.append(.record(.callOpened(call.record), closing: nil))
        effects.append(.changed(call.id, .created))
        return call
    }

    private func link(_ first: Call, _ second: Call, asker: CallLeg) {
        let part = { (partner: Call, isFirst: Bool) in
            Consultation(partner: partner.id, asker: asker.id, askerNumber: asker.number, isFirst: isFirst)
        }
        first.consultation = part(second, true)
        second.consultation = part(first, false)
    }

    // MARK: To and fro

    /// Both calls of a consultation and the phone between them.
    struct ConsultationParts {
        var first: Call
        var second: Call
        var asker: CallLeg
        /// The asker is with the party of the first call; else with whom it asks.
        var isInFirst: Bool

        /// The calls that it is in, and that waits.
        var current: Call { isInFirst ? first : second }
        var waiting: Call { isInFirst ? second : first }
    }

    func consultation(of id: CallID) throws(CallRefusal) -> ConsultationParts {
        guard let call = calls[id], call.state != .ended else { throw .noSuchCall }
        guard let parts = consultationParts(of: call) else { throw .isNoConsultation }
        return parts
    }

    func consultationParts(of call: Call) -> ConsultationParts? {
        guard let consultation = call.consultation, let partner = calls[consultation.partner] else { return nil }
        let (first, second) = consultation.isFirst ? (call, partner) : (partner, call)
        let inFirst = first.leg(consultation.asker)
        guard let asker = inFirst ?? second.leg(consultation.asker) else { return nil }
        return ConsultationParts(first: first, second: second, asker: asker, isInFirst: inFirst != nil)
    }

    /// The asker goes to the other party, and the one that it was with waits.
    package mutating func swap(
        _ id: CallID, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let parts = try consultation(of: id)
        let current = parts.current
        guard current.callee != nil else { throw .wrongState("is not answered yet") }
        guard !current.isChanging, !parts.waiting.isChanging else { throw .changing }
        share(nil, parts)
        let handover = Handover(kind: .consulting, from: parts.asker.number)
        leaveWaiting(current, parts.asker, handover, now: context.now.instant, into: &effects)
        current.state = .held
        effects.append(.changed(current.id, .updated))
        takeSeat(of: parts.asker, in: parts.waiting, into: &effects)
        rearm(current)
        rearm(parts.waiting)
    }

    /// Ends the call with whom was asked; the asker is with the other party again.
    package mutating func cancelConsultation(
        _ id: CallID, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let second = try consultation(of: id).second
        release(second, .normal, by: .system, context, into: &effects)
        rearm(second)
    }

    /// All three hear each other.
    package mutating func bringTogether(
        _ id: CallID, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let parts = try consultation(of: id)
        guard parts.current.callee?.state == .established else { throw .wrongState("is not answered yet") }
        guard !parts.first.isThreeWay else { throw .wrongState("is a three-way call already") }
        guard !parts.current.isChanging, !parts.waiting.isChanging else { throw .changing }
        let parties = [parts.current.caller, parts.current.callee, parts.waiting.caller].compactMap(\.self)
        guard parties.allSatisfy(\.canBeMixed) else {
            throw .wrongState("has a codec that cannot be mixed")
        }
        share(parts.first.room, parts)
        for call in [parts.first, parts.second] {
            call.heldBy = nil
            call.addStep("three-way call by \"\(parts.asker.number)\"")
            replanAll(call, into: &effects)
            effects.append(.changed(call.id, .updated))
        }
    }

    /// Says where all of both calls are heard; nil: nowhere, each call is for itself.
    func share(_ room: MediaRoomID?, _ parts: ConsultationParts) {
        for call in [parts.first, parts.second] {
            call.isConsultationShared = room != nil
            call.sharedRoom = room ?? (call.supervisors.isEmpty ? nil : call.room)
        }
    }

    /// Plans anew what the workers do for everybody who is connected in a call.
    func replanAll(_ call: Call, into effects: inout [CallEffect]) {
        guard call.state != .ended else { return }
        if let callee = call.callee {
            effects.append(.media(.apply(assignments(call.caller, callee, call))))
        } else if call.handover != nil, let plan = waitingAssignment(of: call) {
            effects.append(.media(.apply([plan])))
        }
    }

    /// A phone with a session and a port takes the empty place of a call that waits.
    mutating func takeSeat(of leg: CallLeg, in call: Call, into effects: inout [CallEffect]) {
        handoverEnded(call)
        leg.role = .callee
        call.callee = leg
        call.state = .active
        add(leg, to: call)
        if let port = leg.port { legOfPort[port.id] = (call.id, [leg.id]) }
        meet(call, call.caller, leg, isMoved: false, into: &effects)
    }
}

extension Call {
    /// Its parties are agreeing on something.
    var isChanging: Bool { reofferFrom != nil || isAligning || restoringAudioOf != nil }
}
