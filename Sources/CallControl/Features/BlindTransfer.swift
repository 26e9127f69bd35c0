import MediaControl
package import PBXBase
import PBXModel
import Routing

// Blind transfer: the other party rings where the number leads; a call that nobody takes comes back.
extension CallTable {
    /// - Parameters:
    ///   - number: the extension that leaves; nil: the one that answered.
    ///   - target: as dialled by it.
    package mutating func transferBlind(
        _ id: CallID, by number: String?, to target: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let (_, leaving) = try partyToLeave(number, of: id)
        try transferBlind(id, leaving: leaving, to: target, context, into: &effects)
    }

    mutating func transferBlind(
        _ id: CallID, leaving: CallLeg, to target: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let call = try bridged(id).call
        guard call.consultation == nil else { throw .isConsultation }
        let decision = DialPlan(directory: context.directory, settings: context.settings).decide(
            dialled: target, caller: leaving.number)
        let destination = try destination(decision, target, call)
        if case .park(let slot) = destination {
            try park(call, leaving, slot: slot, context, into: &effects)
            return
        }
        let from = leaving.number
        call.addStep("transferred by \"\(from)\"")
        for step in decision.steps { call.addStep(step.description) }
        vacate(call, leaving, Handover(kind: .transfer, from: from), now: context.now.instant, into: &effects)
        call.lastTransfer = (from, context.now.instant)
        ringForHandover(call, destination, context, into: &effects)
        rearm(call)
    }

    /// Takes the last blind transfer back: who made it is rung again, whoever has the call meanwhile.
    package mutating func pullBack(
        _ id: CallID, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        guard let call = calls[id], call.state != .ended else { throw .noSuchCall }
        let stillRings = call.handover?.kind == .transfer && call.callee == nil
        guard let last = call.lastTransfer, stillRings || context.now.instant - last.at <= Handover.pullBackWindow,
            call.handover?.isReturning != true, call.consultation == nil
        else { throw .nothingToPullBack }
        guard call.reofferFrom == nil, !call.isAligning else { throw .changing }
        guard call.callee != nil || call.handover != nil else { throw .nothingToPullBack }
        // Whoever has the call keeps it when there is nobody to take it back.
        let (targets, cause) = reachable([last.from], for: call, context)
        guard !targets.isEmpty else { throw .destination(last.from, cause) }
        call.lastTransfer = nil
        call.addStep("pulled back by \"\(last.from)\"")
        let handover = Handover(kind: .transfer, from: last.from, isReturning: true)
        if let callee = call.callee {
            vacate(call, callee, handover, now: context.now.instant, into: &effects)
        } else {
            call.handover = handover
        }
        ringForHandover(call, .extensionNumber(last.from), context, into: &effects)
        rearm(call)
    }

    /// Where the party that stays would go, if that can be tried at all: nobody is let go for a wrong number.
    private func destination(
        _ decision: RouteDecision, _ target: String, _ call: Call
    ) throws(CallRefusal) -> Destination {
        switch decision.destination {
        case .release(let cause): throw .destination(target, cause)
        case .parkSlot(let slot): return .park(slot: slot)
        case .pickUp, .pickUpInGroup, .changeSettings, .intercom: throw .destination(target, .forbidden)
        case .conference where worker(for: decision.destination).map { $0 != call.caller.port?.id.worker } ?? false:
            // Its sound is mixed by another media worker.
            throw .destination(target, .congestion)
        case let destination: return destination
        }
    }
}
