extension SIPMessage {
    /// Checks what must hold before a request is worth looking at; the error's status is the answer it earns
    /// (RFC 3261 §8.1.1, §8.2). Max-Forwards may be missing, as RFC 2543 peers do not send it; one too large is
    /// not ours to count, we are no proxy.
    package func validateRequest() throws(SIPSyntaxError) {
        try validateCommonFields()
        let cseq = try cseq()
        guard cseq.method == method else {
            throw SIPSyntaxError(
                field: "CSeq", offset: 0, problem: "method is \(cseq.method.name) in a request \(method.name)")
        }
        _ = try SIPNameAddress(ascii: required(.from), field: "From", onlyChecks: true)
        _ = try SIPNameAddress(ascii: required(.to), field: "To", onlyChecks: true)
        if count(.maxForwards) > 1 { throw Self.repeated(.maxForwards) }
        _ = try maxForwards()
        let uri = try SIPURI(ascii: bytes[startLineText], onlyChecks: true)
        // RFC 3261 §19.1.1: headers are not allowed in a Request-URI.
        guard uri.headers == nil else {
            throw SIPSyntaxError(
                field: "start line", offset: startLineText.lowerBound, problem: "Request-URI has headers")
        }
        if method == .invite || method == .register {
            _ = try isWildcardContact ? [] : addresses(.contact, onlyChecks: true)
        }
    }

    /// Checks what must hold before a response is matched; a response that fails is dropped.
    package func validateResponse() throws(SIPSyntaxError) {
        try validateCommonFields()
        _ = try cseq()
    }

    private func validateCommonFields() throws(SIPSyntaxError) {
        try checkSingle(.from)
        try checkSingle(.to)
        try checkSingle(.callID)
        try checkSingle(.cseq)
        _ = try checkedCallID()
        _ = try SIPVia(ascii: required(.via), onlyChecks: true)
    }

    private func checkSingle(_ name: SIPHeaderName) throws(SIPSyntaxError) {
        _ = try required(name)
        guard count(name) == 1 else { throw Self.repeated(name) }
    }

    private static func repeated(_ name: SIPHeaderName) -> SIPSyntaxError {
        SIPSyntaxError(field: name.canonicalName, offset: 0, problem: "header field appears more than once")
    }
}
