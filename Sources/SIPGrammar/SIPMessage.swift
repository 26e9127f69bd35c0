/// A SIP message over its bytes: start line and header lines are found once, values are parsed when somebody asks.
///
/// The bytes are those received, with two exceptions: continuation lines are joined (their line ends become spaces), so
/// that no value contains a line end that means something. Header fields that we do not know are kept like any other.
///
/// An object, as a message passes through all machines and waits in several: handing it on costs one reference.
package final class SIPMessage: Sendable {
    package let bytes: [UInt8]
    /// Of a response: the method in its CSeq.
    package let method: SIPMethod
    /// The status code of a response; 0 for a request.
    package let status: Int
    /// The Request-URI, or the reason phrase.
    let startLineText: Range<Int>
    let fields: [HeaderField]
    let bodyRange: Range<Int>

    package var isRequest: Bool { status == 0 }
    package var isResponse: Bool { status != 0 }
    /// 1xx.
    package var isProvisional: Bool { status > 0 && status < 200 }

    /// Parses one datagram or one framed message.
    ///
    /// Checks the start line, the form of the header lines and Content-Length against what is there: a longer body is
    /// cut (RFC 3261 §18.3), a shorter one an error. Does not look into header values; see `validateRequest`.
    package convenience init(parsing bytes: [UInt8]) throws(SIPSyntaxError) {
        let startLine = try StartLine(bytes.span)
        var indexer = HeaderIndexer()
        try indexer.index(bytes.span, from: startLine.end)
        try self.init(bytes, startLine, indexer, length: Self.contentLength(indexer.fields, bytes))
    }

    /// Reads as much as it can of a request with a fault, for the sake of an answer; nil when not even a method and
    /// header lines can be made out, or when it is a response or an ACK, which get no answer.
    static func salvaged(from bytes: [UInt8]) -> SIPMessage? {
        guard let startLine = StartLine(salvaging: bytes.span) else { return nil }
        var indexer = HeaderIndexer()
        indexer.skipsMalformedLines = true
        guard (try? indexer.index(bytes.span, from: startLine.end)) != nil else { return nil }
        guard let message = try? SIPMessage(bytes, startLine, indexer, length: nil) else { return nil }
        guard message.isRequest, message.method != .ack, message.value(.via) != nil else { return nil }
        return message
    }

    private init(
        _ bytes: [UInt8], _ startLine: StartLine, _ indexer: HeaderIndexer, length: Int?
    ) throws(SIPSyntaxError) {
        var joined = bytes
        for lineFeed in indexer.folds {
            joined[lineFeed] = ASCII.space
            if joined[lineFeed - 1] == ASCII.carriageReturn { joined[lineFeed - 1] = ASCII.space }
        }
        let available = bytes.count - indexer.end
        if let length, length > available {
            throw SIPSyntaxError(
                field: "body", offset: indexer.end, problem: "\(available) bytes where Content-Length says \(length)")
        }
        self.bytes = joined
        status = startLine.status
        startLineText = startLine.text
        fields = indexer.fields
        bodyRange = indexer.end..<indexer.end + (length ?? available)
        if startLine.status == 0 {
            method = SIPMethod(ascii: joined[startLine.method])
        } else {
            let cseq = indexer.fields.first { $0.code == SIPHeaderName.cseq.code }.map { joined[$0.valueRange] } ?? []
            method = SIPMethod(ascii: cseq.drop { $0.isDigit || $0.isWhitespace })
        }
    }

    /// What Content-Length says; nil when it is absent. RFC 4475 §3.3.9: two that differ leave no way to know.
    private static func contentLength(_ fields: [HeaderField], _ bytes: [UInt8]) throws(SIPSyntaxError) -> Int? {
        var length: Int?
        for field in fields where field.code == SIPHeaderName.contentLength.code {
            guard let value = bytes[field.valueRange].decimal(max: UInt64(Int32.max)) else {
                throw SIPSyntaxError(
                    field: "Content-Length", offset: Int(field.valueStart), problem: "value is no number of bytes")
            }
            guard length == nil || length == Int(value) else {
                throw SIPSyntaxError(
                    field: "Content-Length", offset: Int(field.valueStart), problem: "two values differ")
            }
            length = Int(value)
        }
        return length
    }
}

extension SIPMessage {
    package var body: ArraySlice<UInt8> { bytes[bodyRange] }

    package var reasonPhrase: String { isRequest ? "" : bytes[startLineText].text }

    package var requestURIText: String { isRequest ? bytes[startLineText].text : "" }

    package func requestURI() throws(SIPSyntaxError) -> SIPURI {
        guard isRequest else {
            throw SIPSyntaxError(field: "start line", offset: 0, problem: "a response has no Request-URI")
        }
        return try SIPURI(ascii: bytes[startLineText])
    }

    /// Of the Request-URI, without the rest of it.
    package func requestURIScheme() throws(SIPSyntaxError) -> SIPURI.Scheme {
        try SIPURI(ascii: bytes[startLineText], onlyChecks: true).scheme
    }

    /// The value of the first field of that name, trimmed.
    package func value(_ name: SIPHeaderName) -> ArraySlice<UInt8>? {
        firstField(name).map { bytes[$0.valueRange] }
    }

    /// The values of all fields of that name in order, trimmed, not split at commas.
    package func values(_ name: SIPHeaderName) -> [ArraySlice<UInt8>] {
        let code = name.code
        var values: [ArraySlice<UInt8>] = []
        for field in fields where isField(field, name, code) { values.append(bytes[field.valueRange]) }
        return values
    }

    package func text(_ name: SIPHeaderName) -> String? { value(name)?.text }

    package func count(_ name: SIPHeaderName) -> Int {
        let code = name.code
        return fields.reduce(0) { $0 + (isField($1, name, code) ? 1 : 0) }
    }

    /// All fields in order, as names and values: for logs, traces and passing on what we do not understand.
    package var allFields: [(name: SIPHeaderName, value: ArraySlice<UInt8>)] {
        fields.map { field in
            let isKnown = field.code != SIPHeaderName.otherCode
            let name = isKnown ? SIPHeaderName.known[Int(field.code)] : .other(bytes[field.nameRange].lowercasedText)
            return (name, bytes[field.valueRange])
        }
    }

    func firstField(_ name: SIPHeaderName) -> HeaderField? {
        let code = name.code
        return fields.first { isField($0, name, code) }
    }

    @inline(__always)
    private func isField(_ field: HeaderField, _ name: SIPHeaderName, _ code: UInt8) -> Bool {
        guard field.code == code else { return false }
        return code != SIPHeaderName.otherCode || bytes[field.nameRange].equalsIgnoringCase(name.canonicalName)
    }
}
