package import PBXBase

/// A SIP, SIPS or tel URI taken apart (RFC 3261 §19.1, RFC 3966), or any other URI kept as it is.
package struct SIPURI: Hashable, Sendable {
    package enum Scheme: Hashable, Sendable {
        case sip, sips, tel
        /// Lower case. Everything after the colon is in `opaque`.
        case other(String)
    }

    package var scheme: Scheme
    /// Decoded: `%23` reads `#` here and is escaped again when written. The number of a tel URI.
    package var user: String?
    /// As written, escapes included.
    package var password: String?
    /// Lower case; IPv6 without brackets; empty for tel and other schemes.
    package var host: String
    package var port: UInt16?
    /// Names and values decoded.
    package var parameters: SIPParameters
    /// What follows `?`, as written.
    package var headers: String?
    /// What follows the colon of a scheme that we do not take apart.
    package var opaque: String?

    /// A `sip` URI made by us.
    package init(user: String?, host: String, port: UInt16?, transport: SIPTransportKind? = nil) {
        scheme = .sip
        self.user = user
        self.host = host
        self.port = port
        parameters = SIPParameters()
        if let transport { parameters["transport"] = transport.uriName }
    }

    init(scheme: Scheme, host: String) {
        self.scheme = scheme
        self.host = host
        parameters = SIPParameters()
    }

    /// The `transport` parameter, if it names one we speak; `sips` without it means TLS.
    package var transport: SIPTransportKind? {
        if let name = parameters["transport"] { return SIPTransportKind(uriName: name) }
        return scheme == .sips ? .tls : nil
    }

    /// The host as an address; nil when it is a name.
    package var hostAddress: IPAddress? { IPAddress(host) }

    /// RFC 3261 §19.1.1: a route element that routes loosely.
    package var isLooseRouter: Bool { parameters.contains("lr") }
}

extension SIPURI: CustomStringConvertible {
    package var description: String {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(64)
        write(to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// Appends the URI as it goes on the wire.
    package func write(to buffer: inout [UInt8]) {
        buffer.append(schemeName)
        buffer.append(ASCII.colon)
        if let opaque { return buffer.append(opaque) }
        if let user {
            buffer.append(escaping: user, unless: { $0.isUserByte })
            if let password {
                buffer.append(ASCII.colon)
                buffer.append(password)
            }
            if scheme != .tel { buffer.append(ASCII.at) }
        }
        writeHostAndPort(to: &buffer)
        for parameter in parameters.items {
            buffer.append(ASCII.semicolon)
            buffer.append(escaping: parameter.name, unless: { $0.isURIParameterByte })
            guard let value = parameter.value else { continue }
            buffer.append(ASCII.equals)
            buffer.append(escaping: value, unless: { $0.isURIParameterByte })
        }
        if let headers {
            buffer.append(ASCII.question)
            buffer.append(headers)
        }
    }

    private func writeHostAndPort(to buffer: inout [UInt8]) {
        buffer.append(host: host)
        if let port {
            buffer.append(ASCII.colon)
            buffer.append(decimal: port)
        }
    }

    private var schemeName: String {
        switch scheme {
        case .sip: "sip"
        case .sips: "sips"
        case .tel: "tel"
        case .other(let name): name
        }
    }
}

extension [UInt8] {
    /// Appends a host; an IPv6 address gets its brackets.
    mutating func append(host: String) {
        let isIPv6 = host.utf8.contains(ASCII.colon)
        if isIPv6 { append(ASCII.leftBracket) }
        append(host)
        if isIPv6 { append(ASCII.rightBracket) }
    }

    /// Appends `text` with `%XX` for every byte that may not stand for itself.
    mutating func append(escaping text: String, unless isAllowed: (UInt8) -> Bool) {
        for byte in text.utf8 {
            if isAllowed(byte) {
                append(byte)
            } else {
                append(ASCII.percent)
                append(upperHexadecimalDigit(byte >> 4))
                append(upperHexadecimalDigit(byte & 15))
            }
        }
    }
}

private func upperHexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? ASCII.zero + value : UInt8(ascii: "A") + value - 10
}
