import ControlProtocol
import NIOCore

/// The server's end of one connection: cuts lines, has requests done one after the other, and writes events in between.
/// Lives on the server's event loop.
///
/// It reads on only when the last request was answered and the peer takes what we write, so that a peer can hold up
/// nothing but itself: one line, one reply and the events of its subscription are the most that it can cost.
final class ControlConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let peer: ControlPeer
    private let hub: ControlHub
    private let handler: ControlServer.Handler
    private var framer = LineFramer(lineBytesMax: ControlLimits.requestBytesMax)
    private var subscription = EventSubscription()
    private var context: ChannelHandlerContext?
    /// A request (or a snapshot) is being made; its reply comes before anything else is begun.
    private var isServing = false
    private var inputEnded = false
    private var isClosing = false

    init(peer: ControlPeer, hub: ControlHub, handler: @escaping ControlServer.Handler) {
        self.peer = peer
        self.hub = hub
        self.handler = handler
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        hub.add(self)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        follow { $0.end() }
        hub.remove(self)
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.append(unwrapInboundIn(data).readableBytesView)
    }

    func channelReadComplete(context: ChannelHandlerContext) { advance() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { advance() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            inputEnded = true
            advance()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that went away while we wrote: nobody is left to tell.
        context.close(promise: nil)
    }

    // MARK: Events

    var topics: Set<Topic> { subscription.topics }

    func offer(_ event: EncodedEvent) { subscription.offer(event) }

    func lost(_ loss: EventSubscription.Loss) { subscription.lost(loss) }

    /// Writes what waits, and takes the next request when there is one.
    func advance() {
        guard let context else { return }
        while !isClosing, context.channel.isWritable {
            if let event = subscription.next() {
                context.write(wrapOutboundOut(event.line), promise: nil)
            } else if isServing {
                break
            } else if let loss = subscription.resynchronise() {
                resynchronise(after: loss)
            } else if !serveNextLine(context) {
                break
            }
        }
        context.flush()
    }

    func close() {
        isClosing = true
        context?.close(promise: nil)
    }

    // MARK: Requests

    /// Returns false when there is no whole line.
    private func serveNextLine(_ context: ChannelHandlerContext) -> Bool {
        do throws(LineFramer.LineTooLong) {
            guard let line = try framer.nextLine() else {
                if !inputEnded {
                    context.read()
                } else if topics.isEmpty {
                    closeAfterFlush(context)
                }
                return false
            }
            serve(line)
        } catch {
            send(
                ControlReply(
                    id: nil,
                    failure: ControlFailure(
                        .lineTooLong, "request is longer than \(error.lineBytesMax) bytes",
                        hint: "connect again and send less in one request")))
            closeAfterFlush(context)
        }
        return true
    }

    private func serve(_ line: ArraySlice<UInt8>) {
        guard let message = try? ControlJSON.value(JSONValue.self, from: line) else {
            return send(ControlReply(id: nil, failure: .malformed("request is not JSON")))
        }
        do throws(RequestRefusal) {
            let request = try CommandCatalogue.accept(message, role: peer.role)
            switch request.command {
            case .subscribe:
                // Its parameters were checked, so this cannot fail.
                let topics = (try? SubscribeCommand(request.parameters))?.topics ?? []
                follow { $0.begin(topics) }
            case .unsubscribe: follow { $0.end() }
            default: break
            }
            perform(request) { $0.finish(request.command, $1) }
        } catch {
            send(ControlReply(id: error.id, failure: error.failure))
        }
    }

    /// Has a request done off the loop, encodes its reply there, and comes back with both.
    private func perform(
        _ request: ControlRequest, then finish: @escaping @Sendable (ControlConnection, Answer) -> Void
    ) {
        guard let context else { return }
        isServing = true
        let (handler, peer, loop) = (handler, peer, context.eventLoop)
        let connection = NIOLoopBound(self, eventLoop: loop)
        Task {
            let answer = Answer(await handler(request, peer))
            loop.execute {
                connection.value.isServing = false
                finish(connection.value, answer)
                connection.value.advance()
            }
        }
    }

    private func finish(_ command: CommandName, _ answer: Answer) {
        guard !isClosing else { return }
        write(answer.line)
        guard command == .subscribe else { return }
        if let snapshot = answer.snapshot {
            subscription.snapshotArrived(seq: snapshot.seq)
        } else {
            follow { $0.end() }
        }
    }

    private func resynchronise(after loss: EventSubscription.Loss) {
        let command = SubscribeCommand(topics: topics)
        perform(ControlRequest(id: .integer(0), command)) { connection, answer in
            connection.finishResynchronising(answer, after: loss)
        }
    }

    private func finishResynchronising(_ answer: Answer, after loss: EventSubscription.Loss) {
        guard !isClosing, !topics.isEmpty else { return }
        guard let snapshot = answer.snapshot else { return close() }
        sendEvent(.eventsLost, loss, LostEvents(count: loss.count), seq: loss.seq)
        sendEvent(.snapshot, loss, snapshot, seq: snapshot.seq)
        subscription.snapshotArrived(seq: snapshot.seq)
    }

    // MARK: Writing

    private func sendEvent(
        _ type: EventType, _ loss: EventSubscription.Loss, _ data: some Codable & Sendable, seq: UInt64
    ) {
        let frame = EventFrame(type: type.rawValue, timestamp: loss.timestamp, seq: seq, data: data)
        if let line = try? ControlJSON.line(frame) { write(line) }
    }

    private func send(_ reply: ControlReply) { write(Answer(reply).line) }

    private func write(_ line: [UInt8]) {
        guard let context else { return }
        context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: line)), promise: nil)
    }

    private func closeAfterFlush(_ context: ChannelHandlerContext) {
        isClosing = true
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.value.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            context.value.close(promise: nil)
        }
    }

    /// Changes the subscription, and tells the hub whether this connection follows anything.
    private func follow(_ change: (inout EventSubscription) -> Void) {
        let before = subscription.topics
        change(&subscription)
        hub.followed(from: before, to: subscription.topics)
    }
}

/// A reply with its wire form, made off the event loop.
private struct Answer: Sendable {
    var line: [UInt8]
    /// Set when the reply is that of a successful `subscribe`.
    var snapshot: SubscribeCommand.Reply?

    init(_ reply: ControlReply) {
        if case .result(let value) = reply.outcome { snapshot = value as? SubscribeCommand.Reply }
        do {
            line = try ControlJSON.line(reply)
        } catch {
            let failure = ControlFailure(
                .internalError, "result cannot be written as JSON: \(error)", hint: "report this as a defect")
            line = (try? ControlJSON.line(ControlReply(id: reply.id, failure: failure))) ?? []
            snapshot = nil
        }
    }
}
