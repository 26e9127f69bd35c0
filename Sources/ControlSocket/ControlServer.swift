package import ControlProtocol
import Glibc
package import NIOCore
import NIOPosix

/// The daemon's end of the control socket. Knows who asks (SO_PEERCRED), refuses what a role may not do, has every
/// other request done by `handler`, and sends events to those that subscribed.
///
/// Everything of it runs on one event loop of the pool; nothing here can hold up the exchange.
package final class ControlServer: Sendable {
    /// Does one checked request. Called off the event loop; of one connection never twice at the same time.
    package typealias Handler = @Sendable (ControlRequest, ControlPeer) async -> ControlReply

    package struct Settings: Sendable {
        package var path: String
        package var connectionsMax = 128
        /// Bytes that wait in memory for one peer before its events are held back.
        package var outputBytesMax = 1 << 20

        package init(path: String) { self.path = path }
    }

    private let path: UnixSocketPath
    private let channel: any Channel
    private let mailbox: EventMailbox
    private let hub: NIOLoopBound<ControlHub>

    private init(path: UnixSocketPath, channel: any Channel, mailbox: EventMailbox, hub: NIOLoopBound<ControlHub>) {
        self.path = path
        self.channel = channel
        self.mailbox = mailbox
        self.hub = hub
    }

    /// Listens at `settings.path` with mode 0660. A dead socket file there is replaced; a live one, and any other file,
    /// is an error.
    ///
    /// `role` says what a Unix user may do; a user without a role is told so and turned away.
    package static func start(
        _ settings: Settings, on loop: any EventLoop, role: @escaping @Sendable (PeerCredentials) -> Role?,
        handler: @escaping Handler
    ) async throws -> ControlServer {
        let path = try UnixSocketPath(settings.path)
        try checkFree(path)
        let mailbox = EventMailbox()
        let hub = try await loop.submit {
            NIOLoopBound(ControlHub(mailbox: mailbox, connectionsMax: settings.connectionsMax), eventLoop: loop)
        }.get()
        let admission = Admission(hub: hub, role: role, handler: handler)
        let outputMax = settings.outputBytesMax
        let bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 128)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: max(1, outputMax / 4), high: max(2, outputMax))
            )
            .childChannelInitializer { admission.admit($0) }
        let channel = try await bind(bootstrap, to: path)
        return ControlServer(path: path, channel: channel, mailbox: mailbox, hub: hub)
    }

    /// Hands events to all subscribers of their topics, in order. From any thread; never waits.
    package func publish(_ events: [ControlEventEnvelope]) {
        guard mailbox.put(events) else { return }
        let hub = hub
        channel.eventLoop.execute { hub.value.deliver() }
    }

    /// Whether anybody follows events: what nobody follows need not be made. From any thread.
    package var isFollowed: Bool { mailbox.hasSubscribers }

    /// Stops listening, removes the socket file and closes every connection.
    package func stop() async {
        unlink(path.text)
        try? await channel.close().get()
        let hub = hub
        try? await channel.eventLoop.submit { hub.value.closeAll() }.get()
    }

    private static func checkFree(_ path: UnixSocketPath) throws(ControlSocketError) {
        switch path.state() {
        case .absent, .dead: return
        case .live, .forbidden:
            throw ControlSocketError(
                .inUse, "control socket \"\(path)\" is in use by another daemon",
                hint: "stop that daemon, or choose another state folder")
        case .other:
            throw ControlSocketError(
                .badPath, "\"\(path)\" exists and is not a socket", hint: "move it away, or choose another path")
        }
    }

    /// Binds beside the wanted name and renames, so that the name never stands for a socket with other permissions, and
    /// a dead one is replaced in one step.
    private static func bind(_ bootstrap: ServerBootstrap, to path: UnixSocketPath) async throws -> any Channel {
        let prepared = try UnixSocketPath("\(path).\(getpid())")
        unlink(prepared.text)
        do {
            let channel = try await bootstrap.bind(unixDomainSocketPath: prepared.text).get()
            guard chmod(prepared.text, 0o660) == 0, rename(prepared.text, path.text) == 0 else {
                let reason = String(cString: strerror(errno))
                unlink(prepared.text)
                try? await channel.close().get()
                throw ControlSocketError(
                    .badPath, "control socket \"\(path)\" cannot be put in place: \(reason)",
                    hint: "check the folder's permissions")
            }
            return channel
        } catch let error as IOError {
            throw ControlSocketError(
                .badPath, "control socket \"\(path)\" cannot be made: \(String(cString: strerror(error.errnoCode)))",
                hint: "check that the folder exists and that this user may write to it")
        }
    }
}

/// Decides about a new connection: who it is, and whether it may stay.
private struct Admission: Sendable {
    var hub: NIOLoopBound<ControlHub>
    var role: @Sendable (PeerCredentials) -> Role?
    var handler: ControlServer.Handler

    func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        let hub = hub
        channel.closeFuture.whenComplete { _ in hub.value.leave() }
        guard hub.value.enter() else {
            return turnAway(
                channel,
                ControlFailure(
                    .tooManyConnections, "control socket has no room for another connection",
                    hint: "close another client"))
        }
        guard let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        let (role, handler) = (role, handler)
        let kernel: EventLoopFuture<KernelCredentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return kernel.flatMap { kernel in
            NIOThreadPool.singleton.runIfActive(eventLoop: channel.eventLoop) { PeerCredentials(kernel) }
        }.flatMap { credentials in
            guard let role = role(credentials) else {
                return turnAway(
                    channel,
                    ControlFailure(
                        .roleMissing, "user \"\(credentials.user)\" has no role on this control socket",
                        hint: "ask an admin for a role, or to be put into one of the groups that have one"))
            }
            return channel.eventLoop.makeCompletedFuture {
                let peer = ControlPeer(name: credentials.user, role: role)
                try channel.pipeline.syncOperations.addHandler(
                    ControlConnection(peer: peer, hub: hub.value, handler: handler))
            }
        }
    }

    private func turnAway(_ channel: any Channel, _ failure: ControlFailure) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FarewellHandler(failure))
        }
    }
}

/// Says why a connection cannot stay, and ends it.
private final class FarewellHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let failure: ControlFailure

    init(_ failure: ControlFailure) { self.failure = failure }

    func channelActive(context: ChannelHandlerContext) {
        let line = (try? ControlJSON.line(ControlReply(id: nil, failure: failure))) ?? []
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: line))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }
}
