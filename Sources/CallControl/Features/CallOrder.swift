package import PBXBase
import PBXModel

/// What an operator asks to be done with a call and needs no answer but that it was done. Who acts is a party's
/// extension; nil: the one that answered.
package enum CallOrder: Hashable, Sendable {
    case hold(CallID, by: String?)
    case resume(CallID, by: String?)
    case transferBlind(CallID, by: String?, to: String)
    case pullBack(CallID)
    case stopRecording(CallID)
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
