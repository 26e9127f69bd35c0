import CLinuxNet
package import NIOCore
package import PBXBase
import SDPNegotiation
package import SIPGrammar
import SIPTransaction
package import SIPTransport
import SIPUserAgent
package import SystemTestKit

/// A SIP phone with a fax machine in it: spandsp does the fax, our own stack the SIP. It sends a document to whom it
/// calls, and takes one from whoever calls it.
package actor FaxPhone {
    package nonisolated let loop: any EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    let account: SIPAccount
    let habits: FaxHabits
    /// Where the pages of a call that comes are put.
    let inbox: String
    let server: Endpoint
    var userAgent: UserAgent
    var random = SystemRandom()
    var effects: [UserAgentEffect] = []
    private var transports: SIPTransports?
    var flow: Flow?
    var registration: OutboundRegistration?
    var registerTransaction: ClientTransactionID?
    var registered: EventLoopPromise<Void>?
    var calls: [LegID: FaxCall] = [:]
    var lastLeg: UInt64 = 0
    var senders: [LegID: EventLoopPromise<FaxResult>] = [:]
    /// The first document that comes.
    let delivery: EventLoopPromise<FaxResult>
    private var timer: Scheduled<Void>?
    private var stepTimer: Scheduled<Void>?
    private var nextStep = Instant(nanoseconds: 0)

    package init(_ account: SIPAccount, _ habits: FaxHabits, inbox: String, loop: any EventLoop) {
        self.account = account
        self.habits = habits
        self.inbox = inbox
        self.loop = loop
        server = Endpoint(.ipv4Loopback, port: account.port)
        userAgent = Self.userAgent(account, port: nil)
        delivery = loop.makePromise()
    }

    deinit { delivery.fail(PeerFailure("the phone is gone")) }

    private static func userAgent(_ account: SIPAccount, port: UInt16?) -> UserAgent {
        let settings = UserAgentSettings(
            productName: "PBX-X fax", contactUser: account.number, domain: account.host,
            listenerPorts: port.map { [.udp: $0] } ?? [:], methods: [.invite, .options])
        return UserAgent(settings: settings, random: SystemRandom(), transactionsMax: 1_000)
    }

    // MARK: What a test asks

    /// Opens its port and registers.
    package func start() async throws {
        let transports = SIPTransports(loop: loop, delegate: self)
        let bound = try await transports.listen([SIPListener(.udp, Endpoint(.ipv4Loopback, port: 0))])
        guard let listener = bound.first else { throw PeerFailure("no port for SIP") }
        self.transports = transports
        userAgent = Self.userAgent(account, port: listener.endpoint.port)
        flow = Flow(transport: .udp, local: listener.endpoint, remote: server)
        try await register()
    }

    /// Calls `number`, sends it a TIFF file and hangs up.
    package func send(_ path: String, to number: String) async throws -> FaxResult {
        let promise = loop.makePromise(of: FaxResult.self)
        try place(path, to: number, promise)
        return try await promise.futureResult.get()
    }

    /// The first call that came, once it is over.
    package func receive() async throws -> FaxResult { try await delivery.futureResult.get() }

    package func close() async {
        timer?.cancel()
        stepTimer?.cancel()
        let closed = PeerFailure("the phone was switched off")
        delivery.fail(closed)
        for sender in senders.values { sender.fail(closed) }
        senders = [:]
        calls = [:]
        await transports?.close()
    }

    // MARK: The machine and its loop

    func now() -> Instant { Instant(nanoseconds: pbx_linuxnet_monotonic_nanoseconds()) }

    func uri(_ user: String?) -> String { "sip:\(user.map { "\($0)@" } ?? "")\(account.server)" }

    func command(_ command: SessionCommand) {
        userAgent.handle(.command(command), now: now(), into: &effects)
        execute()
    }

    func execute() {
        while !effects.isEmpty {
            let batch = effects
            effects.removeAll(keepingCapacity: true)
            for effect in batch { apply(effect) }
        }
        transports?.flush()
        timer?.cancel()
        timer = [userAgent.deadline, registration?.deadline].compactMap(\.self).min().map { due in
            schedule(at: due) { $0.timerFired() }
        }
    }

    private func schedule(at instant: Instant, _ body: @escaping @Sendable (isolated FaxPhone) -> Void) -> Scheduled<
        Void
    > {
        loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, instant.nanoseconds)))) { [weak self] in
            self?.assumeIsolated { body($0) }
        }
    }

    private func timerFired() {
        userAgent.handle(.timeout, now: now(), into: &effects)
        registrationTimerFired()
        execute()
    }

    private func apply(_ effect: UserAgentEffect) {
        switch effect {
        case .transmit(let bytes, let flow): transports?.send(bytes, on: flow)
        case .requestReceived(let transaction, let request, let flow): requested(request, transaction, on: flow)
        case .session(let leg, let event): sessionChanged(leg, event)
        case .responseReceived(let transaction, let response): responded(response, transaction)
        case .requestFailed, .misbehaved: break
        }
    }

    // MARK: The time of the fax machines

    /// Has them live from now on, in steps of 20 ms.
    func startSteps() {
        guard stepTimer == nil else { return }
        nextStep = now()
        scheduleStep()
    }

    private func scheduleStep() { stepTimer = schedule(at: nextStep) { $0.stepDue() } }

    /// Makes up for steps that are late: a machine's clock goes on when its processor is busy.
    private func stepDue() {
        stepTimer = nil
        let current = now()
        while nextStep <= current {
            for (leg, call) in calls { step(leg, call) }
            nextStep = nextStep + .milliseconds(1_000 / FaxCall.stepsPerSecond)
        }
        if !calls.isEmpty { scheduleStep() }
    }
}

// The transports call on the phone's loop.
extension FaxPhone: SIPTransportDelegate {
    package nonisolated func received(_ bytes: [UInt8], on flow: Flow) {
        guard let message = try? SIPMessage(parsing: bytes) else { return }
        assumeIsolated {
            $0.userAgent.handle(.received(message, flow), now: $0.now(), into: &$0.effects)
            $0.execute()
        }
    }

    package nonisolated func closed(_ flow: Flow, reason: String) {}
    package nonisolated func failed(_ flow: Flow, reason: String) {}
    package nonisolated func refused(_ source: Endpoint, reason: String) {}
    package nonisolated func listenerFailed(_ listener: SIPListener, reason: String) {}
    package nonisolated func turnEnded() {}
}
