import CLinuxNet
import Glibc
import PBXBase

/// The kernel behind a worker: UDP sockets watched by epoll, one system call per packet each way.
///
/// Level-triggered, and the worker reads one datagram per report: a socket with one packet, the usual case, then costs
/// exactly one `recv`, where draining would cost a second one only to learn that there is nothing left.
struct SyscallIO: PacketIO, ~Copyable {
    private static let wakeToken = UInt64.max
    /// Errors other than refusals passed over at once.
    private static let keptErrorsMax = 64

    let readySocketsMax = 512
    private(set) var now: Instant

    private let epoll: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private let trafficClass: Int32
    private let receiveBufferBytes: Int32

    /// - Parameters:
    ///   - wakeDescriptor: an eventfd; every write to it ends a sleep. Stays the caller's.
    ///   - dscp: six bits for the IP header of what we send; 46 is expedited forwarding (RFC 3246).
    ///   - receiveBufferBytes: how much a socket holds for us, as asked of the kernel.
    static func open(
        wakeDescriptor: Int32, dscp: UInt8 = 46, receiveBufferBytes: Int = 65_536
    ) throws(MediaEngineError) -> SyscallIO {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .systemCall("epoll_create1", errno: errno) }
        let io = SyscallIO(
            epoll: epoll, trafficClass: Int32(dscp & 0x3F) << 2, receiveBufferBytes: Int32(clamping: receiveBufferBytes)
        )
        // Edge-triggered: each write reports once, and nobody has to read the counter back.
        guard io.watch(wakeDescriptor, token: Self.wakeToken, events: EPOLLIN.rawValue | EPOLLET.rawValue) == 0 else {
            throw .systemCall("epoll_ctl", errno: errno)
        }
        return io
    }

    private init(epoll: Int32, trafficClass: Int32, receiveBufferBytes: Int32) {
        self.epoll = epoll
        self.trafficClass = trafficClass
        self.receiveBufferBytes = receiveBufferBytes
        events = .allocate(capacity: readySocketsMax)
        now = Instant(nanoseconds: pbx_linuxnet_monotonic_nanoseconds())
    }

    deinit {
        events.deallocate()
        _ = Glibc.close(epoll)
    }

    mutating func wait(_ pause: Pause) -> Int {
        var timeoutMilliseconds: Int32 = 0
        switch pause {
        case .none: break
        case .until(let moment): pbx_linuxnet_sleep_until(moment.nanoseconds)
        case .untilReady(atMost: nil): timeoutMilliseconds = -1
        // Rounded up, else the last part of a millisecond would be spun away.
        case .untilReady(atMost: .some(let limit)):
            timeoutMilliseconds = Int32(clamping: (max(0, limit.nanoseconds) + 999_999) / 1_000_000)
        }
        let count = epoll_wait(epoll, events, Int32(readySocketsMax), timeoutMilliseconds)
        now = Instant(nanoseconds: pbx_linuxnet_monotonic_nanoseconds())
        return Int(max(0, count))
    }

    var wallTime: WallTime { WallTime(microseconds: pbx_linuxnet_wall_microseconds()) }

    func readySocket(_ index: Int) -> ReadySocket {
        let token = events[index].data.u64
        // The wake-up's token gives a slot that no session has.
        return ReadySocket(
            slot: UInt32(truncatingIfNeeded: token >> 1), isRTCP: token & 1 == 1,
            hasError: events[index].events & EPOLLERR.rawValue != 0)
    }

    mutating func openPair(at rtp: Endpoint, slot: UInt32) -> PairOpening {
        var rtcp = rtp
        rtcp.port &+= 1
        let first = open(at: rtp, token: UInt64(slot) << 1)
        guard first >= 0 else { return opening(failedWith: -first) }
        let second = open(at: rtcp, token: UInt64(slot) << 1 | 1)
        guard second >= 0 else {
            close(first)
            return opening(failedWith: -second)
        }
        return .opened(rtp: first, rtcp: second)
    }

    mutating func close(_ socket: Int32) { _ = Glibc.close(socket) }

    mutating func receive(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
        return count >= 0 ? count : -Int(errno)
    }

    mutating func receive(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, source: inout Endpoint?
    ) -> Int {
        var address = SocketAddress()
        let count = address.withMutablePointer { pointer, length in
            recvfrom(socket, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC), pointer, length)
        }
        guard count >= 0 else { return -Int(errno) }
        source = address.endpoint
        return count
    }

    mutating func send(_ socket: Int32, _ packet: UnsafeRawBufferPointer) -> Int {
        Glibc.send(socket, packet.baseAddress, packet.count, 0) >= 0 ? 0 : -Int(errno)
    }

    mutating func send(
        _ socket: Int32, _ packet: UnsafeRawBufferPointer, to target: Endpoint, from local: IPAddress?
    ) -> Int {
        SocketAddress(target).withPointer { pointer, length in
            guard let local else {
                return sendto(socket, packet.baseAddress, packet.count, 0, pointer, length) >= 0 ? 0 : -Int(errno)
            }
            return SocketAddress(Endpoint(local, port: 0)).withPointer { source, _ in
                Int(pbx_linuxnet_send_from(socket, packet.baseAddress, packet.count, pointer, length, source))
            }
        }
    }

    mutating func connect(_ socket: Int32, to remote: Endpoint) -> Int {
        SocketAddress(remote).withPointer { pointer, length in
            Glibc.connect(socket, pointer, length) == 0 ? 0 : -Int(errno)
        }
    }

    mutating func disconnect(_ socket: Int32) {
        var nobody = sockaddr()
        nobody.sa_family = sa_family_t(AF_UNSPEC)
        _ = Glibc.connect(socket, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
    }

    mutating func takeRefusal(_ socket: Int32) -> Endpoint? {
        for _ in 0..<Self.keptErrorsMax {
            var target = SocketAddress()
            let error = target.withMutablePointer { pbx_linuxnet_take_error(socket, $0, $1) }
            if error < 0 { return nil }
            if error == ECONNREFUSED { return target.endpoint }
        }
        return nil
    }

    func localAddress(of socket: Int32) -> IPAddress? {
        var address = SocketAddress()
        guard address.withMutablePointer({ getsockname(socket, $0, $1) }) == 0 else { return nil }
        return address.endpoint?.address
    }

    private func open(at local: Endpoint, token: UInt64) -> Int32 {
        let isIPv6 = local.address.isIPv6
        let socket = pbx_linuxnet_udp_socket(isIPv6 ? 1 : 0)
        guard socket >= 0 else { return socket }
        let isBound = SocketAddress(local).withPointer { bind(socket, $0, $1) } == 0
        guard isBound, watch(socket, token: token, events: EPOLLIN.rawValue) == 0 else {
            let reason = errno
            _ = Glibc.close(socket)
            return -reason
        }
        // RTCP ports send little, and many phones have none open.
        if token & 1 == 0 { pbx_linuxnet_keep_errors(socket, isIPv6 ? 1 : 0) }
        pbx_linuxnet_tune_media_socket(socket, isIPv6 ? 1 : 0, trafficClass, receiveBufferBytes)
        return socket
    }

    private func opening(failedWith reason: Int32) -> PairOpening {
        // EACCES: a port below 1024 or one that a security policy keeps; others may still be free.
        reason == EADDRINUSE || reason == EACCES ? .portInUse : .refused(errno: reason)
    }

    private func watch(_ descriptor: Int32, token: UInt64, events: UInt32) -> Int32 {
        var event = epoll_event()
        event.events = events
        event.data.u64 = token
        return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }
}
