/// How a SIP message travels.
package enum SIPTransportKind: UInt8, Sendable, Hashable, CaseIterable {
    case udp, tcp, tls, ws, wss

    /// Whether the transport itself repeats what is lost, so that transactions need not (RFC 3261 §17).
    package var isReliable: Bool { self != .udp }
    package var isSecure: Bool { self == .tls || self == .wss }

    /// As in a Via header: `UDP`.
    package var viaName: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        case .ws: "WS"
        case .wss: "WSS"
        }
    }

    /// As in a URI's `transport` parameter: `udp`.
    package var uriName: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        case .ws: "ws"
        case .wss: "wss"
        }
    }

    /// Where the transport listens when a URI or Via names no port (RFC 3261 §19.1.2, RFC 7118 §5).
    package var defaultPort: UInt16 {
        switch self {
        case .udp, .tcp: 5060
        case .tls: 5061
        case .ws: 80
        case .wss: 443
        }
    }

    /// From a Via header, without regard to case; nil for a transport we do not speak.
    package init?(viaName: String) {
        self.init(ascii: Array(viaName.utf8)[...])
    }

    /// From a URI's `transport` parameter, without regard to case; nil for a transport we do not speak.
    package init?(uriName: String) {
        self.init(ascii: Array(uriName.utf8)[...])
    }

    init?(ascii name: ArraySlice<UInt8>) {
        guard let match = Self.allCases.first(where: { name.equalsIgnoringCase($0.uriName) }) else { return nil }
        self = match
    }
}
