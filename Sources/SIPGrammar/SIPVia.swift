package import PBXBase

/// One hop that a request has passed (RFC 3261 §20.42).
package struct SIPVia: Hashable, Sendable {
    /// As written: `UDP`, or a transport that we do not speak.
    package var transportName: String
    /// Lower case; IPv6 without brackets.
    package var host: String
    package var port: UInt16?
    package var parameters: SIPParameters

    package init(transport: SIPTransportKind, host: String, port: UInt16?, branch: String, wantsRport: Bool = true) {
        transportName = transport.viaName
        self.host = host
        self.port = port
        parameters = SIPParameters()
        if wantsRport { parameters.set("rport", nil) }
        parameters["branch"] = branch
    }

    /// Parses the first value of a Via field; values that follow a comma are left alone.
    package init(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) { try self.init(ascii: ascii, onlyChecks: false) }

    /// - Parameter onlyChecks: of the value itself nothing may be used.
    init(ascii: ArraySlice<UInt8>, onlyChecks: Bool) throws(SIPSyntaxError) {
        var cursor = FieldCursor(ascii, field: "Via", onlyChecks: onlyChecks)
        cursor.skipWhitespace()
        guard try cursor.token("protocol").equalsIgnoringCase("SIP"), cursor.takeSeparator(ASCII.slash),
            try cursor.token("protocol version").equalsIgnoringCase("2.0"), cursor.takeSeparator(ASCII.slash)
        else { throw cursor.failure("protocol is not \"SIP/2.0\"") }
        let transport = try cursor.token("transport")
        transportName = cursor.text(transport)
        guard cursor.current?.isWhitespace == true else { throw cursor.failure("host is missing") }
        cursor.skipWhitespace()
        (host, port) = try cursor.hostAndPort()
        parameters = try cursor.parameters()
        cursor.skipWhitespace()
        guard cursor.isAtEnd || cursor.current == ASCII.comma else {
            throw cursor.failure("unexpected character after the host")
        }
    }

    /// Nil for a transport that we do not speak.
    package var transport: SIPTransportKind? { SIPTransportKind(viaName: transportName) }
    package var branch: String? { parameters["branch"] }

    /// Where the next hop saw the request come from (RFC 3261 §18.2.1), as written without brackets.
    package var received: String? {
        guard let text = parameters["received"] else { return nil }
        return text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    }

    package var receivedAddress: IPAddress? { received.flatMap { IPAddress($0) } }

    /// RFC 3581: the sender asks for the answer at the port the request came from.
    package var hasRport: Bool { parameters.contains("rport") }
    /// The port filled in by the next hop; nil while it is only asked for.
    package var rport: UInt16? { parameters["rport"].flatMap { UInt16($0) } }

    /// Whether the branch is unique by RFC 3261 §8.1.1.7, so that it alone names the transaction. The cookie with
    /// nothing behind it (RFC 4475 §3.3.15) is not.
    package var hasMagicCookie: Bool { branch.map { Array($0.utf8)[...].hasMagicCookie } ?? false }
}

extension SIPVia: CustomStringConvertible {
    package var description: String {
        var buffer: [UInt8] = []
        write(to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    package func write(to buffer: inout [UInt8]) {
        buffer.append("SIP/2.0/")
        buffer.append(transportName)
        buffer.append(ASCII.space)
        buffer.append(host: host)
        if let port {
            buffer.append(ASCII.colon)
            buffer.append(decimal: port)
        }
        parameters.write(to: &buffer)
    }
}

extension ArraySlice<UInt8> {
    /// Whether this branch starts with `z9hG4bK` and goes on.
    package var hasMagicCookie: Bool {
        count > 7 && prefix(7).equalsIgnoringCase("z9hG4bK")
    }
}
