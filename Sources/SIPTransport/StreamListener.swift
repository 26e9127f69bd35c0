import NIOCore
import NIOPosix
import PBXBase
import SIPGrammar

/// One TCP or TLS socket that takes connections and gives them to the table.
final class StreamListener: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let backlog: Int32 = 1_024

    /// As it was asked for, which is how a reload recognises it.
    let asked: SIPListener
    /// As it is bound.
    private(set) var listener: SIPListener
    private let delegate: any SIPTransportDelegate
    private var channel: (any Channel)?
    private var failure: String?
    private(set) var isOpen = true

    private init(asked: SIPListener, delegate: any SIPTransportDelegate) {
        self.asked = asked
        listener = asked
        self.delegate = delegate
    }

    /// Binds and starts to accept. To be called on `loop`.
    static func start(
        _ asked: SIPListener, loop: any EventLoop, table: ConnectionTable
    ) -> EventLoopFuture<NIOLoopBound<StreamListener>> {
        let handler = NIOLoopBound(StreamListener(asked: asked, delegate: table.delegate), eventLoop: loop)
        let table = NIOLoopBound(table, eventLoop: loop)
        var bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
        if asked.endpoint.address.isIPv6 {
            bootstrap = bootstrap.serverChannelOption(
                ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
        }
        return
            bootstrap
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try table.value.accept(channel, asked.transport) }
            }
            .bind(to: asked.endpoint.socketAddress)
            .flatMapThrowing { channel in
                handler.value.channel = channel
                if let bound = channel.localAddress.flatMap(Endpoint.init) { handler.value.listener.endpoint = bound }
                return handler
            }
            .flatMapErrorThrowing { error in
                handler.value.close()
                guard let error = error as? IOError else { throw error }
                throw SIPTransportError(errno: error.errnoCode, attempt: "listen on \(asked)")
            }
    }

    /// Takes no more connections; those that exist live on. The delegate hears nothing.
    func close() {
        guard isOpen else { return }
        isOpen = false
        channel?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // One peer's failed accept is not the listener's; what ends it is told by `channelInactive`.
        failure = describe(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard isOpen else { return }
        close()
        // Binding failed, and the caller hears of that by the error.
        guard channel != nil else { return }
        delegate.listenerFailed(asked, reason: failure ?? "the socket was closed")
        delegate.turnEnded()
    }
}
