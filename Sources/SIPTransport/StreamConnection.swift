import NIOCore
import NIOTLS
import PBXBase
import SIPGrammar

/// One TCP or TLS connection: cuts its bytes into messages, answers keep-alives, and keeps the peer to the limits.
///
/// The table owns the deadlines; the connection says what its next one is.
final class StreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let flow: Flow
    /// Whether the peer opened it.
    let isAccepted: Bool
    /// The flows without a number by which senders reached this connection: whoever used them must hear of its end.
    private(set) var aliases: Set<Flow> = []

    private let table: ConnectionTable
    private let channel: any Channel
    private var context: ChannelHandlerContext?
    private var framer: SIPStreamFramer
    private var openedAt: Instant
    private var lastActivityAt: Instant
    private var messageBegunAt: Instant?
    private var hasSpoken = false
    private var awaitsHandshake: Bool
    /// Sent before the handshake is done: no part of the channel's own queue.
    private var bytesBeforeHandshake = 0
    private var endReason: String?
    private var isUnflushed = false

    init(flow: Flow, isAccepted: Bool, channel: any Channel, table: ConnectionTable, now: Instant) {
        self.flow = flow
        self.isAccepted = isAccepted
        self.channel = channel
        self.table = table
        framer = SIPStreamFramer(expectsPong: !isAccepted)
        openedAt = now
        lastActivityAt = now
        awaitsHandshake = flow.transport == .tls
    }

    var isOpen: Bool { context != nil && endReason == nil }

    /// When this connection will have exceeded a time limit, unless the peer acts, and in which words.
    var deadline: (at: Instant, reason: String) {
        let limits = table.limits
        if awaitsHandshake { return (openedAt + limits.connectTimeMax, "TLS handshake takes too long") }
        if let messageBegunAt {
            return (messageBegunAt + limits.messageTimeMax, "half a message, and no more for too long")
        }
        if isAccepted, !hasSpoken {
            return (openedAt + limits.firstMessageTimeMax, "no message since it connected")
        }
        return (lastActivityAt + limits.idleTimeMax, "idle")
    }

    /// Queues one message until `flush`; false when the connection had to be closed, since its peer does not read.
    func send(_ bytes: [UInt8], alias: Flow? = nil) -> Bool {
        guard let context, endReason == nil else { return false }
        if let alias { aliases.insert(alias) }
        let queued = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if awaitsHandshake { bytesBeforeHandshake += bytes.count }
        guard queued + max(bytes.count, bytesBeforeHandshake) <= table.limits.sendQueueBytesMax else {
            close(reason: "send queue full: the peer does not read")
            return false
        }
        lastActivityAt = table.now
        context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        if !isUnflushed {
            isUnflushed = true
            table.needsFlush(self)
        }
        return true
    }

    func flush() {
        isUnflushed = false
        context?.flush()
    }

    func close(reason: String) {
        guard endReason == nil else { return }
        endReason = reason
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// The end of every connection, also of one that is closed before it ever was active.
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        table.ended(self, reason: endReason ?? "closed by the peer")
    }

    func channelInactive(context: ChannelHandlerContext) {
        endReason = endReason ?? "closed by the peer"
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            awaitsHandshake = false
            bytesBeforeHandshake = 0
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isOpen else { return }
        let buffer = unwrapInboundIn(data)
        lastActivityAt = table.now
        framer.append(buffer.readableBytesView)
        do {
            while isOpen, let frame = try framer.next() { frameCompleted(frame) }
        } catch {
            close(reason: "not SIP: \(error)")
        }
    }

    private func frameCompleted(_ frame: SIPStreamFramer.Frame) {
        messageBegunAt = nil
        switch frame {
        case .message(let bytes):
            hasSpoken = true
            table.delegate.received(bytes, on: flow)
        case .ping:
            // RFC 5626 §4.4.1: a double CR LF is answered by a single one.
            if send([13, 10]) { flush() }
        case .pong:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Up to two bytes are half a keep-alive, which may stay at that.
        if framer.pendingBytes <= 2 {
            messageBegunAt = nil
        } else if messageBegunAt == nil {
            messageBegunAt = lastActivityAt
            table.deadlineMovedForward(self)
        }
        table.delegate.turnEnded()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(reason: describe(error))
    }
}

/// A channel's error for people: the system's phrase where there is one.
func describe(_ error: any Error) -> String {
    if let error = error as? IOError { return systemErrorText(error.errnoCode) }
    if let words = describeTLS(error) { return words }
    if case .connectTimeout = error as? ChannelError { return "connect timed out" }
    return "\(error)"
}
