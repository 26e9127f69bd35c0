import NIOCore
import NIOPosix

/// Owns the readable end of the media engine's event pipe on the phone's loop: a byte means that the engine has
/// something to say.
final class MediaEventReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let eventsWaiting: () -> Void

    private init(eventsWaiting: @escaping () -> Void) { self.eventsWaiting = eventsWaiting }

    /// Takes over `descriptor`; `eventsWaiting` is called on `loop`.
    static func start(
        descriptor: Int32, on loop: any EventLoop, eventsWaiting: @escaping @Sendable () -> Void
    ) async throws -> any Channel {
        try await NIOPipeBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MediaEventReader(eventsWaiting: eventsWaiting))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor).get()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { eventsWaiting() }
}
