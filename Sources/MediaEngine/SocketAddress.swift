import Glibc
import PBXBase

/// An `Endpoint` in the kernel's form, for either family.
struct SocketAddress {
    // The larger of the two forms; a version 4 address lies at its beginning.
    private var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)

    /// Room for the kernel to write to.
    init() {}

    init(_ endpoint: Endpoint) {
        if endpoint.address.isIPv6 {
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = endpoint.port.bigEndian
            withUnsafeMutableBytes(of: &storage.sin6_addr) { bytes in
                bytes.storeBytes(of: endpoint.address.high.bigEndian, toByteOffset: 0, as: UInt64.self)
                bytes.storeBytes(of: endpoint.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
        } else {
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = endpoint.port.bigEndian
            form.sin_addr.s_addr = endpoint.address.ipv4.bigEndian
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: form, as: sockaddr_in.self) }
        }
    }

    /// nil when the kernel left no address of either family.
    var endpoint: Endpoint? {
        withUnsafeBytes(of: storage) { bytes in
            switch Int32(bytes.load(as: sa_family_t.self)) {
            case AF_INET:
                let form = bytes.load(as: sockaddr_in.self)
                return Endpoint(
                    IPAddress(ipv4: UInt32(bigEndian: form.sin_addr.s_addr)), port: UInt16(bigEndian: form.sin_port))
            case AF_INET6:
                let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                return Endpoint(
                    IPAddress(ipv6High: high, low: low), port: UInt16(bigEndian: storage.sin6_port))
            default: return nil
            }
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
        }
    }
}
