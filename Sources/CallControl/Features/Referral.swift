import PBXBase
import PBXModel
import SIPGrammar
import SIPUserAgent

// The transfer key of a phone (RFC 3515, RFC 5589 §6): the same blind transfer as by command. The referrer is told of
// success at once and let go: from here on the exchange looks after its caller, who comes back to it when nobody takes
// the call.
extension CallTable {
    /// - Parameter respond: makes the response to the REFER.
    mutating func referReceived(
        _ call: Call, _ leg: CallLeg, _ request: SIPMessage, respond: (SessionRefusal) -> SessionCommand,
        _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let target = request.value(.referTo).flatMap({ try? SIPNameAddress(ascii: $0) }),
            let number = target.uri.user, !number.isEmpty
        else {
            effects.append(.session(respond(SessionRefusal(status: 400, phrase: "Bad Refer-To"))))
            return
        }
        // RFC 3891 not implemented: a phone whose attended transfer is refused still has both calls.
        if target.uri.headers?.lowercased().contains("replaces=") ?? false {
            effects.append(.session(respond(SessionRefusal(status: 501, phrase: "Attended Transfer Not Supported"))))
            return
        }
        var done: [CallEffect] = []
        do throws(CallRefusal) {
            try transferBlind(call.id, leaving: leg, to: number, context, into: &done)
        } catch {
            effects.append(.note(Note(.info, "transfer by \(leg.number) to \"\(number)\" refused", call: call.id)))
            effects.append(.session(respond(SessionRefusal(status: error.sipStatus))))
            return
        }
        effects.append(.session(respond(SessionRefusal(status: 202))))
        effects.append(.session(.notifyReferral(leg.id, status: 200)))
        effects += done
    }
}

extension CallRefusal {
    /// What a phone is told whose transfer was not done.
    fileprivate var sipStatus: Int {
        switch self {
        case .destination(_, let cause): cause.row.sipStatus
        case .changing: 491
        case .noSuchSlot, .slotEmpty, .noSuchCall: 404
        case .slotTaken, .noFreeSlot, .alreadyTaken: 486
        case .wrongState, .notAParty, .nothingToPullBack: 403
        }
    }
}
