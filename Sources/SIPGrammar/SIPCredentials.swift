/// One Authorization or Proxy-Authorization value (RFC 7616 §3.4).
package struct SIPCredentials: Hashable, Sendable, CustomStringConvertible {
    /// As written: `Digest`.
    package var scheme: String
    private var parameters: DigestParameters

    package init(scheme: String = "Digest") {
        self.scheme = scheme
        parameters = DigestParameters()
    }

    package init(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) {
        (scheme, parameters) = try DigestParameters.parse(ascii, field: "Authorization")
    }

    package var isDigest: Bool { scheme.utf8.equalsIgnoringCase("Digest") }

    package var username: String? {
        get { parameters["username"] }
        set { parameters.set("username", newValue, isQuoted: true) }
    }
    package var realm: String? {
        get { parameters["realm"] }
        set { parameters.set("realm", newValue, isQuoted: true) }
    }
    package var nonce: String? {
        get { parameters["nonce"] }
        set { parameters.set("nonce", newValue, isQuoted: true) }
    }
    package var uri: String? {
        get { parameters["uri"] }
        set { parameters.set("uri", newValue, isQuoted: true) }
    }
    /// The digest in hexadecimal digits.
    package var response: String? {
        get { parameters["response"] }
        set { parameters.set("response", newValue, isQuoted: true) }
    }
    /// `MD5` when absent.
    package var algorithm: String? {
        get { parameters["algorithm"] }
        set { parameters.set("algorithm", newValue, isQuoted: false) }
    }
    package var cnonce: String? {
        get { parameters["cnonce"] }
        set { parameters.set("cnonce", newValue, isQuoted: true) }
    }
    package var opaque: String? {
        get { parameters["opaque"] }
        set { parameters.set("opaque", newValue, isQuoted: true) }
    }
    package var qop: String? {
        get { parameters["qop"] }
        set { parameters.set("qop", newValue, isQuoted: false) }
    }
    /// How often the nonce has been used: eight hexadecimal digits.
    package var nc: String? {
        get { parameters["nc"] }
        set { parameters.set("nc", newValue, isQuoted: false) }
    }

    package var description: String {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(256)
        parameters.write(scheme: scheme, to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }
}
