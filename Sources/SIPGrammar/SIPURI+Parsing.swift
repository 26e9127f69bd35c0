import PBXBase

extension SIPURI {
    package init(_ text: some StringProtocol) throws(SIPSyntaxError) {
        try self.init(ascii: Array(text.utf8)[...])
    }

    /// Parses a URI without brackets and whitespace around it. Tolerated: characters in the user part that ought to be
    /// escaped, as phones send `#` and UTF-8 there.
    package init(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) { try self.init(ascii: ascii, onlyChecks: false) }

    /// - Parameter onlyChecks: the value has no texts and no parameters, and may only be asked for its scheme and for
    ///   whether there are headers.
    init(ascii: ArraySlice<UInt8>, onlyChecks: Bool) throws(SIPSyntaxError) {
        var cursor = FieldCursor(ascii, field: "URI", onlyChecks: onlyChecks)
        let name = cursor.take { $0.isAlphanumeric || $0 == 0x2B || $0 == 0x2D || $0 == ASCII.dot }
        guard let first = name.first, first.isLetter, cursor.take(ASCII.colon) else {
            throw cursor.failure("scheme is missing")
        }
        if let index = ascii.firstIndex(where: { !$0.isURIByte }) {
            cursor.advance(to: index)
            throw cursor.failure("character that has to be escaped")
        }
        if name.equalsIgnoringCase("sip") {
            self.init(scheme: .sip, host: "")
            try parseHierarchy(&cursor)
        } else if name.equalsIgnoringCase("sips") {
            self.init(scheme: .sips, host: "")
            try parseHierarchy(&cursor)
        } else if name.equalsIgnoringCase("tel") {
            self.init(scheme: .tel, host: "")
            user = try cursor.decoded(orFail: "number is missing") { $0 != ASCII.semicolon }
            parameters = try cursor.uriParameters()
            guard cursor.isAtEnd else { throw cursor.failure("unexpected character after the number") }
        } else {
            self.init(scheme: .other(name.lowercasedText), host: "")
            opaque = cursor.text(cursor.take { _ in true })
        }
    }

    private mutating func parseHierarchy(_ cursor: inout FieldCursor) throws(SIPSyntaxError) {
        // RFC 3261 §25.1: an unescaped "@" can only end the user part, wherever ";" and "?" may stand before it.
        if cursor.bytes[cursor.position...].contains(ASCII.at) {
            user = try cursor.decoded(orFail: "user part is empty") { $0 != ASCII.colon && $0 != ASCII.at }
            if cursor.take(ASCII.colon) { password = cursor.text(cursor.take { $0 != ASCII.at }) }
            _ = cursor.take(ASCII.at)
        }
        (host, port) = try cursor.hostAndPort()
        parameters = try cursor.uriParameters()
        if cursor.take(ASCII.question) { headers = cursor.text(cursor.take { _ in true }) }
        guard cursor.isAtEnd else { throw cursor.failure("unexpected character after the host") }
    }
}

extension FieldCursor {
    /// `host [":" port]`; IPv6 in brackets, given back without them.
    mutating func hostAndPort() throws(SIPSyntaxError) -> (String, UInt16?) {
        let host: ArraySlice<UInt8>
        if take(ASCII.leftBracket) {
            host = take { $0 != ASCII.rightBracket }
            guard take(ASCII.rightBracket), host.contains(ASCII.colon), IPAddress(ascii: host) != nil else {
                throw failure("IPv6 address is malformed")
            }
        } else {
            host = take(while: { $0.isHostByte })
            guard !host.isEmpty else { throw failure("host is missing") }
        }
        let name = onlyChecks ? "" : host.lowercasedText
        guard takeSeparator(ASCII.colon) else { return (name, nil) }
        let digits = take(while: { $0.isDigit })
        guard digits.count <= 5, let port = digits.decimal(max: 65_535) else {
            throw failure("port is no number to 65535")
        }
        return (name, UInt16(port))
    }

    /// `*( ";" uri-parameter )`, decoded.
    fileprivate mutating func uriParameters() throws(SIPSyntaxError) -> SIPParameters {
        var parameters = SIPParameters()
        var count = 0
        while take(ASCII.semicolon) {
            count += 1
            let name = try decoded(orFail: "parameter name is missing") {
                $0 != ASCII.equals && $0 != ASCII.semicolon && $0 != ASCII.question
            }
            let value: String? =
                take(ASCII.equals) ? try decoded { $0 != ASCII.semicolon && $0 != ASCII.question } : nil
            try add(name, value, to: &parameters, count)
        }
        return parameters
    }

    /// A run of bytes with `%XX` resolved; `problem` says what it means when it is empty, if it must not be.
    fileprivate mutating func decoded(
        orFail problem: String? = nil, while belongs: (UInt8) -> Bool
    ) throws(SIPSyntaxError) -> String {
        let run = take(while: belongs)
        if run.isEmpty, let problem { throw failure(problem) }
        guard run.contains(ASCII.percent) else { return text(run) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(run.count)
        var index = run.startIndex
        while index < run.endIndex {
            guard run[index] == ASCII.percent else {
                bytes.append(run[index])
                index += 1
                continue
            }
            guard index + 2 < run.endIndex, let high = hexadecimalValue(run[index + 1]),
                let low = hexadecimalValue(run[index + 2])
            else { throw failure("\"%\" is not followed by two hexadecimal digits") }
            bytes.append(high << 4 | low)
            index += 3
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// Anything that can stand in a URI at all, with UTF-8 let through.
    fileprivate var isURIByte: Bool {
        self > ASCII.space && self != 0x7F && self != ASCII.less && self != ASCII.greater && self != ASCII.quote
    }
}
