package import PBXBase
package import SIPGrammar

/// Chooses the way to a peer for requests inside a dialog.
///
/// RFC 3261 §12.2.1.1 sends to the first route or the remote target. A phone behind a NAT names a target that cannot be
/// reached; what can be is the address its packets come from. So: a route decides when there is one; a stream stays on
/// its connection; a peer whose Via shows a NAT (RFC 3581) is reached where it came from; otherwise its target counts.
package enum PeerFlow {
    /// - Parameter request: the peer's request that names the target; nil when a response did.
    package static func toward(_ target: SIPURI, request: SIPMessage?, routes: RouteSet, arrival: Flow) -> Flow {
        if let hop = routes.firstHop { return flow(to: hop, over: arrival) ?? arrival }
        if arrival.transport.isReliable { return arrival }
        if let via = request?.topViaAddress, via != arrival.remote.address { return arrival }
        guard let address = target.hostAddress, !isPrivateToPeer(address, source: arrival.remote.address) else {
            return arrival
        }
        return flow(to: target, over: arrival) ?? arrival
    }

    /// The flow to a URI whose host is an address; nil for a name, which only a resolver can place.
    package static func flow(to uri: SIPURI, over arrival: Flow) -> Flow? {
        guard let address = uri.hostAddress, address.isIPv6 == arrival.local.address.isIPv6 else { return nil }
        let transport = uri.transport ?? .udp
        let endpoint = Endpoint(address, port: uri.port ?? (transport.isSecure ? 5061 : 5060))
        if transport == arrival.transport, endpoint == arrival.remote { return arrival }
        return Flow(transport: transport, local: arrival.local, remote: endpoint)
    }

    /// A private target of a peer that reaches us from elsewhere is an address on the peer's own side of a NAT.
    private static func isPrivateToPeer(_ target: IPAddress, source: IPAddress) -> Bool {
        target != source && target.isPrivate
    }
}

extension IPAddress {
    /// RFC 1918, RFC 6598, RFC 3927, RFC 4193 and loopback: not reachable from elsewhere.
    package var isPrivate: Bool {
        if isIPv6 { return high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 || isLoopback }
        return ipv4 >> 24 == 10 || ipv4 >> 20 == 0xAC1 || ipv4 >> 16 == 0xC0A8 || ipv4 >> 22 == 0x6440 >> 6
            || ipv4 >> 16 == 0xA9FE || ipv4 >> 24 == 127
    }
}
