import NIOCore
import NIOPosix
import PBXBase
import SIPGrammar

/// One UDP socket that we listen and send on.
///
/// Reads up to `batchCount` datagrams per system call and one batch per wake-up (the selector calls again while more
/// is waiting, which saves the call that would only find the socket empty). Each slot takes the largest datagram there
/// is; pages that no datagram has touched cost nothing.
final class DatagramListener: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private static let batchCount = 64
    private static let slotBytes = 65_536

    /// As it was asked for, which is how a reload recognises it.
    let asked: SIPListener
    /// As it is bound.
    let listener: SIPListener
    private let socket: DatagramSocket
    private let delegate: any SIPTransportDelegate
    private var channel: (any Channel)?
    private var failure: String?
    private(set) var isOpen = true

    private init(asked: SIPListener, socket: DatagramSocket, delegate: any SIPTransportDelegate) {
        self.asked = asked
        listener = SIPListener(.udp, socket.endpoint)
        self.socket = socket
        self.delegate = delegate
    }

    /// Binds and starts to read. To be called on `loop`.
    static func start(
        _ asked: SIPListener, loop: any EventLoop, limits: SIPTransportLimits, delegate: any SIPTransportDelegate
    ) -> EventLoopFuture<NIOLoopBound<DatagramListener>> {
        let opened: (socket: DatagramSocket, reader: CInt)
        do {
            opened = try DatagramSocket.bound(
                to: asked.endpoint, bufferBytes: limits.datagramBufferBytes, attempt: "listen on \(asked)")
        } catch {
            return loop.makeFailedFuture(error)
        }
        let handler = NIOLoopBound(
            DatagramListener(asked: asked, socket: opened.socket, delegate: delegate), eventLoop: loop)
        return DatagramBootstrap(group: loop)
            .channelOption(.datagramVectorReadMessageCount, value: batchCount)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: batchCount * slotBytes)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .withBoundSocket(opened.reader)
            .flatMapThrowing { channel in
                handler.value.channel = channel
                guard asked.endpoint.address.isUnspecified else { return handler }
                // Which of our addresses a datagram reached is where its answer must come from.
                try channel.syncOptions?.setOption(.receivePacketInfo, value: true)
                return handler
            }
            .flatMapErrorThrowing { error in
                handler.value.close()
                throw error
            }
    }

    /// Whether a datagram for `local` is this socket's to send: bound to it, or to every address of its family.
    func serves(_ local: Endpoint) -> Bool {
        let bound = listener.endpoint
        guard isOpen, bound.port == local.port else { return false }
        return bound.address == local.address
            || (bound.address.isUnspecified && bound.address.isIPv6 == local.address.isIPv6)
    }

    func send(_ bytes: [UInt8], on flow: Flow) -> DatagramSocket.Outcome {
        socket.send(bytes, to: flow.remote, from: flow.local.address)
    }

    /// Ends both directions; the delegate hears nothing.
    func close() {
        guard isOpen else { return }
        isOpen = false
        socket.close()
        channel?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isOpen else { return }
        let envelope = unwrapInboundIn(data)
        guard let remote = Endpoint(envelope.remoteAddress) else { return }
        let bytes = envelope.data.withUnsafeReadableBytes { [UInt8]($0) }
        guard !isKeepAlive(bytes) else { return }
        var local = listener.endpoint
        if let reached = envelope.metadata?.packetInfo.flatMap({ Endpoint($0.destinationAddress) }) {
            local.address = reached.address
        }
        delegate.received(bytes, on: Flow(transport: .udp, local: local, remote: remote))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isOpen { delegate.turnEnded() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = "\(error)"
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard isOpen else { return }
        close()
        delegate.listenerFailed(asked, reason: failure ?? "the socket was closed")
        delegate.turnEnded()
    }

    /// Phones keep a NAT binding open with CR LF pairs (RFC 5626 §3.5.1 has them for streams) or a few zero bytes;
    /// nobody expects an answer to them on UDP.
    private func isKeepAlive(_ bytes: [UInt8]) -> Bool {
        bytes.count <= 4 && bytes.allSatisfy { $0 == 13 || $0 == 10 || $0 == 0 }
    }
}
