import CallControl
import ControlProtocol
import PBXBase
import PBXModel

extension Daemon {
    /// The identity of a call as a client wrote it.
    func call(_ text: String) throws(ControlFailure) -> CallID {
        guard let id = CallID(text) else { throw .noSuchCall(text) }
        return id
    }
}

extension ControlFailure {
    static func badMode(_ text: String) -> ControlFailure {
        let modes = SupervisionMode.allCases.map(\.rawValue)
        return ControlFailure(
            .badParameter, "unknown mode \"\(text)\"", hint: "modes: \(modes.joined(separator: ", "))")
    }

    /// What an operator is told when call control did not do it.
    init(_ refusal: CallRefusal) {
        switch refusal {
        case .noSuchCall:
            self.init(.noSuchCall, "no such call", hint: "it may have ended; look at the calls that are up")
        case .wrongState(let text):
            self.init(.wrongState, "the call \(text)")
        case .isConsultation:
            self.init(
                .wrongState, "the call is part of a consultation",
                hint: "complete or cancel that first (completeTransfer, cancelTransfer)")
        case .isNoConsultation:
            self.init(
                .wrongState, "the call is not part of a consultation", hint: "begin one with transferAttended")
        case .notAParty(let number):
            self.init(.notAParty, "extension \(number) is not in this call", hint: "name one of its two parties")
        case .changing:
            self.init(
                .wrongState, "the phones are agreeing on a change of the call at this moment", hint: "try again")
        case .alreadyTaken(let number): self.init(.alreadyTaken, "the call is already taken by \(number)")
        case .noSuchSlot(let slot):
            self.init(.noSuchSlot, "no parking slot \(slot)", hint: "slots are set in [parking]")
        case .badDigits(let digits):
            self.init(
                .badParameter, "\"\(digits)\" cannot be sent as digits",
                hint: "up to \(CallTable.digitsMax) of 0 to 9, *, #, A to D")
        case .slotTaken(let slot):
            self.init(.slotTaken, "parking slot \(slot) is taken", hint: "leave the slot out to take a free one")
        case .noFreeSlot:
            self.init(.noFreeSlot, "no parking slot is free", hint: "fetch a call, or set more slots in [parking]")
        case .slotEmpty(let slot):
            self.init(
                .noSuchCall, "no call is parked at \(slot)", hint: "it may have been fetched, or gone back already")
        case .nothingToPullBack:
            self.init(
                .wrongState, "there is no transfer to take back",
                hint: "a call can be taken back while it rings, and for \(CallTable.pullBackSeconds) seconds")
        case .nowhereToRecord:
            self.init(.wrongState, "there is no folder for recordings", hint: "set state-directory in [store]")
        case .destination(let number, let cause):
            self.init(Code(cause), "\(number) cannot take the call: \(cause.row.phrase)", hint: "the call is as it was")
        }
    }
}
