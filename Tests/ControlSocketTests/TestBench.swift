import ControlProtocol
import Glibc
import NIOCore
import NIOPosix
import PBXBase
import PBXModel
import Synchronization

@testable import ControlSocket

/// A folder of its own for one test, with a path short enough for a socket.
final class TestFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/pbx-x-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit {
        unlink(socket)
        rmdir(path)
    }

    var socket: String { "\(path)/control.sock" }
}

/// A server on a real socket, and behind it an exchange that only counts.
final class TestBench: Sendable {
    let folder = TestFolder()
    let exchange: CountingExchange
    let server: ControlServer

    init(
        role: Role? = .admin, connectionsMax: Int = 16, outputBytesMax: Int = 1 << 20,
        exchange: CountingExchange = CountingExchange()
    ) async throws {
        self.exchange = exchange
        var settings = ControlServer.Settings(path: folder.socket)
        settings.connectionsMax = connectionsMax
        settings.outputBytesMax = outputBytesMax
        server = try await ControlServer.start(
            settings, on: MultiThreadedEventLoopGroup.singleton.next(), role: { _ in role },
            handler: { await exchange.perform($0, for: $1) })
        exchange.connect(server)
    }

    func client() async throws -> ControlClient {
        // No limit that a busy machine could reach: tests of other suites that only compute keep the threads that
        // replies wait for. A reply that never comes is a test that never ends.
        try await ControlClient.connect(to: folder.socket, name: "test", replySecondsMax: 24 * 3_600)
    }
}

/// Answers as the daemon would, as far as these tests need it. Its state is the number of the last event.
final class CountingExchange: Sendable {
    private struct State {
        var seq: UInt64 = 0
        var server: ControlServer?
    }

    private let state = Mutex(State())
    private let version: ProtocolVersion

    init(version: ProtocolVersion = .current) { self.version = version }

    func connect(_ server: ControlServer) { state.withLock { $0.server = server } }

    /// Publishes `count` events, each one's data naming its own number.
    func happen(_ count: Int, topic: Topic = .system) {
        for _ in 0..<count {
            state.withLock { state in
                state.seq += 1
                let event: ControlEvent =
                    topic == .system
                    ? .configurationReloaded(extensions: Int(state.seq))
                    : .registrationAdded(.sample)
                state.server?.publish([
                    ControlEventEnvelope(seq: state.seq, timestamp: WallTime(microseconds: 0), event: event)
                ])
            }
        }
    }

    func perform(_ request: ControlRequest, for peer: ControlPeer) async -> ControlReply {
        switch request.command {
        case .hello:
            return ControlReply(
                id: request.id,
                result: HelloCommand.Reply(name: "pbxd", version: "0", protocol: version, peer: peer))
        case .subscribe:
            let seq = state.withLock(\.seq)
            // Others run between the snapshot and its reply, as they would in the daemon.
            await Task.yield()
            return ControlReply(id: request.id, result: SubscribeCommand.Reply(seq: seq, topics: [.system]))
        case .listCalls:
            for _ in 0..<100 { await Task.yield() }
            return ControlReply(id: request.id, result: ListCallsCommand.Reply(calls: []))
        case .hangUp: return ControlReply(id: request.id, failure: .noSuchCall("c1"))
        default: return ControlReply(id: request.id, result: Done())
        }
    }
}

/// Somebody with a socket and no manners: writes and reads raw lines.
enum RawPeer {
    /// Opens a connection, and hands its lines to `body`; nothing is read before `isReading`.
    static func with(
        _ path: String, isReading: Bool = true, _ body: (RawConnection) async throws -> Void
    ) async throws {
        let (stream, continuation) = AsyncStream<JSONValue>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: isReading)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineCollector(continuation))
                }
            }
            .connect(unixDomainSocketPath: path).get()
        try await body(RawConnection(channel: channel, lines: stream))
        try? await channel.close().get()
    }
}

struct RawConnection {
    let channel: any Channel
    let lines: AsyncStream<JSONValue>

    func write(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)).get() }

    func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    func endOutput() async throws { try await channel.close(mode: .output).get() }
}

private final class LineCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<JSONValue>.Continuation
    private var framer = LineFramer(lineBytesMax: ControlLimits.replyBytesMax)

    init(_ continuation: AsyncStream<JSONValue>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.append(unwrapInboundIn(data).readableBytesView)
        while let line = try? framer.nextLine() {
            if let value = try? ControlJSON.value(JSONValue.self, from: line) { continuation.yield(value) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { continuation.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { continuation.finish() }
}

extension RegistrationSnapshot {
    static let sample = RegistrationSnapshot(
        number: "101", contact: "sip:101@192.0.2.1", transport: "udp", source: "192.0.2.1:5060",
        expiresAt: "2026-01-12T10:00:00.123Z", userAgent: "desk")
}
