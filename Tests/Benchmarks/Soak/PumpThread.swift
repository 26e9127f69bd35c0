import Foundation
import PBXBase
import Synchronization

/// Runs the pump on a thread of its own, and carries orders to it and figures from it.
final class PumpThread: Sendable {
    struct Figures: Sendable {
        var tallies: [LegTally] = []
        var delayP50: Double?
        var delayP99: Double?
    }

    private enum Order {
        case start(EstablishedLeg)
        case stopSending
        /// Hands out the figures and begins a new span of delays.
        case report(CheckedContinuation<Figures, any Error>)
        case end
    }

    private let orders = Mutex<[Order]>([])
    /// Where the phones listen, by index.
    let ports: [UInt16]

    init(options: SoakOptions) throws {
        var pump = RTPPump()
        var ports: [UInt16] = []
        for index in 0..<2 * options.calls {
            ports.append(try pump.addLeg(LossyLink(options, seed: options.seed &* 100_003 &+ UInt64(index))))
        }
        self.ports = ports
        let box = PumpBox(pump)
        let thread = Thread { self.run(box) }
        thread.qualityOfService = .userInteractive
        thread.start()
    }

    func start(_ leg: EstablishedLeg) { orders.withLock { $0.append(.start(leg)) } }
    func stopSending() { orders.withLock { $0.append(.stopSending) } }
    func end() { orders.withLock { $0.append(.end) } }

    /// The figures of now; delays since the last time.
    func report() async throws -> Figures {
        try await withCheckedThrowingContinuation { continuation in
            orders.withLock { $0.append(.report(continuation)) }
        }
    }

    private func run(_ box: PumpBox) {
        var failure: (any Error)?
        var next = monotonicNow()
        while true {
            for order in orders.withLock({ waiting in
                defer { waiting = [] }
                return waiting
            }) {
                switch order {
                case .start(let leg):
                    do {
                        try box.pump.start(leg, now: next)
                    } catch let problem {
                        failure = problem
                    }
                case .stopSending: box.pump.stopSending()
                case .report(let continuation):
                    continuation.resume(with: failure.map { .failure($0) } ?? .success(figures(box)))
                case .end: return
                }
            }
            box.pump.tick(now: monotonicNow())
            next = next + .milliseconds(1)
            waitUntil(next)
        }
    }

    private func figures(_ box: PumpBox) -> Figures {
        defer { box.pump.clearDelays() }
        return Figures(
            tallies: ports.indices.map { box.pump.tally(of: $0) }, delayP50: box.pump.delays.quantile(0.5),
            delayP99: box.pump.delays.quantile(0.99))
    }
}

/// Carries the pump to its thread.
///
/// `@unchecked Sendable`: made by one thread, handed to another before that starts, not touched by the first again.
private final class PumpBox: @unchecked Sendable {
    var pump: RTPPump

    init(_ pump: consuming RTPPump) { self.pump = pump }
}
