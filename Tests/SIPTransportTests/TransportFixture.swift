import Glibc
import NIOCore
import NIOPosix
import PBXBase
import SIPGrammar
import SIPTransport
import Synchronization

/// What a delegate was told, in order.
enum Told: Sendable, Equatable {
    case received([UInt8], Flow)
    case closed(Flow, String)
    case failed(Flow, String)
    case refused(Endpoint, String)
    case listenerFailed(SIPListener, String)
}

/// A delegate that keeps what it was told for the test to await, and may answer on the loop.
final class Recorder: SIPTransportDelegate {
    /// Runs on the loop for each message, before the test sees it.
    typealias Answer = @Sendable ([UInt8], Flow) -> Void

    let told: AsyncStream<Told>
    private let continuation: AsyncStream<Told>.Continuation
    private let answer = Mutex<Answer?>(nil)
    private let endOfTurn = Mutex<(@Sendable () -> Void)?>(nil)

    init() {
        (told, continuation) = AsyncStream.makeStream()
    }

    func onReceived(_ body: @escaping Answer) { answer.withLock { $0 = body } }
    func onTurnEnded(_ body: @escaping @Sendable () -> Void) { endOfTurn.withLock { $0 = body } }

    func received(_ bytes: [UInt8], on flow: Flow) {
        answer.withLock { $0 }?(bytes, flow)
        continuation.yield(.received(bytes, flow))
    }
    func closed(_ flow: Flow, reason: String) { continuation.yield(.closed(flow, reason)) }
    func failed(_ flow: Flow, reason: String) { continuation.yield(.failed(flow, reason)) }
    func refused(_ source: Endpoint, reason: String) { continuation.yield(.refused(source, reason)) }
    func listenerFailed(_ listener: SIPListener, reason: String) {
        continuation.yield(.listenerFailed(listener, reason))
    }
    func turnEnded() { endOfTurn.withLock { $0 }?() }

    /// The next thing told; the suite's time limit ends the wait when nothing comes.
    func next() async -> Told? {
        var iterator = told.makeAsyncIterator()
        return await iterator.next()
    }

    func nextMessage() async -> ([UInt8], Flow)? {
        guard case .received(let bytes, let flow) = await next() else { return nil }
        return (bytes, flow)
    }
}

/// Transports on a loop of their own, with their recorder.
struct Station {
    let recorder: Recorder
    let transports: SIPTransports
    let loop: any EventLoop

    init(limits: SIPTransportLimits = SIPTransportLimits(), tls: SIPTLS? = nil) {
        recorder = Recorder()
        loop = MultiThreadedEventLoopGroup.singleton.next()
        transports = SIPTransports(loop: loop, limits: limits, tls: tls, delegate: recorder)
        let transports = transports
        recorder.onTurnEnded { transports.flush() }
    }

    /// Listens on a free port and returns it.
    func listen(_ transport: SIPTransportKind, _ address: IPAddress) async throws -> Endpoint {
        try await transports.listen([SIPListener(transport, Endpoint(address, port: 0))])[0].endpoint
    }

    /// Sends and flushes, on the loop.
    func send(_ messages: [[UInt8]], on flow: Flow) async throws {
        let transports = transports
        try await loop.submit {
            for message in messages { transports.send(message, on: flow) }
            transports.flush()
        }.get()
    }
}

/// A small whole request with a body of `bodyBytes`, told apart by `number`.
func message(_ number: Int, bodyBytes: Int = 0) -> [UInt8] {
    let body = String(repeating: "x", count: bodyBytes)
    return Array(
        """
        OPTIONS sip:100@pbx SIP/2.0\r
        Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK\(number)\r
        From: <sip:1@pbx>;tag=a\r
        To: <sip:100@pbx>\r
        Call-ID: \(number)\r
        CSeq: 1 OPTIONS\r
        Content-Length: \(bodyBytes)\r
        \r
        \(body)
        """.utf8)
}

/// A blocking TCP peer, which does exactly what a test says and nothing by itself.
final class RawPeer {
    private let descriptor: CInt
    let local: Endpoint

    /// Reads wait for `patience`.
    init?(connectingTo endpoint: Endpoint, patience: Interval = .seconds(10)) {
        let opened = socket(endpoint.address.isIPv6 ? AF_INET6 : AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard opened >= 0 else { return nil }
        var wait = timeval(
            tv_sec: patience.seconds, tv_usec: Int(patience.nanoseconds % 1_000_000_000 / 1_000))
        setsockopt(opened, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isConnected = endpoint.nio.withSockAddr { address, size in connect(opened, address, socklen_t(size)) == 0 }
        let isNamed = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(opened, $0, &length) == 0 }
        }
        guard isConnected, isNamed else {
            close(opened)
            return nil
        }
        let port = withUnsafeBytes(of: storage) { $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self) }
        local = Endpoint(endpoint.address, port: UInt16(bigEndian: port))
        descriptor = opened
    }

    deinit { close(descriptor) }

    func write(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        _ = send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }

    /// What the peer can read next; empty at the end of the stream, nil after the patience ran out, or on an error.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? Array(buffer.prefix(count)) : nil
    }
}

extension Endpoint {
    var nio: SocketAddress {
        do {
            return try SocketAddress(ipAddress: address.description, port: Int(port))
        } catch {
            preconditionFailure("\(self) is an address by type: \(error)")
        }
    }
}
