package import PBXBase
package import PBXModel

/// What an operator asks to be done with a call and needs no answer but that it was done. Who acts is a party's
/// extension; nil: the one that answered.
package enum CallOrder: Hashable, Sendable {
    case hold(CallID, by: String?)
    case resume(CallID, by: String?)
    case transferBlind(CallID, by: String?, to: String)
    case pullBack(CallID)
    case stopRecording(CallID)
    /// Of a consultation, as the ones after it: either of its two calls.
    case swap(CallID)
    case cancelTransfer(CallID)
    case threeWay(CallID)
    case answer(CallID, at: String)
    case decline(CallID, at: String)
    case sendDigits(CallID, String, by: String?)
    /// Of a supervisor's call.
    case changeSupervision(CallID, to: SupervisionMode, beside: String?)
    /// nil for the second call: the only other one of who leaves.
    case completeTransfer(CallID, with: CallID?, by: String?)
}

/// A call that somebody's phones are to ring for.
package enum WaitingCall: Hashable, Sendable {
    case parked(String)
    /// nil: the one that rings longest.
    case ringing(CallID?)
}

extension CallTable {
    /// How long a blind transfer can be taken back, in seconds.
    package static var pullBackSeconds: Int { Handover.pullBackWindow.milliseconds / 1_000 }

    package mutating func carryOut(
        _ order: CallOrder, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        switch order {
        case .hold(let id, let number): try hold(id, by: number, context, into: &effects)
        case .resume(let id, let number): try resume(id, by: number, context, into: &effects)
        case .transferBlind(let id, let number, let target):
            try transferBlind(id, by: number, to: target, context, into: &effects)
        case .pullBack(let id): try pullBack(id, context, into: &effects)
        case .completeTransfer(let id, let second, let number):
            try completeTransfer(id, with: second, by: number, context, into: &effects)
        case .swap(let id): try swap(id, context, into: &effects)
        case .cancelTransfer(let id): try cancelConsultation(id, context, into: &effects)
        case .threeWay(let id): try bringTogether(id, context, into: &effects)
        case .answer(let id, let number): try answer(id, at: number, context, into: &effects)
        case .decline(let id, let number): try decline(id, at: number, context, into: &effects)
        case .sendDigits(let id, let digits, let number):
            try sendDigits(digits, in: id, by: number, context, into: &effects)
        case .changeSupervision(let id, let mode, let beside):
            try changeSupervision(id, to: mode, beside: beside, context, into: &effects)
        case .stopRecording(let id): try stopRecording(id, into: &effects)
        }
    }

    /// Rings an extension's phones for a call that waits or rings elsewhere.
    package mutating func fetch(
        _ waiting: WaitingCall, for number: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> CallID {
        switch waiting {
        case .parked(let slot): try unpark(slot, for: number, context, into: &effects)
        case .ringing(let id): try pickUp(id, for: number, context, into: &effects)
        }
    }
}
