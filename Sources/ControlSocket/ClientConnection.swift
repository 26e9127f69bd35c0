import ControlProtocol
import NIOCore

/// The client's end of a connection: gives each reply to whoever waits for it, and events to the stream. Lives on the
/// client's event loop.
///
/// It stops reading while nobody takes the events, so that the server sees who is slow; but while a reply is awaited it
/// reads on, up to `eventsWaitingMax`.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias ReplyHandler = (Result<[UInt8], any Error>) -> Void

    /// Events that may wait here before reading stops, and in all.
    static let eventsWaitingHigh = 1_024
    static let eventsWaitingMax = 131_072

    private let events: EventQueue
    private var framer = LineFramer(lineBytesMax: ControlLimits.replyBytesMax)
    private var waiting: [Int64: ReplyHandler] = [:]
    private var context: ChannelHandlerContext?
    private var isReading = false
    /// Why the connection ended, for everyone who still asks.
    private var ending: ControlSocketError?

    init(events: EventQueue) { self.events = events }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        readOn()
    }

    /// Sends `line`, the request `id`; `reply` is called once, with the whole reply line or with what went wrong.
    func send(_ id: Int64, _ line: [UInt8], reply: @escaping ReplyHandler) {
        guard let context, ending == nil else { return reply(.failure(ending ?? .connectionLost)) }
        waiting[id] = reply
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: line)), promise: nil)
        readOn()
    }

    /// Nobody waits for this reply any more.
    func abandon(_ id: Int64, with error: ControlSocketError) { waiting.removeValue(forKey: id)?(.failure(error)) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.append(unwrapInboundIn(data).readableBytesView)
        do throws(LineFramer.LineTooLong) {
            while ending == nil, let line = try framer.nextLine() { received(Array(line)) }
        } catch {
            end(
                ControlSocketError(
                    .wrongProtocol, "line of the daemon is longer than \(error.lineBytesMax) bytes",
                    hint: "check that the socket belongs to pbxd"))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        readOn()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.connectionLost)
        self.context = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.connectionLost) }

    /// Reads when there is a reason to: someone awaits a reply, or takes events.
    func readOn() {
        guard let context, !isReading, ending == nil else { return }
        guard !waiting.isEmpty || events.count < Self.eventsWaitingHigh else { return }
        isReading = true
        context.read()
    }

    private func received(_ line: [UInt8]) {
        guard let head = try? ControlJSON.value(LineHead.self, from: line) else {
            return end(
                ControlSocketError(
                    .wrongProtocol, "line of the daemon is not JSON", hint: "check that the socket belongs to pbxd"))
        }
        if case .integer(let id) = head.id {
            waiting.removeValue(forKey: id)?(.success(line))
        } else if let event = ReceivedEvent(head, line: line) {
            guard events.put(event) <= Self.eventsWaitingMax else {
                return end(
                    ControlSocketError(
                        .closed, "\(Self.eventsWaitingMax) events wait and nobody takes them",
                        hint: "subscribe only to what is read"))
            }
        } else if let failure = head.error {
            // The server turned the connection away, or gave up on it.
            end(ControlSocketError(.closed, failure.message, hint: failure.hint ?? "connect again"))
        }
    }

    private func end(_ error: ControlSocketError) {
        guard ending == nil else { return }
        ending = error
        let handlers = waiting.values
        waiting = [:]
        for handler in handlers { handler(.failure(error)) }
        events.finish(error)
        context?.close(promise: nil)
    }
}

extension ControlSocketError {
    static let connectionLost = ControlSocketError(
        .closed, "connection to the daemon was lost", hint: "check that pbxd is running")
}
