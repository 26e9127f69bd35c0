/// One WWW-Authenticate or Proxy-Authenticate value (RFC 7616 §3.3). Several algorithms are several header fields, the
/// preferred one first (RFC 8760 §2.4).
package struct SIPChallenge: Hashable, Sendable, CustomStringConvertible {
    /// As written: `Digest`.
    package var scheme: String
    private var parameters: DigestParameters

    package init(scheme: String = "Digest") {
        self.scheme = scheme
        parameters = DigestParameters()
    }

    package init(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) {
        (scheme, parameters) = try DigestParameters.parse(ascii, field: "WWW-Authenticate")
    }

    package var isDigest: Bool { scheme.utf8.equalsIgnoringCase("Digest") }

    package var realm: String? {
        get { parameters["realm"] }
        set { parameters.set("realm", newValue, isQuoted: true) }
    }
    package var nonce: String? {
        get { parameters["nonce"] }
        set { parameters.set("nonce", newValue, isQuoted: true) }
    }
    package var opaque: String? {
        get { parameters["opaque"] }
        set { parameters.set("opaque", newValue, isQuoted: true) }
    }
    /// `MD5` when absent.
    package var algorithm: String? {
        get { parameters["algorithm"] }
        set { parameters.set("algorithm", newValue, isQuoted: false) }
    }
    /// The protections on offer as one list: `auth` or `auth,auth-int`.
    package var qop: String? {
        get { parameters["qop"] }
        set { parameters.set("qop", newValue, isQuoted: true) }
    }
    /// The nonce was right but is too old: the same password may be tried again without asking anybody.
    package var stale: Bool {
        get { parameters["stale"]?.utf8.equalsIgnoringCase("true") ?? false }
        set { parameters.set("stale", newValue ? "true" : nil, isQuoted: false) }
    }

    /// The elements of `qop` in lower case.
    package var qopOptions: [String] {
        Array((qop ?? "").utf8)[...].split(separator: ASCII.comma).map { $0.trimmed.lowercasedText }
    }

    package var description: String {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(256)
        parameters.write(scheme: scheme, to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }
}
