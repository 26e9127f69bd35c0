/// Header values as structures. Each call parses anew; keep the result when it is needed twice.
extension SIPMessage {
    package func topVia() throws(SIPSyntaxError) -> SIPVia { try SIPVia(ascii: required(.via)) }

    package func from() throws(SIPSyntaxError) -> SIPNameAddress {
        try SIPNameAddress(ascii: required(.from), field: "From")
    }

    package func to() throws(SIPSyntaxError) -> SIPNameAddress {
        try SIPNameAddress(ascii: required(.to), field: "To")
    }

    package func callID() throws(SIPSyntaxError) -> String { try checkedCallID().text }

    func checkedCallID() throws(SIPSyntaxError) -> ArraySlice<UInt8> {
        let value = try required(.callID)
        guard !value.isEmpty, !value.contains(where: \.isWhitespace) else {
            throw SIPSyntaxError(field: "Call-ID", offset: 0, problem: "value is no single word")
        }
        return value
    }

    package func cseq() throws(SIPSyntaxError) -> SIPCSeq { try SIPCSeq(ascii: required(.cseq)) }

    /// The contacts of all Contact fields in order; none for the wildcard.
    package func contacts() throws(SIPSyntaxError) -> [SIPNameAddress] {
        isWildcardContact ? [] : try addresses(.contact)
    }

    /// The first of them, where only one counts.
    package func firstContact() throws(SIPSyntaxError) -> SIPNameAddress? {
        guard let value = value(.contact), !isWildcardContact else { return nil }
        return try SIPNameAddress(firstOf: value, field: "Contact")
    }

    /// `Contact: *`, with which a REGISTER removes all bindings (RFC 3261 §10.2.2).
    package var isWildcardContact: Bool {
        guard let value = value(.contact), value.count == 1 else { return false }
        return value.first == ASCII.asterisk && count(.contact) == 1
    }

    package func routes() throws(SIPSyntaxError) -> [SIPNameAddress] { try addresses(.route) }
    package func recordRoutes() throws(SIPSyntaxError) -> [SIPNameAddress] { try addresses(.recordRoute) }
    package func paths() throws(SIPSyntaxError) -> [SIPNameAddress] { try addresses(.path) }

    /// Every address in the fields of one name, lists taken apart.
    package func addresses(_ name: SIPHeaderName) throws(SIPSyntaxError) -> [SIPNameAddress] {
        try addresses(name, onlyChecks: false)
    }

    /// - Parameter onlyChecks: of the values themselves nothing may be used.
    func addresses(_ name: SIPHeaderName, onlyChecks: Bool) throws(SIPSyntaxError) -> [SIPNameAddress] {
        var addresses: [SIPNameAddress] = []
        for value in values(name) {
            let list = try SIPNameAddress.list(
                ascii: value, field: name.canonicalName, onlyChecks: onlyChecks)
            addresses = addresses.isEmpty ? list : addresses + list
            guard addresses.count <= SIPLimits.listValuesMax else {
                throw SIPSyntaxError(
                    field: name.canonicalName, offset: 0, problem: "more than \(SIPLimits.listValuesMax) values")
            }
        }
        return addresses
    }

    /// The Expires header in seconds; nil when absent or malformed, the largest number when too large to hold.
    package func expires() -> UInt32? { value(.expires)?.deltaSeconds }

    /// The Max-Forwards header; nil when absent, as it is from RFC 2543 peers.
    package func maxForwards() throws(SIPSyntaxError) -> Int? {
        guard let value = value(.maxForwards) else { return nil }
        guard let hops = value.decimal(max: 255) else {
            throw SIPSyntaxError(field: "Max-Forwards", offset: 0, problem: "value is no number from 0 to 255")
        }
        return Int(hops)
    }

    /// The option tags in all fields of `name` (Require, Supported, Proxy-Require, ...), as written.
    package func optionTags(_ name: SIPHeaderName) -> [String] {
        values(name).flatMap { $0.split(separator: ASCII.comma).map(\.trimmed) }.filter { !$0.isEmpty }.map(\.text)
    }

    /// Whether one field of `name` lists `tag`, without regard to case.
    package func hasOptionTag(_ tag: String, in name: SIPHeaderName) -> Bool {
        values(name).contains { value in
            var rest = value
            while let comma = rest.firstIndex(of: ASCII.comma) {
                if rest[..<comma].trimmed.equalsIgnoringCase(tag) { return true }
                rest = rest[(comma + 1)...]
            }
            return rest.trimmed.equalsIgnoringCase(tag)
        }
    }

    /// The media type of the body in lower case, without its parameters: `application/sdp`.
    package var contentType: String? {
        value(.contentType)?.prefix { $0 != ASCII.semicolon }.trimmed.lowercasedText
    }

    func required(_ name: SIPHeaderName) throws(SIPSyntaxError) -> ArraySlice<UInt8> {
        guard let value = value(name) else {
            throw SIPSyntaxError(field: name.canonicalName, offset: 0, problem: "header field is missing")
        }
        return value
    }
}
