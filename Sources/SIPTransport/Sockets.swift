import NIOCore
import PBXBase
import SIPGrammar

/// What `SIPTransports` owns, confined to the loop: the listeners that are open, and the stream connections.
final class Sockets {
    /// A listener of either kind.
    private enum Open {
        case datagram(DatagramListener)
        case stream(StreamListener)

        var asked: SIPListener {
            switch self {
            case .datagram(let listener): listener.asked
            case .stream(let listener): listener.asked
            }
        }

        var bound: SIPListener {
            switch self {
            case .datagram(let listener): listener.listener
            case .stream(let listener): listener.listener
            }
        }

        var isOpen: Bool {
            switch self {
            case .datagram(let listener): listener.isOpen
            case .stream(let listener): listener.isOpen
            }
        }

        func close() {
            switch self {
            case .datagram(let listener): listener.close()
            case .stream(let listener): listener.close()
            }
        }
    }

    let connections: ConnectionTable
    private(set) var datagramsDroppedCount = 0
    private let loop: any EventLoop
    private let limits: SIPTransportLimits
    private let notices: DeferredNotices
    private var listeners: [Open] = []
    /// The UDP ones of `listeners`, apart for the send path.
    private var datagramListeners: [DatagramListener] = []

    init(loop: any EventLoop, limits: SIPTransportLimits, tls: SIPTLS?, delegate: any SIPTransportDelegate) {
        self.loop = loop
        self.limits = limits
        notices = DeferredNotices(loop: loop, delegate: delegate)
        connections = ConnectionTable(loop: loop, limits: limits, tls: tls, notices: notices)
    }

    func send(_ bytes: [UInt8], on flow: Flow) {
        switch flow.transport {
        case .udp: sendDatagram(bytes, on: flow)
        case .tcp, .tls: connections.send(bytes, on: flow)
        case .ws, .wss: notices.post(.failed, flow, "no \(flow.transport.uriName) transport")
        }
    }

    private func sendDatagram(_ bytes: [UInt8], on flow: Flow) {
        let isIPv6 = flow.remote.address.isIPv6
        let socket =
            datagramListeners.first { $0.serves(flow.local) }
            ?? datagramListeners.first { $0.isOpen && $0.listener.endpoint.address.isIPv6 == isIPv6 }
        guard let socket else { return notices.post(.failed, flow, "no udp listener to send from") }
        switch socket.send(bytes, on: flow) {
        case .sent: break
        case .dropped: datagramsDroppedCount += 1
        case .failed(let number): notices.post(.failed, flow, systemErrorText(number))
        }
    }

    /// Opens all of these or none; the result has them as they are bound.
    func listen(_ asked: [SIPListener]) -> EventLoopFuture<[SIPListener]> {
        let confined = NIOLoopBound(self, eventLoop: loop)
        return attempt(asked).map { opened in
            confined.value.add(opened.value)
            return opened.value.map(\.bound)
        }
    }

    /// Keeps those of the open listeners that are asked for, opens the others, then closes what is left over.
    func replace(_ asked: [SIPListener]) -> EventLoopFuture<[SIPListener]> {
        let confined = NIOLoopBound(self, eventLoop: loop)
        let kept = listeners.filter { $0.isOpen && asked.contains($0.asked) }
        let missing = asked.filter { listener in !kept.contains { $0.asked == listener } }
        return attempt(missing).map { opened in
            let sockets = confined.value
            for listener in sockets.listeners where !asked.contains(listener.asked) { listener.close() }
            sockets.add(opened.value)
            return asked.compactMap { listener in sockets.listeners.first { $0.asked == listener }?.bound }
        }
    }

    func close() {
        for listener in listeners { listener.close() }
        add([])
        connections.closeAll()
    }

    private func attempt(_ asked: [SIPListener]) -> EventLoopFuture<NIOLoopBound<[Open]>> {
        let loop = loop
        return EventLoopFuture.whenAllComplete(asked.map { start($0) }, on: loop).flatMapThrowing { results in
            let opened = results.compactMap { try? $0.get().value }
            do {
                for result in results { _ = try result.get() }
            } catch {
                for listener in opened { listener.close() }
                throw error
            }
            return NIOLoopBound(opened, eventLoop: loop)
        }
    }

    private func start(_ asked: SIPListener) -> EventLoopFuture<NIOLoopBound<Open>> {
        let loop = loop
        switch asked.transport {
        case .udp:
            return DatagramListener.start(asked, loop: loop, limits: limits, delegate: notices.delegate)
                .map { NIOLoopBound(.datagram($0.value), eventLoop: loop) }
        case .tcp, .tls:
            guard asked.transport == .tcp || connections.tls?.canListen == true else {
                return loop.makeFailedFuture(SIPTransportError(.certificateMissing, attempt: "listen on \(asked)"))
            }
            return StreamListener.start(asked, loop: loop, table: connections)
                .map { NIOLoopBound(.stream($0.value), eventLoop: loop) }
        case .ws, .wss:
            return loop.makeFailedFuture(SIPTransportError(.unsupportedTransport, attempt: "listen on \(asked)"))
        }
    }

    private func add(_ opened: [Open]) {
        listeners = listeners.filter(\.isOpen) + opened
        datagramListeners = listeners.compactMap {
            if case .datagram(let listener) = $0 { listener } else { nil }
        }
    }
}
