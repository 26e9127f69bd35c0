package import PBXBase
import PBXModel
import SIPUserAgent

// Parking: a call waits in a numbered slot, with music, until somebody fetches it there or its time is up.
extension CallTable {
    /// Parks the other party.
    /// - Parameters:
    ///   - number: the extension that leaves; nil: the one that answered.
    ///   - slot: where; nil: the first that is free.
    /// - Returns: the slot.
    package mutating func park(
        _ id: CallID, by number: String?, slot: String?, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> String {
        let (call, leaving) = try partyToLeave(number, of: id)
        return try park(call, leaving, slot: slot, context, into: &effects)
    }

    @discardableResult
    mutating func park(
        _ call: Call, _ leaving: CallLeg, slot wanted: String?, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) -> String {
        let slot = try freeSlot(wanted, context)
        settle(call, leaving, at: slot, leaves: true, context, into: &effects)
        rearm(call)
        return slot
    }

    /// - Parameter wanted: nil: any.
    func freeSlot(_ wanted: String?, _ context: CallContext) throws(CallRefusal) -> String {
        let parking = context.directory.parking
        if let wanted {
            guard parking.slots.contains(wanted) else { throw .noSuchSlot(wanted) }
            guard parked[wanted] == nil else { throw .slotTaken(wanted) }
        }
        guard let slot = wanted ?? parking.slots.first(where: { parked[$0] == nil }) else { throw .noFreeSlot }
        return slot
    }

    /// - Parameter leaves: the phone of who parks is let go; else its session and port stay for another call.
    mutating func settle(
        _ call: Call, _ leaving: CallLeg, at slot: String, leaves: Bool, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        let from = leaving.number
        var handover = Handover(kind: .parked(slot: slot), from: from)
        handover.deadline = context.now.instant + .seconds(context.directory.parking.secondsMax)
        call.addStep("parked at \(slot) by \"\(from)\"")
        if leaves {
            vacate(call, leaving, handover, now: context.now.instant, into: &effects)
        } else {
            leaveWaiting(call, leaving, handover, now: context.now.instant, into: &effects)
        }
        call.parkedSlot = slot
        call.parkedSince = context.now.wall
        parked[slot] = call.id
        call.state = .held
        effects.append(.changed(call.id, .updated))
    }

    /// Rings an extension's phones for the call in a slot; whoever picks up has it.
    /// - Returns: the call.
    package mutating func unpark(
        _ slot: String, for number: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> CallID {
        guard context.directory.parking.slots.contains(slot) else { throw .noSuchSlot(slot) }
        guard let call = parked[slot].flatMap({ calls[$0] }), var handover = call.handover else {
            throw .slotEmpty(slot)
        }
        if handover.kind == .fetched, let other = call.forks.first(where: { $0.state != .ended }) {
            throw .alreadyTaken(by: other.number)
        }
        let (targets, cause) = reachable([number], for: call, context)
        guard !targets.isEmpty else { throw .destination(number, cause) }
        handover.kind = .fetched
        handover.deadline = nil
        call.handover = handover
        call.addStep("fetched from \(slot) for \"\(number)\"")
        ringForHandover(call, .extensionNumber(number), context, into: &effects)
        rearm(call)
        return call.id
    }
}
