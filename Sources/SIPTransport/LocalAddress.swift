import Glibc
package import PBXBase

/// The address that this machine would use towards `remote`: what to advertise when a listener takes every address and
/// no packet of the peer has told which one it reached. Asks the routing table through an unsent UDP socket; nil when
/// there is no route.
package func localAddress(towards remote: IPAddress) -> IPAddress? {
    let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let probe = socket(remote.isIPv6 ? AF_INET6 : AF_INET, type, 0)
    guard probe >= 0 else { return nil }
    defer { close(probe) }
    // Connecting a datagram socket only looks the route up; the port is any but 0.
    let isRouted = Endpoint(remote, port: 5060).withSystemAddress { connect(probe, $0, $1) == 0 }
    guard isRouted, let local = DatagramSocket.localEndpoint(of: probe), !local.address.isUnspecified else {
        return nil
    }
    return local.address
}
