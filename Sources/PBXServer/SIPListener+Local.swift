import PBXBase
import PBXModel
import SIPGrammar
import SIPTransport

// Which listener phones on this machine go to.
extension [SIPListener] {
    /// UDP before TCP, loopback and every-address before others, IPv4 before IPv6; only where calls can have audio.
    func bestForLocalPhones(_ media: MediaSettings) -> SIPListener? {
        func rank(_ listener: SIPListener) -> Int {
            let address = listener.reachableEndpoint.address
            return (listener.transport == .udp ? 0 : 4) + (address.isLoopback ? 0 : 2) + (address.isIPv6 ? 1 : 0)
        }
        return filter { listener in
            (listener.transport == .udp || listener.transport == .tcp)
                && (listener.endpoint.address.isIPv6 ? media.ipv6 : media.ipv4) != nil
        }.min { rank($0) < rank($1) }
    }
}

extension SIPListener {
    /// Where this machine reaches it.
    var reachableEndpoint: Endpoint {
        guard endpoint.address.isUnspecified else { return endpoint }
        return Endpoint(endpoint.address.isIPv6 ? .ipv6Loopback : .ipv4Loopback, port: endpoint.port)
    }
}
