import Glibc
import NIOCore
import NIOPosix
import PBXBase
import SIPGrammar

/// The stream connections of both directions: numbers them, finds them by number or by peer, opens new ones, and ends
/// those that exceed a limit. Confined to the loop.
final class ConnectionTable {
    private struct Peer: Hashable {
        var transport: SIPTransportKind
        var remote: Endpoint
    }

    /// A connection of our own on its way, and what waits for it.
    private struct Connecting {
        var flow: Flow
        var waiting: [(bytes: [UInt8], flow: Flow)] = []
        var waitingBytes = 0
    }

    let limits: SIPTransportLimits
    let tls: SIPTLS?
    let delegate: any SIPTransportDelegate
    private let loop: any EventLoop
    private var connections: [UInt64: StreamConnection] = [:]
    private var connecting: [UInt64: Connecting] = [:]
    private var numberByPeer: [Peer: UInt64] = [:]
    private var acceptedBySource: [IPAddress: Int] = [:]
    private var lastNumber: UInt64 = 0
    private var unflushed: [StreamConnection] = []
    private var deadlines = DeadlineHeap<UInt64>()
    private var armedFor: Instant?
    private var timer: Scheduled<Void>?
    private let notices: DeferredNotices
    private var isClosed = false

    init(loop: any EventLoop, limits: SIPTransportLimits, tls: SIPTLS?, notices: DeferredNotices) {
        self.loop = loop
        self.limits = limits
        self.tls = tls
        self.notices = notices
        delegate = notices.delegate
    }

    var now: Instant { Instant(nanoseconds: Int64(clamping: loop.now.uptimeNanoseconds)) }
    var count: Int { connections.count + connecting.count }

    // MARK: Sending

    func send(_ bytes: [UInt8], on flow: Flow) {
        guard flow.connection == 0 else {
            guard let connection = connections[flow.connection] else {
                return notices.post(.failed, flow, "connection \(flow.connection) to \(flow.remote) is gone")
            }
            // A connection that ends here reports its end to everybody who used it.
            return _ = connection.send(bytes)
        }
        let peer = Peer(transport: flow.transport, remote: flow.remote)
        let number = numberByPeer[peer]
        if let number, let connection = connections[number], connection.isOpen {
            _ = connection.send(bytes, alias: flow)
        } else if let number, connecting[number] != nil {
            wait(bytes, on: flow, number: number)
        } else {
            connect(peer, flow: flow, first: bytes)
        }
    }

    func flush() {
        guard !unflushed.isEmpty else { return }
        let batch = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for connection in batch { connection.flush() }
    }

    func needsFlush(_ connection: StreamConnection) { unflushed.append(connection) }

    func close(number: UInt64) { connections[number]?.close(reason: "closed by this side") }

    func closeAll() {
        isClosed = true
        timer?.cancel()
        for number in Array(connecting.keys) { connectFailed(number, reason: "the transport is closed") }
        for connection in Array(connections.values) { connection.close(reason: "closed by this side") }
    }

    // MARK: Opening

    /// Takes a connection that a peer opened; throws when a limit turns it away, and its channel is then closed.
    func accept(_ channel: any Channel, _ transport: SIPTransportKind) throws {
        guard let local = channel.localAddress.flatMap(Endpoint.init),
            let remote = channel.remoteAddress.flatMap(Endpoint.init), !isClosed
        else { throw ChannelError.ioOnClosedChannel }
        let fromSource = acceptedBySource[remote.address, default: 0]
        if count >= limits.connectionsMax {
            delegate.refused(remote, reason: "\(limits.connectionsMax) connections are open, which is the limit")
            throw ChannelError.ioOnClosedChannel
        }
        if fromSource >= limits.connectionsPerSourceMax {
            delegate.refused(remote, reason: "\(fromSource) connections from that address, which is the limit")
            throw ChannelError.ioOnClosedChannel
        }
        if transport == .tls, let handler = tls?.serverHandler() {
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        let flow = Flow(transport: transport, local: local, remote: remote, connection: nextNumber())
        let connection = StreamConnection(flow: flow, isAccepted: true, channel: channel, table: self, now: now)
        try channel.pipeline.syncOperations.addHandler(connection)
        acceptedBySource[remote.address] = fromSource + 1
        add(connection)
    }

    private func add(_ connection: StreamConnection) {
        let flow = connection.flow
        connections[flow.connection] = connection
        numberByPeer[Peer(transport: flow.transport, remote: flow.remote)] = flow.connection
        deadlineMovedForward(connection)
    }

    private func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    private func connect(_ peer: Peer, flow: Flow, first bytes: [UInt8]) {
        guard !isClosed else { return notices.post(.failed, flow, "the transport is closed") }
        guard count < limits.connectionsMax else {
            return notices.post(.failed, flow, "\(limits.connectionsMax) connections are open, which is the limit")
        }
        guard flow.transport == .tcp || tls != nil else { return notices.post(.failed, flow, "no tls transport") }
        let number = nextNumber()
        connecting[number] = Connecting(flow: flow)
        numberByPeer[peer] = number
        wait(bytes, on: flow, number: number)
        // A TLS client has no listener: who wants to reach it must find this very connection, by the port it named.
        open(number, flow, localPort: flow.transport == .tls ? flow.local.port : 0)
    }

    private func open(_ number: UInt64, _ flow: Flow, localPort: UInt16) {
        var bootstrap = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.nanoseconds(limits.connectTimeMax.nanoseconds))
        if !flow.local.address.isUnspecified {
            if localPort != 0 { bootstrap = bootstrap.channelOption(.socketOption(.so_reuseaddr), value: 1) }
            bootstrap = bootstrap.bind(to: Endpoint(flow.local.address, port: localPort).socketAddress)
        }
        let connected = bootstrap.connect(to: flow.remote.socketAddress).assumeIsolated()
        connected.whenSuccess { self.connected(number, $0) }
        connected.whenFailure { error in
            let code = (error as? IOError)?.errnoCode
            if localPort != 0, code == EADDRINUSE || code == EADDRNOTAVAIL {
                return self.open(number, flow, localPort: 0)
            }
            self.connectFailed(number, reason: describe(error))
        }
    }

    private func wait(_ bytes: [UInt8], on flow: Flow, number: UInt64) {
        guard var attempt = connecting.removeValue(forKey: number) else { return }
        defer { connecting[number] = attempt }
        guard attempt.waitingBytes + bytes.count <= limits.sendQueueBytesMax else {
            return notices.post(.failed, flow, "send queue full while connecting to \(flow.remote)")
        }
        attempt.waiting.append((bytes, flow))
        attempt.waitingBytes += bytes.count
    }

    /// Our own connection is up: what waited goes out.
    private func connected(_ number: UInt64, _ channel: any Channel) {
        guard let attempt = connecting[number], !isClosed else { return channel.close(promise: nil) }
        let local = channel.localAddress.flatMap(Endpoint.init) ?? attempt.flow.local
        let flow = Flow(
            transport: attempt.flow.transport, local: local, remote: attempt.flow.remote, connection: number)
        let connection = StreamConnection(flow: flow, isAccepted: false, channel: channel, table: self, now: now)
        do {
            // We are called while the channel becomes active, before it reads for the first time.
            if flow.transport == .tls, let tls {
                try channel.pipeline.syncOperations.addHandler(try tls.clientHandler(to: flow.remote))
            }
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            return connectFailed(number, reason: describe(error))
        }
        connecting[number] = nil
        add(connection)
        for message in attempt.waiting { _ = connection.send(message.bytes, alias: message.flow) }
        connection.flush()
    }

    private func connectFailed(_ number: UInt64, reason: String) {
        guard let attempt = connecting.removeValue(forKey: number) else { return }
        forget(attempt.flow, number: number)
        for flow in Set(attempt.waiting.map(\.flow)) {
            notices.post(.failed, flow, "connect to \(flow.remote) failed: \(reason)")
        }
    }

    // MARK: Ending

    func ended(_ connection: StreamConnection, reason: String) {
        let flow = connection.flow
        guard connections.removeValue(forKey: flow.connection) != nil else { return }
        forget(flow, number: flow.connection)
        deadlines.cancel(flow.connection)
        if connection.isAccepted, let accepted = acceptedBySource[flow.remote.address] {
            acceptedBySource[flow.remote.address] = accepted > 1 ? accepted - 1 : nil
        }
        notices.post(.closed, flow, reason)
        for alias in connection.aliases { notices.post(.failed, alias, "connection lost: \(reason)") }
    }

    private func forget(_ flow: Flow, number: UInt64) {
        let peer = Peer(transport: flow.transport, remote: flow.remote)
        if numberByPeer[peer] == number { numberByPeer[peer] = nil }
    }

    // MARK: Time limits

    /// A connection's deadline may have come nearer. Later ones are found out when the old one is due, so that traffic
    /// costs no timer work.
    func deadlineMovedForward(_ connection: StreamConnection) {
        deadlines.schedule(connection.flow.connection, at: connection.deadline.at)
        arm()
    }

    private func arm() {
        guard let deadline = deadlines.deadline, !isClosed else { return }
        if let armedFor, armedFor <= deadline { return }
        timer?.cancel()
        armedFor = deadline
        let at = NIODeadline.uptimeNanoseconds(UInt64(clamping: deadline.nanoseconds))
        timer = loop.assumeIsolated().scheduleTask(deadline: at) { self.timeLimitReached() }
    }

    private func timeLimitReached() {
        armedFor = nil
        timer = nil
        let now = self.now
        while let number = deadlines.popDue(now: now) {
            guard let connection = connections[number] else { continue }
            let (at, reason) = connection.deadline
            if at <= now {
                connection.close(reason: reason)
            } else {
                deadlines.schedule(number, at: at)
            }
        }
        arm()
    }
}
