package import PBXBase
import PBXModel
import Routing

// Parking a call and telling somebody of it: the phone that parks is not rung again, it goes on with a call to whoever
// is to fetch the parked one, whose phones are asked to answer by themselves.
extension CallTable {
    /// - Parameters:
    ///   - number: the extension that parks; nil: the one that answered.
    ///   - page: the number that is called, as dialled by it.
    ///   - slot: where; nil: the first that is free.
    /// - Returns: the slot, and the call to the number.
    package mutating func parkAndPage(
        _ id: CallID, by number: String?, page: String, slot wanted: String?, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) -> (slot: String, page: CallID) {
        let (call, leaving) = try partyToLeave(number, of: id)
        let slot = try freeSlot(wanted, context)
        let decision = DialPlan(directory: context.directory, settings: context.settings).decide(
            dialled: page, caller: leaving.number)
        let destination = try askable(decision.destination, page, call, context)
        settle(call, leaving, at: slot, leaves: false, context, into: &effects)
        let steps = ["told of the call parked at \(slot)"] + decision.steps.map(\.description)
        let second = moveToNewCall(leaving, dialled: page, steps: steps, context, into: &effects)
        second.isAskedToAnswer = true
        ring(second, destination, context, into: &effects)
        rearm(call)
        rearm(second)
        return (slot, second.id)
    }
}
