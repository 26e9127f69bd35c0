import CAllocationCounter
import Glibc
import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar

@testable import MediaEngine

/// A worker on a network in memory, driven turn by turn.
final class WorkerHarness {
    let io: MemoryIO
    private(set) var leases: [PortLease] = []
    private let channel: WorkerChannel
    private var worker: MediaWorker<MemoryIO>
    /// Files are read and written when a test says so: no thread.
    let files: MediaFiles
    let identity: DTLSIdentity
    private let fileEvents = Collected()
    private var pipe: [Int32] = [0, 0]

    static let loopback = MediaEngineSettings(
        ports: 20_000...20_099, ipv4Address: .ipv4Loopback, ipv6Address: .ipv6Loopback)

    init(settings: MediaEngineSettings = loopback, index: UInt8 = 0, io: MemoryIO = MemoryIO()) throws {
        self.io = io
        pbx_test_overwrite_freed_memory()
        guard Glibc.pipe(&pipe) == 0 else { throw MediaEngineError.systemCall("pipe", errno: errno) }
        channel = try WorkerChannel(
            commandsMax: settings.commandsMax, eventsMax: settings.eventsMax, eventPipe: pipe[1])
        identity = try DTLSIdentity()
        let fileEvents = fileEvents
        files = try MediaFiles { fileEvents.add($0) }
        worker = MediaWorker(
            index: index, settings: settings, channel: channel, io: io, identity: identity)
    }

    deinit { for end in pipe { close(end) } }

    /// Leases of `count` ports.
    func prepare(_ count: Int, isIPv6: Bool = false) -> [PortLease] {
        send(.prepare(worker: 0, count: count, isIPv6: isIPv6))
        turn(times: 1 + count / 16)
        return takeEvents().flatMap { event in
            if case .leased(let leases) = event { leases } else { [PortLease]() }
        }
    }

    func send(_ command: MediaCommand) { _ = channel.send(files.order(for: command)) }

    func apply(_ plans: (PortLease, MediaPlan)...) {
        send(.apply(plans.map { .init(port: $0.0.id, plan: $0.1) }))
        turn()
    }

    /// Releases ports and returns their figures.
    func release(_ leases: PortLease...) -> [MediaStatistics] {
        send(.release(leases.map(\.id)))
        turn()
        return takeEvents().compactMap { event in
            if case .released(_, let figures) = event { figures } else { nil }
        }
    }

    func turn(times: Int = 1) { for _ in 0..<times { worker.turn() } }

    /// Turns until no socket has anything left.
    func settle() {
        repeat { worker.turn() } while io.wait(.none) > 0
    }

    func takeEvents() -> [MediaEvent] {
        var events: [MediaEvent] = []
        while let event = channel.events.pop() { events.append(event) }
        return events + fileEvents.takeAll()
    }

    /// Lets time pass in steps of a millisecond, with the readers and writers of files keeping up; `each` is called
    /// before every step with the milliseconds so far. Returns what was sent.
    @discardableResult
    func run(milliseconds: Int, each: (Int) -> Void = { _ in }) -> [MemoryIO.Sent] {
        for millisecond in 0..<milliseconds {
            each(millisecond)
            if millisecond % 10 == 0 { _ = files.reader.pump() }
            settle()
            if millisecond % 50 == 0 { _ = files.writer.pump() }
            io.advance(.milliseconds(1))
        }
        return io.takeSent()
    }

    /// Puts one packet into a port and lets the worker carry it on; returns what left.
    @discardableResult
    func deliver(_ bytes: [UInt8], from source: Endpoint, to target: Endpoint) -> [MemoryIO.Sent] {
        io.deliver(bytes, from: source, to: target)
        settle()
        return io.takeSent()
    }
}

/// What the writer of files reports.
final class Collected: @unchecked Sendable {
    private var events: [MediaEvent] = []

    func add(_ event: MediaEvent) -> Bool {
        events.append(event)
        return true
    }

    func takeAll() -> [MediaEvent] {
        defer { events = [] }
        return events
    }
}

/// A stream of RTP as a phone sends it.
struct TestStream {
    var payloadType: UInt8 = 8
    var ssrc = SSRC(0xA1)
    var sequence = SequenceNumber(65_530)
    var timestamp = RTPTimestamp(77)
    var marker = false

    mutating func packet() -> [UInt8] {
        defer {
            sequence = sequence.next
            timestamp = timestamp.advanced(by: 160)
        }
        let header = RTPHeader(
            marker: marker, payloadType: payloadType, sequenceNumber: sequence, timestamp: timestamp, ssrc: ssrc)
        return header.packet(payload: Array(repeating: 0xD5, count: 160))
    }
}

/// Two phones with their ports bridged: alice on the first lease, bob on the second.
struct BridgedPair {
    let harness: WorkerHarness
    let alicePort: PortLease
    let bobPort: PortLease
    var alice: Endpoint
    var bob: Endpoint

    /// Both plans as signalling makes them for a plain call with PCMA and digits.
    init(settings: MediaEngineSettings = WorkerHarness.loopback, isIPv6: Bool = false) throws {
        harness = try WorkerHarness(settings: settings)
        let leases = harness.prepare(2, isIPv6: isIPv6)
        (alicePort, bobPort) = (leases[0], leases[1])
        let host = isIPv6 ? IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 1) : IPAddress(ipv4: 0xC000_0201)
        let otherHost = isIPv6 ? IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 2) : IPAddress(ipv4: 0xC000_0202)
        alice = Endpoint(host, port: 4_000)
        bob = Endpoint(otherHost, port: 5_000)
    }

    static func plan(local: IPAddress? = nil, remote: Endpoint?, sink: PortLease?) -> MediaPlan {
        MediaPlan(
            local: local, remote: remote, remoteRTCP: remote.map { Endpoint($0.address, port: $0.port + 1) },
            sink: sink?.id,
            payloadTypes: [.init(received: 8, forwarded: 8), .init(received: 101, forwarded: 101)])
    }

    var alicePlan: MediaPlan { Self.plan(remote: alice, sink: bobPort) }
    var bobPlan: MediaPlan { Self.plan(remote: bob, sink: alicePort) }

    func connect(alicePlan: MediaPlan? = nil, bobPlan: MediaPlan? = nil) {
        harness.apply((alicePort, alicePlan ?? self.alicePlan), (bobPort, bobPlan ?? self.bobPlan))
    }

    /// Sends from alice's address to her port; what left for bob.
    func fromAlice(_ bytes: [UInt8]) -> [MemoryIO.Sent] {
        harness.deliver(bytes, from: alice, to: alicePort.rtp)
    }

    func fromBob(_ bytes: [UInt8]) -> [MemoryIO.Sent] {
        harness.deliver(bytes, from: bob, to: bobPort.rtp)
    }
}
