package import PBXBase

/// One way to a peer: transport, both ends, and for streams the connection. A response goes back along the flow its
/// request came in on.
package struct Flow: Hashable, Sendable, CustomStringConvertible {
    package var transport: SIPTransportKind
    package var local: Endpoint
    package var remote: Endpoint
    /// The stream's number, given by the transport; 0 for datagrams and for a stream that is still to be opened.
    package var connection: UInt64

    package init(transport: SIPTransportKind, local: Endpoint, remote: Endpoint, connection: UInt64 = 0) {
        self.transport = transport
        self.local = local
        self.remote = remote
        self.connection = connection
    }

    /// `udp 192.0.2.1:5060 to 192.0.2.9:5060`, for logs.
    package var description: String { "\(transport.uriName) \(local) to \(remote)" }
}
