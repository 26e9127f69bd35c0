import Glibc
import MediaControl
import MediaEngine
import PBXBase

struct Timeout: Error {}

/// A running engine on loopback, with the core's side played by the test.
final class LiveEngine {
    let engine: MediaWorkers
    private var waiting: [MediaEvent] = []

    init(
        ports: ClosedRange<UInt16>, ipv4Address: IPAddress = .ipv4Loopback, ipv6Address: IPAddress = .ipv6Loopback,
        workers: Int = 1, commandsMax: Int = 4_096, eventsMax: Int = 4_096
    ) throws {
        engine = try MediaWorkers(
            settings: MediaEngineSettings(
                ports: ports, ipv4Address: ipv4Address, ipv6Address: ipv6Address, workers: workers,
                portPairsMax: 100, commandsMax: commandsMax, eventsMax: eventsMax))
        _ = try engine.start()
    }

    deinit {
        engine.stop()
        close(engine.eventDescriptor)
    }

    /// The next `count` events; waits for them for ten seconds at most.
    func events(_ count: Int) throws -> [MediaEvent] {
        while waiting.count < count {
            var descriptor = pollfd(fd: engine.eventDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 10_000) == 1 else { throw Timeout() }
            var bytes: [UInt8] = Array(repeating: 0, count: 256)
            _ = read(engine.eventDescriptor, &bytes, bytes.count)
            engine.drainEvents(into: &waiting)
        }
        defer { waiting.removeFirst(count) }
        return Array(waiting[..<count])
    }

    func prepare(_ count: Int, isIPv6: Bool = false) throws -> [PortLease] {
        _ = engine.send(.prepare(worker: 0, count: count, isIPv6: isIPv6))
        var leases: [PortLease] = []
        while leases.count < count {
            if case .leased(let more) = try events(1)[0] { leases += more }
        }
        return leases
    }

    /// Bridges two phones.
    func connect(_ first: (lease: PortLease, phone: UDPSocket), _ second: (lease: PortLease, phone: UDPSocket)) {
        apply(
            (first.lease, BridgedPair.plan(remote: first.phone.local, sink: second.lease)),
            (second.lease, BridgedPair.plan(remote: second.phone.local, sink: first.lease)))
    }

    func apply(_ plans: (PortLease, MediaPlan)...) {
        _ = engine.send(.apply(plans.map { .init(port: $0.0.id, plan: $0.1) }))
    }

    /// Releases ports and returns their figures, in the same order.
    func release(_ leases: [PortLease]) throws -> [MediaStatistics] {
        _ = engine.send(.release(leases.map(\.id)))
        return try events(leases.count).compactMap { event in
            if case .released(_, let figures) = event { figures } else { nil }
        }
    }
}
