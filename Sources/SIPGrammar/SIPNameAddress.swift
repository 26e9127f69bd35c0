/// The value of From, To, Contact, Route and their kin: a URI, perhaps a name to display, and header parameters
/// (`name-addr` and `addr-spec` of RFC 3261 §25.1).
package struct SIPNameAddress: Hashable, Sendable {
    package var displayName: String?
    package var uri: SIPURI
    /// The header's parameters, not the URI's.
    package var parameters: SIPParameters

    package init(displayName: String? = nil, uri: SIPURI, parameters: SIPParameters = SIPParameters()) {
        self.displayName = displayName
        self.uri = uri
        self.parameters = parameters
    }

    /// The `tag` parameter; an empty one counts as absent. Assigning nil removes it.
    package var tag: String? {
        get { parameters["tag"].flatMap { $0.isEmpty ? nil : $0 } }
        set { parameters["tag"] = newValue }
    }

    /// The `expires` parameter of a contact in seconds; nil when absent or malformed.
    package var expires: UInt32? {
        parameters["expires"].flatMap { Array($0.utf8)[...].deltaSeconds }
    }

    /// The `q` parameter of a contact in thousandths, 1000 when absent or malformed.
    package var qualityThousandths: Int {
        guard let text = parameters["q"] else { return 1_000 }
        let parts = text.utf8.split(separator: ASCII.dot, maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = Array(parts[0])[...].decimal(max: 1) else { return 1_000 }
        let fraction = parts.count > 1 ? Array(parts[1].prefix(3)) : []
        let padded = fraction + repeatElement(ASCII.zero, count: 3 - fraction.count)
        guard let thousandths = padded[...].decimal(max: 999) else { return 1_000 }
        return min(1_000, Int(whole) * 1_000 + Int(thousandths))
    }
}

extension SIPNameAddress {
    package init(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) {
        try self.init(ascii: ascii, field: "name-addr")
    }

    /// - Parameter onlyChecks: of the value itself nothing may be used.
    init(ascii: ArraySlice<UInt8>, field: String, onlyChecks: Bool = false) throws(SIPSyntaxError) {
        var cursor = FieldCursor(ascii, field: field, onlyChecks: onlyChecks)
        try self.init(from: &cursor, inList: false)
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw cursor.failure("unexpected character after the address") }
    }

    /// Parses the first value of a list; what follows its comma is left alone.
    init(firstOf ascii: ArraySlice<UInt8>, field: String) throws(SIPSyntaxError) {
        var cursor = FieldCursor(ascii, field: field)
        try self.init(from: &cursor, inList: true)
        cursor.skipWhitespace()
        guard cursor.isAtEnd || cursor.current == ASCII.comma else {
            throw cursor.failure("unexpected character after the address")
        }
    }

    /// Parses a comma-separated list, as in Contact, Route, Record-Route and Path.
    package static func list(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) -> [SIPNameAddress] {
        try list(ascii: ascii, field: "name-addr")
    }

    static func list(
        ascii: ArraySlice<UInt8>, field: String, onlyChecks: Bool = false
    ) throws(SIPSyntaxError) -> [SIPNameAddress] {
        var cursor = FieldCursor(ascii, field: field, onlyChecks: onlyChecks)
        var addresses: [SIPNameAddress] = []
        repeat {
            guard addresses.count < SIPLimits.listValuesMax else {
                throw cursor.failure("more than \(SIPLimits.listValuesMax) values")
            }
            addresses.append(try SIPNameAddress(from: &cursor, inList: true))
        } while cursor.takeSeparator(ASCII.comma)
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw cursor.failure("unexpected character after the address") }
        return addresses
    }

    private init(from cursor: inout FieldCursor, inList: Bool) throws(SIPSyntaxError) {
        cursor.skipWhitespace()
        if cursor.current == ASCII.quote {
            let quoted = try cursor.quotedString()
            displayName = cursor.onlyChecks ? "" : quoted.unquoted
            cursor.skipWhitespace()
            guard cursor.current == ASCII.less else { throw cursor.failure("\"<\" is missing after the name") }
        }
        let start = cursor.position
        // Tolerated (RFC 4475 §3.1.2.15): a name that ought to be quoted, where no list makes its comma ambiguous.
        let words = cursor.take {
            $0 != ASCII.less && $0 != ASCII.semicolon && $0 != ASCII.quote && !(inList && $0 == ASCII.comma)
        }.trimmed
        if cursor.take(ASCII.less) {
            if displayName == nil, !words.isEmpty { displayName = cursor.text(words) }
            let text = cursor.take { $0 != ASCII.greater }
            guard cursor.take(ASCII.greater) else { throw cursor.failure("\">\" is missing after the URI") }
            uri = try Self.uri(text.trimmed, at: start - cursor.bytes.startIndex, cursor.field, cursor.onlyChecks)
        } else {
            // RFC 3261 §20: a URI with "?" needs brackets, else nobody knows whose it is.
            guard !words.contains(ASCII.question) else { throw cursor.failure("URI with headers is not in brackets") }
            uri = try Self.uri(words, at: start - cursor.bytes.startIndex, cursor.field, cursor.onlyChecks)
        }
        parameters = try cursor.parameters()
    }

    private static func uri(
        _ text: ArraySlice<UInt8>, at start: Int, _ field: String, _ onlyChecks: Bool
    ) throws(SIPSyntaxError) -> SIPURI {
        do {
            return try SIPURI(ascii: text, onlyChecks: onlyChecks)
        } catch {
            throw SIPSyntaxError(field: field, offset: start + error.offset, problem: error.problem)
        }
    }
}

extension SIPNameAddress: CustomStringConvertible {
    package var description: String {
        var buffer: [UInt8] = []
        write(to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// Appends `"name" <uri>;parameters`; the brackets are always there, so that parameters cannot change owner.
    package func write(to buffer: inout [UInt8]) {
        if let displayName {
            buffer.appendQuoted(displayName)
            buffer.append(ASCII.space)
        }
        buffer.append(ASCII.less)
        uri.write(to: &buffer)
        buffer.append(ASCII.greater)
        parameters.write(to: &buffer)
    }
}

extension ArraySlice<UInt8> {
    /// `delta-seconds`: RFC 3261 §25.1 sets no limit on its digits, so that what is too large is the largest.
    var deltaSeconds: UInt32? {
        guard !isEmpty, allSatisfy({ $0.isDigit }) else { return nil }
        return decimal(max: UInt64(UInt32.max)).map { UInt32($0) } ?? UInt32.max
    }
}
