import Glibc
import PBXBase

@testable import MediaEngine

/// A phone's socket on loopback.
final class UDPSocket {
    struct Arrival {
        var bytes: [UInt8]
        var source: Endpoint?
    }

    let local: Endpoint
    private let descriptor: Int32

    init(isIPv6: Bool = false) throws {
        descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw MediaEngineError.systemCall("socket", errno: errno) }
        let wanted = SocketAddress(Endpoint(isIPv6 ? .ipv6Loopback : .ipv4Loopback, port: 0))
        guard wanted.withPointer({ [descriptor] in bind(descriptor, $0, $1) }) == 0 else {
            throw MediaEngineError.systemCall("bind", errno: errno)
        }
        var bound = SocketAddress()
        _ = bound.withMutablePointer { [descriptor] in getsockname(descriptor, $0, $1) }
        guard let endpoint = bound.endpoint else { throw MediaEngineError.systemCall("getsockname", errno: errno) }
        local = endpoint
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to target: Endpoint) {
        _ = SocketAddress(target).withPointer { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
    }

    /// The next datagram; nil when none comes within ten seconds.
    func receive() -> Arrival? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 10_000) == 1 else { return nil }
        var bytes: [UInt8] = Array(repeating: 0, count: 2_048)
        var source = SocketAddress()
        let count = source.withMutablePointer { recvfrom(descriptor, &bytes, bytes.count, 0, $0, $1) }
        guard count >= 0 else { return nil }
        return Arrival(bytes: Array(bytes[..<count]), source: source.endpoint)
    }
}
