package import PBXBase
import PBXModel
import SIPGrammar
import SIPUserAgent

// Answering and declining at a phone that rings, by command. A phone is told to answer by `Event: talk`, which desk
// phones and pbx-phone understand. One that does not is called again with the header fields that ask it to answer by
// itself; if it knows neither, it rings on and its owner picks it up by hand.
extension CallTable {
    /// Makes the phone of an extension, at which the call rings, answer it.
    package mutating func answer(
        _ id: CallID, at number: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let (call, legs) = try ringing(id, at: number)
        // Of several phones the one that its owner prefers, of those that ring audibly.
        guard let leg = legs.first(where: { $0.state == .ringing }) ?? legs.first else { return }
        call.addStep("answered by command at \"\(number)\"")
        if leg.state == .ringing {
            effects.append(.session(.askToAnswer(leg.id)))
        } else if leg.role == .callee {
            callToAnswer(call, leg, context, into: &effects)
        } else {
            throw .wrongState("has not reached the phone of \(number) yet")
        }
    }

    /// The phone does not know how to be asked.
    mutating func answerRefused(
        _ call: Call, _ leg: CallLeg, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if leg.state == .established {
            let text = "phone \(leg.number) holds the call and does not let itself be told to go on"
            effects.append(.note(Note(.info, text, call: call.id)))
        }
        guard leg.role == .callee, leg.state == .ringing, call.callee == nil, call.state != .ended else { return }
        callToAnswer(call, leg, context, into: &effects)
    }

    /// Calls the same phone again and asks it to answer by itself.
    private mutating func callToAnswer(
        _ call: Call, _ leg: CallLeg, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let bindings = context.contacts.bindings(of: leg.number)
        guard let binding = bindings.first(where: { Flow(to: $0) == leg.flow }) else { return }
        end(leg, of: call, cause: .answeredElsewhere, into: &effects)
        let target = ForkTarget(number: leg.number, binding: binding, flow: leg.flow, isAskedToAnswer: true)
        fork(call, to: [target], context, into: &effects)
    }

    /// Stops the ringing at an extension, as if its owner had refused the call there.
    package mutating func decline(
        _ id: CallID, at number: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let (call, legs) = try ringing(id, at: number)
        guard let last = legs.last else { return }
        call.addStep("declined by command at \"\(number)\"")
        for leg in legs { end(leg, of: call, cause: .declined, into: &effects) }
        calleeFailed(call, last, status: ReleaseCause.busy.row.sipStatus, .declined, context, into: &effects)
        rearm(call)
    }

    /// The phones of an extension at which a call rings; never empty.
    private func ringing(
        _ id: CallID, at number: String
    ) throws(CallRefusal) -> (call: Call, legs: [CallLeg]) {
        guard let call = calls[id], call.state != .ended else { throw .noSuchCall }
        let own = call.caller.state == .established || !call.isPlaced ? [] : [call.caller] + call.callerForks
        let legs = (own + call.forks).filter { $0.number == number && $0.state != .ended }
        guard legs.isEmpty else { return (call, legs) }
        if let callee = call.callee { throw .alreadyTaken(by: callee.number) }
        throw .wrongState("does not ring at \(number)")
    }
}

extension Call {
    /// A command placed it: its caller's phones are called first.
    var isPlaced: Bool { clickToCall != nil || faxToSend != nil || supervision != nil }
}
