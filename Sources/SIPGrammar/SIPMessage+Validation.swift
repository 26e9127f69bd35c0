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
        _ = try from()
        _ = try to()
        if count(.maxForwards) > 1 { throw Self.repeated(.maxForwards) }
        _ = try maxForwards()
        let uri = try requestURI()
        // RFC 3261 §19.1.1: headers are not allowed in a Request-URI.
        guard uri.headers == nil else {
            throw SIPSyntaxError(
                field: "start line", offset: startLineText.lowerBound, problem: "Request-URI has headers")
        }
        if method == .invite || method == .register { _ = try contacts() }
    }

    /// Checks what must hold before a response is matched; a response that fails is dropped.
    package func validateResponse() throws(SIPSyntaxError) {
        try validateCommonFields()
        _ = try cseq()
    }

    private func validateCommonFields() throws(SIPSyntaxError) {
        for name in [SIPHeaderName.from, .to, .callID, .cseq] {
            _ = try required(name)
            guard count(name) == 1 else { throw Self.repeated(name) }
        }
        _ = try callID()
        _ = try topVia()
    }

    private static func repeated(_ name: SIPHeaderName) -> SIPSyntaxError {
        SIPSyntaxError(field: name.canonicalName, offset: 0, problem: "header field appears more than once")
    }
}
