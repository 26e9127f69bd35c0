import Foundation

/// A plain UDP or TCP socket on loopback, for messages that no phone would send.
package final class LoopbackSocket: @unchecked Sendable {
    package enum Kind: Sendable { case udp, tcp }

    private let descriptor: Int32
    private let kind: Kind
    package let localPort: UInt16
    private var pending = Data()

    /// A socket connected to `port` on 127.0.0.1 or ::1.
    package init(_ kind: Kind, to port: UInt16, isIPv6: Bool = false) throws {
        self.kind = kind
        let type = kind == .udp ? SOCK_DGRAM : SOCK_STREAM
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type.rawValue), 0)
        let status = Self.withAddress(port: port, isIPv6: isIPv6) { connect(descriptor, $0, $1) }
        guard descriptor >= 0, status == 0 else {
            close(descriptor)
            throw PeerFailure("connect to port \(port) failed: \(String(cString: strerror(errno)))")
        }
        self.descriptor = descriptor
        localPort = Self.boundPort(of: descriptor)
    }

    deinit { close(descriptor) }

    package func send(_ text: String) throws { try send(bytes: Array(text.utf8)) }

    package func send(bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { throw PeerFailure("send failed: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(written)
        }
    }

    /// What arrives next: a datagram, or what the stream has; nil at the deadline, empty when the peer closed.
    package func receive(within seconds: Double = Waiting.patienceSeconds) -> String? {
        receiveBytes(within: seconds).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same as bytes: a piece of a stream may end within a character.
    func receiveBytes(within seconds: Double) -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, Int32(seconds * 1_000)) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    /// The status of the next response, e.g. 401; provisional 100s are passed over. nil at the deadline.
    package func receiveStatus(within seconds: Double = Waiting.patienceSeconds) -> Int? {
        while let text = receive(within: seconds), !text.isEmpty {
            let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
            if status != 100 { return status }
        }
        return nil
    }

    static func canBind(type: __socket_type, port: UInt16, isIPv6: Bool) -> Bool {
        let probe = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(type.rawValue), 0)
        guard probe >= 0 else { return isIPv6 }  // no IPv6 here: nothing to collide with
        defer { close(probe) }
        return withAddress(port: port, isIPv6: isIPv6) { bind(probe, $0, $1) } == 0
    }

    private static func boundPort(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin6_port)  // the port stands at the same place in both families
    }

    private static func withAddress(
        port: UInt16, isIPv6: Bool, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        func call<Address>(_ address: Address) -> Int32 {
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            return call(address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return call(address)
    }
}
