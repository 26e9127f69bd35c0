import Foundation
import PBXBase
import Synchronization

/// Runs the pump on a thread of its own, and carries orders to it and figures from it.
final class PumpThread: Sendable {
    struct Figures: Sendable {
        var tallies: [LegTally] = []
        var delayP50: Double?
        var delayP99: Double?
        var failure: SoakFailure?
    }

    private enum Order {
        case start(EstablishedLeg)
        case stopSending
        /// Hands out the figures and begins a new span of delays.
        case report
        case end
    }

    private let orders = Mutex<[Order]>([])
    private let figures = Mutex<Figures?>(nil)
    private let failure = Mutex<SoakFailure?>(nil)
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
    func report(legs: Int) async throws -> Figures {
        orders.withLock { $0.append(.report) }
        for _ in 0..<5_000 {
            if let taken = figures.withLock({ $0.take() }) {
                if let failure = taken.failure { throw failure }
                return taken
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw SoakFailure("the audio thread does not answer: the machine is too slow for this many calls")
    }

    private func run(_ box: PumpBox) {
        var next = monotonicNow()
        while true {
            for order in orders.withLock({ waiting in
                defer { waiting = [] }; return waiting
            }) {
                switch order {
                case .start(let leg):
                    do {
                        try box.pump.start(leg, now: next)
                    } catch {
                        failure.withLock { $0 = error as? SoakFailure }
                    }
                case .stopSending: box.pump.stopSending()
                case .report: handOut(box)
                case .end: return
                }
            }
            box.pump.tick(now: monotonicNow())
            next = next + .milliseconds(1)
            sleepUntil(next)
        }
    }

    private func handOut(_ box: PumpBox) {
        let taken = Figures(
            tallies: ports.indices.map { box.pump.tally(of: $0) }, delayP50: box.pump.delays.quantile(0.5),
            delayP99: box.pump.delays.quantile(0.99), failure: failure.withLock { $0 })
        box.pump.clearDelays()
        figures.withLock { $0 = taken }
    }
}

/// Carries the pump to its thread.
///
/// `@unchecked Sendable`: made by one thread, handed to another before that starts, not touched by the first again.
private final class PumpBox: @unchecked Sendable {
    var pump: RTPPump

    init(_ pump: consuming RTPPump) { self.pump = pump }
}
