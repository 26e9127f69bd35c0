import SIPGrammar

extension SIPMessage {
    /// Whether an INVITE asks to be answered at once (intercom, paging, answering by a command), in the ways that most
    /// exchanges say so: `Call-Info: …;answer-after=0`, `Alert-Info: …;info=alert-autoanswer`.
    var asksToBeAnswered: Bool {
        holds(.callInfo, "answer-after=0") || holds(.alertInfo, "info=alert-autoanswer")
            || holds(.alertInfo, "answer-after=0")
    }

    private func holds(_ name: SIPHeaderName, _ parameter: String) -> Bool {
        values(name).contains { value in
            String(decoding: value, as: UTF8.self).lowercased().split(separator: ";").dropFirst().contains { part in
                part.filter { $0 != " " && $0 != "\"" } == parameter
            }
        }
    }
}
