import MediaControl
package import PBXBase
import PBXModel
import SDPNegotiation
import SIPUserAgent

// Hold by a command: the media workers give the other party music; no phone has to agree to anything. A phone that
// holds by itself does so by a re-INVITE, which is passed on (CallTable+Reoffer).
extension CallTable {
    /// - Parameter number: the extension that puts the other party on hold; nil: the one that answered.
    package mutating func hold(
        _ id: CallID, by number: String?, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let (call, holder) = try party(number, of: id)
        if let other = call.heldBy {
            guard other == holder.id else { throw .wrongState("is on hold already") }
            return
        }
        call.heldBy = holder.id
        heldChanged(call, into: &effects)
    }

    /// - Parameter number: whose hold ends; nil: whoever holds.
    package mutating func resume(
        _ id: CallID, by number: String?, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let (call, _) = try party(number, of: id)
        guard let holder = call.heldBy.flatMap({ call.leg($0) }) else {
            // The phone holds by itself: it is asked to go on, as nobody else can.
            let holders = [call.caller, call.callee].compactMap(\.self).filter { $0.remote?.isHeld == true }
            guard let phone = holders.first(where: { number == nil || $0.number == number }) else {
                throw .wrongState(holders.first.map { "is held by \($0.number)" } ?? "is not on hold")
            }
            effects.append(.session(.askToAnswer(phone.id)))
            return
        }
        if let number, holder.number != number { throw .alreadyTaken(by: holder.number) }
        call.heldBy = nil
        heldChanged(call, into: &effects)
    }

    private func heldChanged(_ call: Call, into effects: inout [CallEffect]) {
        guard let callee = call.callee else { return }
        effects.append(.media(.apply(assignments(call.caller, callee, call))))
        updateHold(call, into: &effects)
    }

    /// A call of two connected parties, and the one that an operator's command speaks for.
    /// - Parameter number: its extension; nil: the one that answered.
    func party(_ number: String?, of id: CallID) throws(CallRefusal) -> (call: Call, leg: CallLeg) {
        let (call, callee) = try bridged(id)
        guard let number, callee.number != number else { return (call, callee) }
        guard call.caller.number == number else { throw .notAParty(number) }
        return (call, call.caller)
    }

    /// The same for a command after which somebody else is in the call: nobody leaves another one waiting for ever.
    func partyToLeave(_ number: String?, of id: CallID) throws(CallRefusal) -> (call: Call, leg: CallLeg) {
        let (call, leg) = try party(number, of: id)
        guard call.consultation == nil else { throw .isConsultation }
        return (call, leg)
    }

    /// A call of two connected parties that nothing is being changed about, and the one that answered.
    func bridged(_ id: CallID) throws(CallRefusal) -> (call: Call, callee: CallLeg) {
        guard let call = calls[id], call.state != .ended else { throw .noSuchCall }
        guard let callee = call.callee, call.caller.state == .established, callee.state == .established else {
            if let slot = call.parkedSlot { throw .wrongState("is parked at \(slot)") }
            if call.consultation != nil, call.handover != nil { throw .isConsultation }
            throw .wrongState(call.application == nil ? "is not answered yet" : "is with \(call.record.calledNumber)")
        }
        // A caller that was made an offer has not yet said what it takes of it.
        guard call.reofferFrom == nil, !call.isAligning, call.caller.remote != nil else { throw .changing }
        return (call, callee)
    }
}
