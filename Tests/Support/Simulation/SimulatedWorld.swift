package import PBXBase
import SIPGrammar

/// Hosts on one network under one virtual clock. Each step runs whatever is due first, and then asks everybody whether
/// all is still well; nothing depends on real time, so that a seed repeats a run exactly.
package final class SimulatedWorld {
    package var network: SimulatedNetwork
    package private(set) var hosts: [any SimulatedHost] = []
    package private(set) var now: Now
    /// What went wrong, with the time in the world: empty in a good run.
    package private(set) var violations: [String] = []
    package private(set) var stepCount = 0
    private var hostsOfAddress: [IPAddress: [any SimulatedHost]] = [:]
    /// A run that goes wrong in a loop stops here.
    private static let violationsMax = 20

    package init(network: SimulatedNetwork) {
        self.network = network
        // 2026-01-12T10:00:00Z.
        now = Now(instant: .zero, wall: WallTime(microseconds: 1_768_212_000_000_000))
    }

    package func add(_ host: any SimulatedHost) {
        hosts.append(host)
        for address in host.addresses { hostsOfAddress[address, default: []].append(host) }
    }

    /// When something happens next; nil when the world is at rest.
    package var deadline: Instant? {
        var earliest = network.deadline
        for host in hosts {
            guard let deadline = host.deadline else { continue }
            earliest = earliest.map { min($0, deadline) } ?? deadline
        }
        return earliest
    }

    /// Runs whatever is due first; false when the world is at rest, or too much is wrong.
    @discardableResult
    package func step() -> Bool {
        guard let due = deadline, violations.count < Self.violationsMax else { return false }
        advance(to: due)
        stepCount += 1
        if network.deadline == due, let arrival = network.popDue(now: due) {
            deliver(arrival)
        } else if let host = hosts.first(where: { $0.deadline == due }) {
            host.timeout(now: now)
            if host.deadline == due { stalled(host) }
        }
        settle()
        return true
    }

    /// Steps until `instant`, or until the world is at rest or `condition` is met before that; then it is `instant`
    /// or the time of the last step.
    package func run(until instant: Instant, or condition: () -> Bool = { false }) {
        while let due = deadline, due <= instant, !condition() {
            guard step() else { return }
        }
        if !condition() { advance(to: instant) }
    }

    package func run(for interval: Interval, or condition: () -> Bool = { false }) {
        run(until: now.instant + interval, or: condition)
    }

    /// Sends what hosts have ready, and collects what they object to. To be called after acting on a host from outside
    /// a step.
    package func settle() {
        for host in hosts {
            for message in host.takeOutbox() where !network.send(message, now: now.instant) {
                host.connectionClosed(message.flow, now: now)
            }
            for violation in host.takeViolations() { violated(violation) }
        }
    }

    /// Notes that something is wrong.
    package func violated(_ text: String) {
        violations.append("\(now.instant.nanoseconds / 1_000_000) ms: \(text)")
    }

    private func deliver(_ arrival: SimulatedNetwork.Arrival) {
        switch arrival {
        case .message(let bytes, let flow):
            host(at: flow.local)?.received(bytes, on: flow, now: now)
        case .connectionClosed(let flow):
            host(at: flow.local)?.connectionClosed(flow, now: now)
        }
    }

    private func host(at endpoint: Endpoint) -> (any SimulatedHost)? {
        hostsOfAddress[endpoint.address]?.first { $0.listens(at: endpoint) }
    }

    /// A machine may say a deadline that turns out to be stale once, but has to move on then.
    private func stalled(_ host: any SimulatedHost) {
        host.timeout(now: now)
        if host.deadline == now.instant { violated("\(host.addresses) is due again at the moment it was served") }
    }

    private func advance(to instant: Instant) {
        guard instant > now.instant else { return }
        now.wall = now.wall + (instant - now.instant)
        now.instant = instant
    }
}
