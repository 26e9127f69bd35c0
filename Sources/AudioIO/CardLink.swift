import Glibc
package import PBXBase

/// The sound card's end of its line to the media engine: a UDP socket on loopback. The card is a party like any other
/// to the engine, and its jitter buffers on both sides make up for the two clocks.
package final class CardLink: Sendable {
    private let descriptor: Int32
    /// Where the engine sends what the card plays.
    package let endpoint: Endpoint

    /// nil when the kernel gives no socket.
    /// - Parameter hasOwnTime: packets count from when the kernel took them; not in virtual time.
    package init?(hasOwnTime: Bool = true) {
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let made = socket(AF_INET, type, 0)
        guard made >= 0 else { return nil }
        var address = Self.systemAddress(Endpoint(.ipv4Loopback, port: 0))
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { found in
                bind(made, found.baseAddress, length) == 0 && getsockname(made, found.baseAddress, &length) == 0
            }
        }
        guard isBound else {
            close(made)
            return nil
        }
        // Without it packets count as arrived when they are read, which is only a little worse.
        var isOn: CInt = hasOwnTime ? 1 : 0
        setsockopt(made, SOL_SOCKET, SO_TIMESTAMPNS, &isOn, socklen_t(MemoryLayout<CInt>.size))
        descriptor = made
        endpoint = Endpoint(.ipv4Loopback, port: UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// Names the engine's end; packets of others are not taken.
    package func connect(to engine: Endpoint) -> Bool {
        var address = Self.systemAddress(engine)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { Glibc.connect(descriptor, $0.baseAddress, length) == 0 }
        }
    }

    func send(_ packet: UnsafeRawBufferPointer) {
        // An engine that is just being stopped does not listen any more; nothing depends on this packet.
        _ = Glibc.send(descriptor, packet.baseAddress, packet.count, 0)
    }

    /// The next packet that waits, and for how long it has waited; nil when there is none.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, waited: Interval)? {
        var control = ControlMessage()
        var part = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
        return withUnsafeMutableBytes(of: &control) { control in
            withUnsafeMutablePointer(to: &part) { part in
                var message = msghdr()
                message.msg_iov = part
                message.msg_iovlen = 1
                message.msg_control = control.baseAddress
                message.msg_controllen = control.count
                let count = recvmsg(descriptor, &message, 0)
                guard count > 0 else { return nil }
                return (count, Self.waited(since: control.loadUnaligned(as: ControlMessage.self)))
            }
        }
    }

    /// One control message as the kernel writes it: the header, and a time (`SCM_TIMESTAMPNS`).
    private struct ControlMessage {
        var header = cmsghdr()
        var arrived = timespec()
    }

    private static func waited(since message: ControlMessage) -> Interval {
        guard message.header.cmsg_level == SOL_SOCKET, message.header.cmsg_type == SO_TIMESTAMPNS else { return .zero }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let seconds = Int64(now.tv_sec) - Int64(message.arrived.tv_sec)
        let waited = seconds * 1_000_000_000 + Int64(now.tv_nsec) - Int64(message.arrived.tv_nsec)
        // The wall clock may have been set meanwhile.
        return Interval(nanoseconds: (0...waitedMax.nanoseconds).contains(waited) ? waited : 0)
    }

    private static let waitedMax = Interval.milliseconds(500)

    private static func systemAddress(_ endpoint: Endpoint) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = endpoint.address.ipv4.bigEndian
        return address
    }
}
