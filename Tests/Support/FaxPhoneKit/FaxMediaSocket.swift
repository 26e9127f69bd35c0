import CLinuxNet
import Glibc
import PBXBase
import SystemTestKit

/// A UDP port on 127.0.0.1 for one call's packets, RTP first and fax packets later.
final class FaxMediaSocket {
    private static let datagramBytesMax = 2_048

    private let descriptor: Int32
    let endpoint: Endpoint
    private var buffer = [UInt8](repeating: 0, count: datagramBytesMax)

    init() throws {
        let descriptor = pbx_linuxnet_udp_socket(0)
        guard descriptor >= 0 else { throw PeerFailure("no socket: \(String(cString: strerror(-descriptor)))") }
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            close(descriptor)
            throw PeerFailure("no port for media")
        }
        self.descriptor = descriptor
        endpoint = Endpoint(.ipv4Loopback, port: UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// The next datagram that has come, without waiting; nil when there is none.
    func receive() -> [UInt8]? {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : Array(buffer.prefix(count))
    }

    /// To a port of 127.0.0.1.
    func send(_ datagram: [UInt8], to target: Endpoint) {
        var address = Self.loopback(port: target.port)
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor, datagram, datagram.count, Int32(MSG_NOSIGNAL), $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
