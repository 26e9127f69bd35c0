import NIOCore
import NIOPosix
import PBXBase

/// The audio socket of one phone. Bytes in, bytes out; on the phone's loop.
final class PhoneAudio: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let received: ([UInt8]) -> Void

    private init(received: @escaping ([UInt8]) -> Void) { self.received = received }

    /// Opens a socket on a free port of `address`; `received` is called on `loop`.
    static func open(
        at address: IPAddress, on loop: any EventLoop, received: @escaping @Sendable ([UInt8]) -> Void
    ) async throws -> any Channel {
        try await DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PhoneAudio(received: received))
                }
            }
            .bind(host: address.description, port: 0).get()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received(Array(unwrapInboundIn(data).data.readableBytesView))
    }

    /// ICMP's word on a datagram of ours; the silence that follows is what counts.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

/// This process's monotonic clock.
func currentInstant() -> Instant { Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }
