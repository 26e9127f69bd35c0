package import PBXBase
package import SIPGrammar

/// Where to listen: a transport, and an address and port. An unspecified address takes every address of its family,
/// port 0 one that is free; an IPv6 listener never takes IPv4.
package struct SIPListener: Hashable, Sendable, CustomStringConvertible {
    package var transport: SIPTransportKind
    package var endpoint: Endpoint

    package init(_ transport: SIPTransportKind, _ endpoint: Endpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }

    package var description: String { "\(transport.uriName) \(endpoint)" }
}
