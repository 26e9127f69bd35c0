import Glibc
import NIOCore
import PBXBase

extension Endpoint {
    /// The endpoint that a socket address names; nil for Unix-domain sockets.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address): self.init(address.address)
        case .v6(let address): self.init(address.address)
        case .unixDomainSocket: return nil
        }
    }

    init(_ address: sockaddr_in) {
        self.init(
            IPAddress(ipv4: UInt32(bigEndian: address.sin_addr.s_addr)), port: UInt16(bigEndian: address.sin_port))
    }

    init(_ address: sockaddr_in6) {
        let (high, low) = withUnsafeBytes(of: address.sin6_addr) { bytes in
            (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(
            IPAddress(ipv6High: UInt64(bigEndian: high), low: UInt64(bigEndian: low)),
            port: UInt16(bigEndian: address.sin6_port))
    }

    var socketAddress: SocketAddress {
        address.isIPv6 ? SocketAddress(socketAddressV6, host: "") : SocketAddress(socketAddressV4, host: "")
    }

    var socketAddressV4: sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        result.sin_addr = in_addr(s_addr: address.ipv4.bigEndian)
        return result
    }

    var socketAddressV6: sockaddr_in6 {
        var result = sockaddr_in6()
        result.sin6_family = sa_family_t(AF_INET6)
        result.sin6_port = port.bigEndian
        result.sin6_addr = address.systemIPv6
        return result
    }

    /// Calls `body` with the address as the socket calls want it.
    func withSystemAddress<Result>(_ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result) -> Result {
        func rebound<Address>(_ address: inout Address) -> Result {
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    body(pointer, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        if address.isIPv6 {
            var address = socketAddressV6
            return rebound(&address)
        }
        var address = socketAddressV4
        return rebound(&address)
    }
}

extension IPAddress {
    var systemIPv6: in6_addr {
        var result = in6_addr()
        withUnsafeMutableBytes(of: &result) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return result
    }
}
