/// The name of a header field: one of those that we understand, or any other in lower case.
package enum SIPHeaderName: Hashable, Sendable, CustomStringConvertible {
    case via, from, to, callID, cseq, contact, maxForwards, route, recordRoute, contentType, contentLength, expires,
        minExpires, allow, supported, require, proxyRequire, unsupported, authorization, wwwAuthenticate,
        proxyAuthorization, proxyAuthenticate, userAgent, server, path, reason, retryAfter, referTo, referredBy,
        replaces, event, accept, sessionExpires, minSE, rack, rseq, pAssertedIdentity, privacy, date, warning,
        alertInfo, callInfo, subject, subscriptionState, allowEvents, diversion, organization, contentEncoding,
        contentDisposition, mimeVersion
    case other(String)

    /// From the full or the compact form, without regard to case.
    package init(_ text: some StringProtocol) {
        self.init(ascii: Array(text.utf8)[...])
    }

    package init(ascii name: ArraySlice<UInt8>) {
        let code = HeaderNameIndex.shared.code(of: name.span, in: 0..<name.count)
        self = code < Self.known.count ? Self.known[Int(code)] : .other(name.lowercasedText)
    }

    /// As it is usually written: `Call-ID`. Other names get a capital after each hyphen.
    package var canonicalName: String {
        guard case .other(let name) = self else { return row.name }
        var isFirst = true
        let bytes = name.utf8.map { byte in
            defer { isFirst = byte == 0x2D }
            return isFirst && byte.isLetter ? byte & 0xDF : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var description: String { canonicalName }

    /// Its place in `known`, by which a message's index names it; `otherCode` for a name that is not there.
    var code: UInt8 { row.code }

    static let otherCode: UInt8 = 255

    /// The one-letter form (RFC 3261 §7.3.3, RFC 3515, RFC 3892, RFC 4028, RFC 6665), if there is one.
    var compactName: String? { row.compact }
}

extension SIPHeaderName {
    private struct Row {
        var code: UInt8
        var name: String
        var compact: String?

        init(_ code: UInt8, _ name: String, _ compact: String? = nil) {
            self.code = code
            self.name = name
            self.compact = compact
        }
    }

    /// Always inlined, so that asking for one column costs a look-up and not the making of a row.
    @inline(__always)
    private var row: Row {
        switch self {
        case .via: Row(0, "Via", "v")
        case .from: Row(1, "From", "f")
        case .to: Row(2, "To", "t")
        case .callID: Row(3, "Call-ID", "i")
        case .cseq: Row(4, "CSeq")
        case .contact: Row(5, "Contact", "m")
        case .maxForwards: Row(6, "Max-Forwards")
        case .route: Row(7, "Route")
        case .recordRoute: Row(8, "Record-Route")
        case .contentType: Row(9, "Content-Type", "c")
        case .contentLength: Row(10, "Content-Length", "l")
        case .expires: Row(11, "Expires")
        case .minExpires: Row(12, "Min-Expires")
        case .allow: Row(13, "Allow")
        case .supported: Row(14, "Supported", "k")
        case .require: Row(15, "Require")
        case .proxyRequire: Row(16, "Proxy-Require")
        case .unsupported: Row(17, "Unsupported")
        case .authorization: Row(18, "Authorization")
        case .wwwAuthenticate: Row(19, "WWW-Authenticate")
        case .proxyAuthorization: Row(20, "Proxy-Authorization")
        case .proxyAuthenticate: Row(21, "Proxy-Authenticate")
        case .userAgent: Row(22, "User-Agent")
        case .server: Row(23, "Server")
        case .path: Row(24, "Path")
        case .reason: Row(25, "Reason")
        case .retryAfter: Row(26, "Retry-After")
        case .referTo: Row(27, "Refer-To", "r")
        case .referredBy: Row(28, "Referred-By", "b")
        case .replaces: Row(29, "Replaces")
        case .event: Row(30, "Event", "o")
        case .accept: Row(31, "Accept")
        case .sessionExpires: Row(32, "Session-Expires", "x")
        case .minSE: Row(33, "Min-SE")
        case .rack: Row(34, "RAck")
        case .rseq: Row(35, "RSeq")
        case .pAssertedIdentity: Row(36, "P-Asserted-Identity")
        case .privacy: Row(37, "Privacy")
        case .date: Row(38, "Date")
        case .warning: Row(39, "Warning")
        case .alertInfo: Row(40, "Alert-Info")
        case .callInfo: Row(41, "Call-Info")
        case .subject: Row(42, "Subject", "s")
        case .subscriptionState: Row(43, "Subscription-State")
        case .allowEvents: Row(44, "Allow-Events", "u")
        case .diversion: Row(45, "Diversion")
        case .organization: Row(46, "Organization")
        case .contentEncoding: Row(47, "Content-Encoding", "e")
        case .contentDisposition: Row(48, "Content-Disposition")
        case .mimeVersion: Row(49, "MIME-Version")
        case .other(let name): Row(Self.otherCode, name)
        }
    }

    /// Every name that has a row, in the order of the codes.
    static let known: [SIPHeaderName] = [
        .via, .from, .to, .callID, .cseq, .contact, .maxForwards, .route, .recordRoute, .contentType, .contentLength,
        .expires, .minExpires, .allow, .supported, .require, .proxyRequire, .unsupported, .authorization,
        .wwwAuthenticate, .proxyAuthorization, .proxyAuthenticate, .userAgent, .server, .path, .reason, .retryAfter,
        .referTo, .referredBy, .replaces, .event, .accept, .sessionExpires, .minSE, .rack, .rseq, .pAssertedIdentity,
        .privacy, .date, .warning, .alertInfo, .callInfo, .subject, .subscriptionState, .allowEvents, .diversion,
        .organization, .contentEncoding, .contentDisposition, .mimeVersion,
    ]
}
