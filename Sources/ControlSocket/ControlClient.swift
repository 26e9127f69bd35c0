package import ControlProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A client of the control socket: `pbxctl`, the console, the phone, the self-test.
package final class ControlClient: Sendable {
    /// How long a reply may take, in seconds; a command that does not answer by then has failed.
    package static let replySecondsMax = 30

    /// Who answered, and what role we have there.
    package let server: HelloCommand.Reply
    private let link: Link

    private init(server: HelloCommand.Reply, link: Link) {
        self.server = server
        self.link = link
    }

    /// Connects and greets. `name` is ours, for the daemon's log: `pbxctl 0.1.0`.
    ///
    /// Throws a `ControlSocketError` when nobody is there, when we may not, or when the daemon speaks another major
    /// version of the protocol; a `ControlFailure` when it refuses to greet.
    package static func connect(
        to path: String, name: String, replySecondsMax: Int = replySecondsMax
    ) async throws -> ControlClient {
        let link = try await Link.establish(UnixSocketPath(path), replySecondsMax: replySecondsMax)
        do {
            let server = try await link.call(HelloCommand(client: name))
            guard server.protocol.major == ProtocolVersion.current.major else {
                throw ControlSocketError(
                    .wrongProtocol,
                    "\(server.name) \(server.version) speaks control protocol \(server.protocol), "
                        + "this client \(ProtocolVersion.current)",
                    hint: "install client and daemon of the same release")
            }
            return ControlClient(server: server, link: link)
        } catch {
            link.close()
            throw error
        }
    }

    /// Has a command done. Throws a `ControlFailure` when the daemon refuses or fails, a `ControlSocketError` when no
    /// answer can be had.
    package func call<Command: ControlCommand>(_ command: Command) async throws -> Command.Reply {
        try await link.call(command)
    }

    /// As `call`, with the result as the JSON that the daemon sent.
    package func callForJSON(_ command: some ControlCommand) async throws -> JSONValue {
        try await link.call(command, as: JSONValue.self)
    }

    /// Has any command of the catalogue done, for clients that offer them all without knowing each. Throws as `call`.
    package func callForJSON(_ name: CommandName, _ parameters: CommandParameters) async throws -> JSONValue {
        try await link.call(name, parameters, as: JSONValue.self)
    }

    /// The next event of the topics that were subscribed to by `call(SubscribeCommand(…))`, in order. To be awaited by
    /// one task. Throws a `ControlSocketError` once the connection has ended.
    ///
    /// After `eventsLost` comes `snapshot`: what is known then is wrong, and the snapshot is right.
    package func nextEvent() async throws -> ReceivedEvent {
        let event = try await link.events.next()
        link.eventTaken()
        return event
    }

    package func close() { link.close() }
}

/// The connection below a client, usable before anybody has greeted.
private final class Link: Sendable {
    let events: EventQueue
    private let channel: any Channel
    private let connection: NIOLoopBound<ClientConnection>
    private let lastID = Atomic<Int64>(0)
    private let replySecondsMax: Int

    private init(
        channel: any Channel, connection: NIOLoopBound<ClientConnection>, events: EventQueue, replySecondsMax: Int
    ) {
        self.channel = channel
        self.connection = connection
        self.events = events
        self.replySecondsMax = replySecondsMax
    }

    static func establish(_ path: UnixSocketPath, replySecondsMax: Int) async throws -> Link {
        let events = EventQueue()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let connection = try await loop.submit {
            NIOLoopBound(ClientConnection(events: events), eventLoop: loop)
        }.get()
        let bootstrap = ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                loop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(connection.value) }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(unixDomainSocketPath: path.text).get()
        } catch {
            throw cannotConnect(path, error)
        }
        return Link(channel: channel, connection: connection, events: events, replySecondsMax: replySecondsMax)
    }

    private static func cannotConnect(_ path: UnixSocketPath, _ error: any Error) -> ControlSocketError {
        switch path.state() {
        case .forbidden:
            ControlSocketError(
                .permissionDenied, "control socket \"\(path)\" may not be opened by this user",
                hint: "use sudo, or ask to be put into the socket's group")
        case .absent:
            ControlSocketError(
                .unreachable, "no daemon at \"\(path)\"",
                hint: "start one with \"pbxd --demo\" or \"systemctl start pbx-x\", or name its socket with --socket")
        case .dead:
            ControlSocketError(
                .unreachable, "no daemon listens at \"\(path)\" any more",
                hint: "see why it ended with \"systemctl status pbx-x\", and start it again")
        case .other:
            ControlSocketError(
                .badPath, "\"\(path)\" is not a socket", hint: "name the daemon's control socket with --socket")
        case .live:
            ControlSocketError(
                .unreachable, "connection to \"\(path)\" failed: \(error)", hint: "try again")
        }
    }

    func call<Command: ControlCommand>(_ command: Command) async throws -> Command.Reply {
        try await call(command, as: Command.Reply.self)
    }

    func call<Value: Decodable & Sendable>(_ command: some ControlCommand, as type: Value.Type) async throws -> Value {
        try await call(Swift.type(of: command).row.name, command.parameters, as: type)
    }

    func call<Value: Decodable & Sendable>(
        _ command: CommandName, _ parameters: CommandParameters, as type: Value.Type
    ) async throws -> Value {
        let name = command.rawValue
        let id = lastID.add(1, ordering: .relaxed).newValue
        let request = ControlRequest(id: .integer(id), command: command, parameters: parameters)
        let line = try await reply(to: id, ControlJSON.line(request), of: name)
        let frame: ReplyFrame<Value>
        do {
            frame = try ControlJSON.value(ReplyFrame<Value>.self, from: line)
        } catch {
            throw ControlSocketError.unreadable("reply to \(name)", error)
        }
        if let failure = frame.error { throw failure }
        guard let result = frame.result else {
            throw ControlSocketError(
                .wrongProtocol, "reply to \(name) has neither result nor error",
                hint: "check that client and daemon are of the same release")
        }
        return result
    }

    private func reply(to id: Int64, _ line: [UInt8], of name: String) async throws -> [UInt8] {
        let (connection, loop, seconds) = (connection, channel.eventLoop, replySecondsMax)
        return try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                let late = loop.scheduleTask(in: .seconds(Int64(seconds))) {
                    connection.value.abandon(
                        id,
                        with: ControlSocketError(
                            .timeout, "daemon did not answer \(name) within \(seconds) s",
                            hint: "look at the daemon's log and load"))
                }
                connection.value.send(id, line) { result in
                    late.cancel()
                    continuation.resume(with: result)
                }
            }
        }
    }

    /// Makes room for more, once the queue has half emptied.
    func eventTaken() {
        guard events.count == ClientConnection.eventsWaitingHigh / 2 else { return }
        let connection = connection
        channel.eventLoop.execute { connection.value.readOn() }
    }

    func close() { channel.close(promise: nil) }
}
