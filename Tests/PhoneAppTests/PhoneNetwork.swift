import MediaControl
import PBXBase
import PhoneApp
import SIPGrammar
import Testing

/// Phones that hear each other at once over a perfect wire, with a clock of their own; what they ask of their media
/// engines is kept.
final class PhoneNetwork {
    private struct Packet {
        var bytes: [UInt8]
        var source: Endpoint
        var target: Endpoint
    }

    private final class Station {
        var core: PhoneCore
        var told: [PhoneEvent] = []
        var media: [MediaCommand] = []
        var lastSlot: UInt32 = 0

        init(_ core: PhoneCore) { self.core = core }
    }

    private static let firstPort: UInt16 = 5_000
    private static let stepsMax = 10_000
    private var stations: [Endpoint: Station] = [:]
    private var wire: [Packet] = []
    private(set) var now = Instant.zero

    /// Phones 1…`count`, at ports of one address.
    init(_ count: Int, change: (Int, inout PhoneSettings) -> Void = { _, _ in }) {
        for index in 1...count {
            let endpoint = Self.endpoint(index)
            let flow = Flow(transport: .udp, local: endpoint, remote: endpoint)
            var settings = PhoneSettings(productName: "test", contactUser: "phone\(index)", listeners: [flow])
            change(index, &settings)
            let core = PhoneCore(
                settings: settings, fingerprint: nil, random: SeededRandom(seed: UInt64(index)), listenerPorts: [:])
            stations[endpoint] = Station(core)
        }
        for index in 1...count { order(index, .listLines) }
    }

    static func endpoint(_ index: Int) -> Endpoint {
        Endpoint(.ipv4Loopback, port: firstPort + UInt16(index))
    }

    static func uri(_ index: Int) -> String { "sip:phone\(index)@127.0.0.1:\(firstPort + UInt16(index))" }

    // MARK: What happens

    func order(_ index: Int, _ command: PhoneCommand) {
        handle(Self.endpoint(index), .command(command))
        deliver()
    }

    func report(_ index: Int, _ event: MediaEvent) {
        handle(Self.endpoint(index), .media(event))
        deliver()
    }

    /// Lets time pass, with all timers that are due in it.
    func advance(_ seconds: Int) {
        let end = now + .seconds(seconds)
        for _ in 0..<Self.stepsMax {
            let due = stations.values.compactMap(\.core.deadline).min()
            guard let due, due <= end else { break }
            now = max(now, due)
            for endpoint in stations.keys.sorted(by: { $0.port < $1.port }) { handle(endpoint, .timeout) }
            deliver()
        }
        now = end
    }

    private func deliver() {
        for _ in 0..<Self.stepsMax where !wire.isEmpty {
            let packet = wire.removeFirst()
            guard let message = try? SIPMessage(parsing: packet.bytes) else {
                Issue.record("a phone sent what is no SIP")
                continue
            }
            let flow = Flow(transport: .udp, local: packet.target, remote: packet.source)
            handle(packet.target, .received(message, flow))
        }
    }

    private func handle(_ endpoint: Endpoint, _ input: PhoneCore.Input) {
        guard let station = stations[endpoint] else { return }
        var effects: [PhoneCore.Effect] = []
        station.core.handle(input, now: now, into: &effects)
        for effect in effects {
            switch effect {
            case .transmit(let bytes, let flow):
                wire.append(Packet(bytes: bytes, source: endpoint, target: flow.remote))
            case .tell(let event): station.told.append(event)
            case .connectCard, .alert: break
            case .media(let command):
                station.media.append(command)
                answer(command, at: endpoint, station)
            }
        }
    }

    /// The engine of a phone: it has every port that is asked for, and plays and records nothing.
    private func answer(_ command: MediaCommand, at endpoint: Endpoint, _ station: Station) {
        switch command {
        case .prepare(_, let count, _):
            let leases = (0..<count).map { _ in
                station.lastSlot += 1
                let port = 10_000 + endpoint.port % 100 * 100 + UInt16(station.lastSlot) * 2
                return PortLease(
                    id: MediaPortID(worker: 0, slot: station.lastSlot), rtp: Endpoint(.ipv4Loopback, port: port),
                    rtcp: Endpoint(.ipv4Loopback, port: port + 1))
            }
            handle(endpoint, .media(.leased(leases)))
        case .release(let ports):
            for port in ports { handle(endpoint, .media(.released(port, MediaStatistics()))) }
        default: break
        }
    }

    // MARK: What can be seen

    func told(_ index: Int) -> [PhoneEvent] { stations[Self.endpoint(index)]?.told ?? [] }
    func signal(_ index: Int) -> PhoneSignal? { stations[Self.endpoint(index)]?.core.signal }
    func media(_ index: Int) -> [MediaCommand] { stations[Self.endpoint(index)]?.media ?? [] }

    /// A line as it was told last, unless it is over.
    func line(_ index: Int, _ line: Int) -> LineSummary? {
        var latest: LineSummary?
        for event in told(index) {
            switch event {
            case .line(let summary) where summary.line.value == line: latest = summary
            case .ended(let summary, _, _) where summary.line.value == line: latest = nil
            default: break
            }
        }
        return latest
    }

    func end(_ index: Int, _ line: Int) -> LineEnd? {
        for case .ended(let summary, let end, _) in told(index) where summary.line.value == line { return end }
        return nil
    }

    /// The plan in force for the audio port that a line was given, lines being counted by their first plan.
    func plans(_ index: Int) -> [MediaPortID: MediaPlan] {
        var plans: [MediaPortID: MediaPlan] = [:]
        for command in media(index) {
            switch command {
            case .apply(let assignments): for entry in assignments { plans[entry.port] = entry.plan }
            case .release(let ports): for port in ports { plans[port] = nil }
            default: break
            }
        }
        return plans
    }

    func failures(_ index: Int) -> [String] {
        told(index).compactMap { if case .failed(let text) = $0 { text } else { nil } }
    }
}
