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

    /// Has the kernel tell the traffic class of what comes, for `receiveTrafficClass`.
    func watchTrafficClass() {
        var isOn: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        if local.address.isIPv6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVTCLASS, &isOn, length)
        } else {
            setsockopt(descriptor, Int32(IPPROTO_IP), IP_RECVTOS, &isOn, length)
        }
    }

    /// The traffic class of the next datagram, whose upper six bits are the DSCP; nil when none comes.
    func receiveTrafficClass() -> UInt8? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 10_000) == 1 else { return nil }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 16)
        let control = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
        defer {
            bytes.deallocate()
            control.deallocate()
        }
        control.initializeMemory(as: UInt8.self, repeating: 0)
        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
            var message = msghdr()
            message.msg_iov = part
            message.msg_iovlen = 1
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            guard recvmsg(descriptor, &message, 0) > 0, message.msg_controllen > 16 else { return nil }
            // Behind a header of length, level and type (cmsg(3)).
            return control[16]
        }
    }
}
