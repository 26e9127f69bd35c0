import PBXBase

/// A network in memory for tests: packets are put into sockets by hand, what is sent is kept, time passes when told.
/// It filters like the kernel: a connected socket takes from its peer only, and if it was bound to every address,
/// connecting binds it to the one that the route suggests.
final class MemoryIO: PacketIO {
    /// A datagram that left.
    struct Sent: Hashable, Sendable {
        var from: Endpoint
        var to: Endpoint
        var bytes: [UInt8]
    }

    private struct Datagram {
        var source: Endpoint
        var bytes: [UInt8]
    }

    private struct Socket {
        /// Where it is bound, for as long as it is open.
        var local: Endpoint
        /// What connecting made of an unspecified local address.
        var routedAddress: IPAddress?
        var ready: ReadySocket
        var peer: Endpoint?
        var isOpen = true
        /// The next call fails with the answer to an earlier packet.
        var isRefused = false
        /// Where the packets went that were refused.
        var refusals: [Endpoint] = []
        var queue: [Datagram] = []

        func isBound(to target: Endpoint) -> Bool {
            guard local.address.isUnspecified else { return local == target }
            return local.port == target.port && local.address.isIPv6 == target.address.isIPv6
        }
    }

    let readySocketsMax: Int
    var now = Instant(nanoseconds: 1_000_000_000_000)
    /// Everything sent so far, oldest first.
    private(set) var sent: [Sent] = []
    /// Datagrams that a connected socket kept out.
    private(set) var filtered = 0
    /// Ports that another program has.
    var portsInUse: Set<UInt16> = []
    /// How many more sockets the kernel gives.
    var socketsLeft = Int.max
    /// Whether `connect` works; false as without a route.
    var canConnect = true
    /// The address of ours that the route to every peer suggests to sockets that are bound to all.
    var routedAddress: IPAddress?
    /// How the worker wanted to sleep, last time.
    private(set) var lastPause = Pause.none

    private var sockets: [Socket] = []
    private var readyNow: [ReadySocket] = []

    init(readySocketsMax: Int = 512) { self.readySocketsMax = readySocketsMax }

    // MARK: The test's side

    /// Puts a datagram into the socket that takes what comes to `target`; false when there is none.
    @discardableResult
    func deliver(_ bytes: [UInt8], from source: Endpoint, to target: Endpoint) -> Bool {
        guard let index = sockets.firstIndex(where: { $0.isOpen && $0.isBound(to: target) }) else { return false }
        let isForAnotherAddress = sockets[index].routedAddress.map { $0 != target.address } ?? false
        if let peer = sockets[index].peer, peer != source || isForAnotherAddress {
            filtered += 1
            return false
        }
        sockets[index].queue.append(Datagram(source: source, bytes: bytes))
        return true
    }

    /// The host at `target` answers what came from `local` with ICMP "port unreachable".
    func refuse(at local: Endpoint, target: Endpoint) {
        for index in sockets.indices where sockets[index].local == local {
            sockets[index].isRefused = true
            sockets[index].refusals.append(target)
        }
    }

    func peer(of local: Endpoint) -> Endpoint? {
        sockets.first { $0.isOpen && $0.local == local }?.peer
    }

    func queuedCount(at local: Endpoint) -> Int {
        sockets.first { $0.isOpen && $0.local == local }?.queue.count ?? 0
    }

    var openSocketCount: Int { sockets.count { $0.isOpen } }

    /// Forgets what was sent, and returns it.
    func takeSent() -> [Sent] {
        defer { sent = [] }
        return sent
    }

    func advance(_ interval: Interval) { now = now + interval }

    // MARK: The worker's side

    func wait(_ pause: Pause) -> Int {
        lastPause = pause
        if case .until(let moment) = pause, moment > now { now = moment }
        readyNow = sockets.filter { $0.isOpen && (!$0.queue.isEmpty || !$0.refusals.isEmpty) }.prefix(readySocketsMax)
            .map { ReadySocket(slot: $0.ready.slot, isRTCP: $0.ready.isRTCP, hasError: !$0.refusals.isEmpty) }
        return readyNow.count
    }

    /// A fixed day, plus the time that has passed.
    var wallTime: WallTime { WallTime(microseconds: 1_700_000_000_000_000 + now.nanoseconds / 1_000) }

    func readySocket(_ index: Int) -> ReadySocket { readyNow[index] }

    func openPair(at rtp: Endpoint, slot: UInt32) -> PairOpening {
        let rtcp = Endpoint(rtp.address, port: rtp.port + 1)
        if portsInUse.contains(rtp.port) || portsInUse.contains(rtcp.port) { return .portInUse }
        guard socketsLeft >= 2 else { return .refused(errno: 24) }
        socketsLeft -= 2
        sockets.append(Socket(local: rtp, ready: ReadySocket(slot: slot, isRTCP: false)))
        sockets.append(Socket(local: rtcp, ready: ReadySocket(slot: slot, isRTCP: true)))
        return .opened(rtp: Int32(sockets.count - 2), rtcp: Int32(sockets.count - 1))
    }

    func close(_ socket: Int32) { sockets[Int(socket)].isOpen = false }

    func receive(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var source: Endpoint?
        return receive(socket, into: buffer, source: &source)
    }

    func receive(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, source: inout Endpoint?
    ) -> Int {
        let index = Int(socket)
        if sockets[index].isRefused {
            sockets[index].isRefused = false
            return SocketResult.refused
        }
        guard !sockets[index].queue.isEmpty else { return SocketResult.wouldBlock }
        let datagram = sockets[index].queue.removeFirst()
        source = datagram.source
        buffer.copyBytes(from: datagram.bytes.prefix(buffer.count))
        return datagram.bytes.count
    }

    func send(_ socket: Int32, _ packet: UnsafeRawBufferPointer) -> Int {
        let index = Int(socket)
        if sockets[index].isRefused {
            sockets[index].isRefused = false
            return SocketResult.refused
        }
        guard let peer = sockets[index].peer else { return SocketResult.notConnected }
        return send(socket, packet, to: peer, from: nil)
    }

    func send(
        _ socket: Int32, _ packet: UnsafeRawBufferPointer, to target: Endpoint, from local: IPAddress?
    ) -> Int {
        let bound = sockets[Int(socket)].local
        let routed = bound.address.isUnspecified ? routedAddress : nil
        let source = Endpoint(local ?? routed ?? bound.address, port: bound.port)
        sent.append(Sent(from: source, to: target, bytes: Array(packet)))
        return 0
    }

    func connect(_ socket: Int32, to remote: Endpoint) -> Int {
        guard canConnect else { return SocketResult.networkUnreachable }
        let index = Int(socket)
        sockets[index].peer = remote
        if sockets[index].local.address.isUnspecified { sockets[index].routedAddress = routedAddress }
        return 0
    }

    func disconnect(_ socket: Int32) {
        sockets[Int(socket)].peer = nil
        sockets[Int(socket)].routedAddress = nil
    }

    func takeRefusal(_ socket: Int32) -> Endpoint? {
        sockets[Int(socket)].isRefused = false
        return sockets[Int(socket)].refusals.popLast()
    }

    func localAddress(of socket: Int32) -> IPAddress? {
        sockets[Int(socket)].routedAddress ?? sockets[Int(socket)].local.address
    }
}
