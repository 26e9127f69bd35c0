import Glibc
import PBXBase

/// The kernel's side of a UDP listener: opened and bound here, read by a NIO channel, written to directly.
///
/// Sending does not go through the channel, since a datagram needs no queue, and since only the system call can say
/// which local address it leaves from and why it did not leave. The socket has two descriptors, so that each side
/// closes its own.
struct DatagramSocket {
    enum Outcome: Equatable {
        case sent
        /// The kernel's buffer is full: lost like on the network, and the sender's retransmission is the remedy.
        case dropped
        case failed(errno: Int32)
    }

    /// Where it is bound, with the real port.
    let endpoint: Endpoint
    private let descriptor: CInt

    /// Opens and binds a socket; `reader` is the reader's to close.
    static func bound(
        to endpoint: Endpoint, bufferBytes: Int, attempt: String
    ) throws(SIPTransportError) -> (socket: DatagramSocket, reader: CInt) {
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let reader = Glibc.socket(endpoint.address.isIPv6 ? AF_INET6 : AF_INET, type, 0)
        guard reader >= 0 else { throw SIPTransportError(errno: errno, attempt: attempt) }
        if endpoint.address.isIPv6 { setOption(reader, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        setOption(reader, SOL_SOCKET, SO_RCVBUF, CInt(clamping: bufferBytes))
        setOption(reader, SOL_SOCKET, SO_SNDBUF, CInt(clamping: bufferBytes))
        let isBound = endpoint.withSystemAddress { bind(reader, $0, $1) == 0 }
        guard isBound, let bound = localEndpoint(of: reader) else {
            let error = SIPTransportError(errno: errno, attempt: attempt)
            Glibc.close(reader)
            throw error
        }
        let writer = fcntl(reader, F_DUPFD_CLOEXEC, 0)
        guard writer >= 0 else {
            let error = SIPTransportError(errno: errno, attempt: attempt)
            Glibc.close(reader)
            throw error
        }
        return (DatagramSocket(endpoint: bound, descriptor: writer), reader)
    }

    /// Ends the sending side; not to be used afterwards.
    func close() { Glibc.close(descriptor) }

    /// Sends one datagram. From a socket that is bound to every address it leaves from `local`, which is where the peer
    /// had reached us (and the only address that its NAT lets back in); an unspecified `local` leaves the choice to the
    /// kernel.
    func send(_ bytes: [UInt8], to remote: Endpoint, from local: IPAddress) -> Outcome {
        let choosesSource =
            endpoint.address.isUnspecified && !local.isUnspecified && local.isIPv6 == remote.address.isIPv6
        while true {
            let sent = choosesSource ? send(bytes, to: remote, source: local) : send(bytes, to: remote)
            if sent >= 0 { return .sent }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS, ENOMEM: return .dropped
            case let number: return .failed(errno: number)
            }
        }
    }

    private func send(_ bytes: [UInt8], to remote: Endpoint) -> Int {
        bytes.withUnsafeBytes { payload in
            remote.withSystemAddress { address, length in
                sendto(descriptor, payload.baseAddress, payload.count, CInt(MSG_NOSIGNAL), address, length)
            }
        }
    }

    private func send(_ bytes: [UInt8], to remote: Endpoint, source: IPAddress) -> Int {
        if source.isIPv6 {
            let information = IPv6PacketInformation(address: source.systemIPv6, interface: 0)
            return send(bytes, to: remote, level: CInt(IPPROTO_IPV6), type: IPV6_PKTINFO, control: information)
        }
        let address = in_addr(s_addr: source.ipv4.bigEndian)
        let information = in_pktinfo(ipi_ifindex: 0, ipi_spec_dst: address, ipi_addr: in_addr())
        return send(bytes, to: remote, level: CInt(IPPROTO_IP), type: IP_PKTINFO, control: information)
    }

    /// RFC 3542 §6.2: the source address travels as ancillary data.
    private func send<Control>(
        _ bytes: [UInt8], to remote: Endpoint, level: CInt, type: CInt, control: Control
    ) -> Int {
        let headerBytes = MemoryLayout<cmsghdr>.stride
        let controlBytes = (headerBytes + MemoryLayout<Control>.size + 7) & ~7
        return withUnsafeTemporaryAllocation(byteCount: controlBytes, alignment: 8) { ancillary in
            var header = cmsghdr()
            header.cmsg_len = headerBytes + MemoryLayout<Control>.size
            header.cmsg_level = level
            header.cmsg_type = type
            ancillary.initializeMemory(as: UInt8.self, repeating: 0)
            ancillary.storeBytes(of: header, as: cmsghdr.self)
            withUnsafeBytes(of: control) { ancillary[headerBytes...].copyBytes(from: $0) }
            return bytes.withUnsafeBytes { payload in
                remote.withSystemAddress { address, length in
                    var vector = iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress), iov_len: payload.count)
                    return withUnsafeMutablePointer(to: &vector) { vector in
                        var message = msghdr()
                        message.msg_name = UnsafeMutableRawPointer(address)
                        message.msg_namelen = length
                        message.msg_iov = vector
                        message.msg_iovlen = 1
                        message.msg_control = ancillary.baseAddress
                        message.msg_controllen = controlBytes
                        return sendmsg(descriptor, &message, CInt(MSG_NOSIGNAL))
                    }
                }
            }
        }
    }

    private static func setOption(_ descriptor: CInt, _ level: CInt, _ name: CInt, _ value: CInt) {
        var value = value
        // A refused option costs speed or a clearer bind error later; the socket works without it.
        _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// The address and port that a socket is bound to.
    static func localEndpoint(of descriptor: CInt) -> Endpoint? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let result = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
            guard result == 0 else { return nil }
            switch CInt(pointer.pointee.ss_family) {
            case AF_INET: return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Endpoint($0.pointee) }
            case AF_INET6: return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { Endpoint($0.pointee) }
            default: return nil
            }
        }
    }
}

/// RFC 3542 §6.1: `in6_pktinfo`, which Glibc's module hides.
private struct IPv6PacketInformation {
    var address: in6_addr
    var interface: CUnsignedInt
}
