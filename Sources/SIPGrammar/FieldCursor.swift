/// Walks the value of one header field: whitespace, tokens, quoted strings and parameters.
struct FieldCursor {
    let bytes: ArraySlice<UInt8>
    /// For error messages.
    let field: String
    /// Nobody wants the value, only whether it is well formed: its texts and parameters are left out.
    let onlyChecks: Bool
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>, field: String, onlyChecks: Bool = false) {
        self.bytes = bytes
        self.field = field
        self.onlyChecks = onlyChecks
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }
    var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    func failure(_ problem: String) -> SIPSyntaxError {
        SIPSyntaxError(field: field, offset: position - bytes.startIndex, problem: problem)
    }

    /// A part of the value as text.
    func text(_ part: ArraySlice<UInt8>) -> String { onlyChecks ? "" : part.text }

    mutating func skipWhitespace() {
        while position < bytes.endIndex, bytes[position].isWhitespace { position += 1 }
    }

    /// Steps over `byte` if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    /// Steps over `byte` and any whitespace around it, if it is next.
    mutating func takeSeparator(_ byte: UInt8) -> Bool {
        let start = position
        skipWhitespace()
        guard take(byte) else {
            position = start
            return false
        }
        skipWhitespace()
        return true
    }

    /// The bytes up to the first that ends the run; they may be none.
    mutating func take(while belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.endIndex, belongs(bytes[position]) { position += 1 }
        return bytes[start..<position]
    }

    mutating func token(_ what: String) throws(SIPSyntaxError) -> ArraySlice<UInt8> {
        let token = take(while: { $0.isTokenByte })
        guard !token.isEmpty else { throw failure("\(what) is missing") }
        return token
    }

    /// A quoted string with its quotes; the cursor stands on the opening one.
    mutating func quotedString() throws(SIPSyntaxError) -> ArraySlice<UInt8> {
        let start = position
        position += 1
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            if byte == ASCII.quote { return bytes[start..<position] }
            if byte == ASCII.backslash { position += 1 }
        }
        position = start
        throw failure("quoted string has no end")
    }

    /// `*(SEMI generic-param)`: stops before what is no parameter.
    mutating func parameters() throws(SIPSyntaxError) -> SIPParameters {
        var parameters = SIPParameters()
        var count = 0
        while takeSeparator(ASCII.semicolon) {
            count += 1
            let name = try token("parameter name")
            let value = takeSeparator(ASCII.equals) ? try parameterValue() : nil
            try add(text(name), value.map { text($0) }, to: &parameters, count)
        }
        return parameters
    }

    /// Enters the parameter that is number `count`.
    func add(
        _ name: String, _ value: String?, to parameters: inout SIPParameters, _ count: Int
    ) throws(SIPSyntaxError) {
        guard count <= SIPLimits.parametersMax else { throw failure("more than \(SIPLimits.parametersMax) parameters") }
        if onlyChecks { return }
        // Hardly any value has more; growing to them one by one would cost two more allocations.
        if count == 1 { parameters.items.reserveCapacity(4) }
        parameters.items.append(SIPParameter(name: name, value: value))
    }

    /// `gen-value`: a quoted string with its quotes, or everything up to the next separator.
    private mutating func parameterValue() throws(SIPSyntaxError) -> ArraySlice<UInt8> {
        if current == ASCII.quote { return try quotedString() }
        return take { $0 != ASCII.semicolon && $0 != ASCII.comma && !$0.isWhitespace }
    }

    /// Moves to `index`, which a caller's own look-ahead has found.
    mutating func advance(to index: Int) {
        position = Swift.min(Swift.max(index, position), bytes.endIndex)
    }
}

extension ArraySlice<UInt8> {
    /// The content of a quoted string (quotes included in `self`) with its escapes resolved.
    var unquoted: String {
        guard count >= 2, first == ASCII.quote else { return text }
        let content = dropFirst().dropLast()
        guard content.contains(ASCII.backslash) else { return content.text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count)
        var isEscaped = false
        for byte in content {
            if byte == ASCII.backslash, !isEscaped {
                isEscaped = true
            } else {
                bytes.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends `text` as a quoted string; quotes and backslashes are escaped, line ends become spaces.
    mutating func appendQuoted(_ text: String) {
        append(ASCII.quote)
        for byte in text.utf8 {
            if byte == ASCII.quote || byte == ASCII.backslash { append(ASCII.backslash) }
            append(byte == ASCII.carriageReturn || byte == ASCII.lineFeed ? ASCII.space : byte)
        }
        append(ASCII.quote)
    }

    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// Appends a number in decimal digits without a detour through `String`.
    mutating func append(decimal number: some BinaryInteger) {
        var rest = UInt64(clamping: number)
        let start = count
        repeat {
            append(ASCII.zero + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
