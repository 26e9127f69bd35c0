import MediaControl
package import PBXBase
import PBXModel

// Digits by command: for a menu at the other end, or for an application of ours.
extension CallTable {
    /// Digits of one command.
    package static let digitsMax = 64

    /// - Parameter number: the party that says them; nil: the one that answered, or the caller of an application.
    package mutating func sendDigits(
        _ digits: String, in id: CallID, by number: String?, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        guard !digits.isEmpty, digits.count <= Self.digitsMax, digits.allSatisfy({ "0123456789*#ABCD".contains($0) })
        else { throw .badDigits(digits) }
        if let call = calls[id], call.state == .active, call.application != nil {
            guard number == nil || number == call.caller.number else { throw .notAParty(number ?? "") }
            for digit in digits { tell(call, .digitReceived(digit), context, into: &effects) }
            rearm(call)
            return
        }
        let (call, leg) = try party(number, of: id)
        guard let other = call.other(than: leg), other.sending != nil, let port = other.port else {
            throw .wrongState("has no audio that could carry digits")
        }
        effects.append(.media(.sendDigits(port.id, digits)))
    }
}
