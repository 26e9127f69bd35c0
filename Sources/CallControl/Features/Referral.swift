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
        var done: [CallEffect] = []
        do throws(CallRefusal) {
            if let replaced = target.uri.replacedCallID {
                try transferAttended(call, leaving: leg, replacing: replaced, context, into: &done)
            } else {
                try transferBlind(call.id, leaving: leg, to: number, context, into: &done)
            }
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

extension SIPURI {
    /// The Call-ID in the `Replaces` header that a request to this URI is to have (RFC 3891 §6.1); its tags belong to
    /// dialogs with us, of which there is one per Call-ID. nil: there is none.
    fileprivate var replacedCallID: String? {
        for field in (headers ?? "").split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "replaces" else { continue }
            return Self.unescaped(parts[1]).split(separator: ";").first.map(String.init)
        }
        return nil
    }

    /// RFC 3986 §2.1; what is no escape stays as it is.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
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
        case .wrongState, .notAParty, .nothingToPullBack, .nowhereToRecord, .isConsultation, .isNoConsultation,
            .badDigits:
            403
        }
    }
}
