import NIOCore
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransaction
import SIPTransport
import SIPUserAgent

/// A phone without a person: a SIP user agent, an audio socket and a tone, on one event loop.
///
/// Its driver tells it what to do and waits for milestones; each wait has a deadline.
actor VirtualPhone {
    /// Whose phone it is, and where its server listens.
    struct Account: Sendable {
        var number: String
        var password: String
        var transport: SIPTransportKind
        var server: Endpoint
        /// What it sends, and what it is to hear.
        var toneHz: Double
        var heardToneHz: Double

        /// `sip:selftest-x-a@127.0.0.1:5060`; without a number the server's own.
        func uri(of number: String?) -> String {
            let user = number.map { "\($0)@" } ?? ""
            let parameter = transport == .udp ? "" : ";transport=\(transport.uriName)"
            return "sip:\(user)\(server.address.hostText):\(server.port)\(parameter)"
        }
    }

    /// The phone's sockets.
    struct Link {
        var transports: SIPTransports
        /// To the server.
        var flow: Flow
        var audio: any Channel
        var audioEndpoint: Endpoint
    }

    static let productName = "PBX-X self-test"
    private static let transactionsMax = 64

    nonisolated let loop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    let account: Account
    var link: Link?
    var userAgent: UserAgent
    var random = SystemRandom()
    var effects: [UserAgentEffect] = []

    var registration: OutboundRegistration?
    /// Transactions outside the call whose end we await.
    var registerTransaction: ClientTransactionID?
    var optionsTransaction: ClientTransactionID?

    var call = PhoneCall()
    private var milestones: Set<PhoneMilestone> = []
    private var failure: PhoneFailure?
    private var waiting: [(id: UInt64, milestone: PhoneMilestone, promise: EventLoopPromise<Void>)] = []
    private var lastWait: UInt64 = 0
    private var timer: Scheduled<Void>?

    init(account: Account, loop: any EventLoop) {
        self.account = account
        self.loop = loop
        userAgent = Self.userAgent(account, listenerPorts: [:])
    }

    private static func userAgent(_ account: Account, listenerPorts: [SIPTransportKind: UInt16]) -> UserAgent {
        let settings = UserAgentSettings(
            productName: productName, contactUser: account.number, domain: account.server.address.hostText,
            listenerPorts: listenerPorts, methods: [.invite, .options])
        return UserAgent(settings: settings, random: SystemRandom(), transactionsMax: transactionsMax)
    }

    // MARK: Sockets

    /// Opens the phone's sockets. To be done first.
    func open() async throws {
        guard let address = localAddress(towards: account.server.address) else {
            throw PhoneFailure.unreachable("no route to \(account.server)")
        }
        let transports = SIPTransports(loop: loop, delegate: self)
        let bound = try await transports.listen([SIPListener(account.transport, Endpoint(address, port: 0))])
        let audio = try await PhoneAudio.open(at: address, on: loop) { [weak self] packet in
            self?.assumeIsolated { $0.audioReceived(packet) }
        }
        guard let listener = bound.first, let audioPort = audio.localAddress?.port.flatMap(UInt16.init(exactly:)) else {
            throw PhoneFailure.unreachable("no free port on \(address)")
        }
        userAgent = Self.userAgent(account, listenerPorts: [account.transport: listener.endpoint.port])
        link = Link(
            transports: transports,
            flow: Flow(transport: account.transport, local: listener.endpoint, remote: account.server), audio: audio,
            audioEndpoint: Endpoint(address, port: audioPort))
    }

    /// Closes them; whoever still waits is told.
    func close() async {
        timer?.cancel()
        call.pace?.cancel()
        fail(.ended)
        guard let link else { return }
        self.link = nil
        await link.transports.close()
        try? await link.audio.close().get()
    }

    // MARK: Milestones

    /// Returns once the milestone is reached; throws a `PhoneFailure` when something else came of it, or nothing within
    /// `seconds`.
    nonisolated func wait(for milestone: PhoneMilestone, seconds: Int) async throws {
        try await loop.flatSubmit { self.assumeIsolated { $0.promise(milestone, seconds: seconds) } }.get()
    }

    private func promise(_ milestone: PhoneMilestone, seconds: Int) -> EventLoopFuture<Void> {
        if milestones.contains(milestone) { return loop.makeSucceededVoidFuture() }
        if let failure { return loop.makeFailedFuture(failure) }
        let promise = loop.makePromise(of: Void.self)
        lastWait += 1
        let id = lastWait
        waiting.append((id, milestone, promise))
        let late = loop.scheduleTask(in: .seconds(Int64(seconds))) { [weak self] in
            self?.assumeIsolated { $0.giveUp(id, after: seconds) }
        }
        promise.futureResult.whenComplete { _ in late.cancel() }
        return promise.futureResult
    }

    private func giveUp(_ id: UInt64, after seconds: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).promise.fail(PhoneFailure.noAnswer(seconds: seconds))
    }

    func reached(_ milestone: PhoneMilestone) {
        milestones.insert(milestone)
        for entry in waiting where entry.milestone == milestone { entry.promise.succeed() }
        waiting.removeAll { $0.milestone == milestone }
    }

    /// Nothing further will come of what is awaited. What is begun afterwards has a new chance.
    func fail(_ failure: PhoneFailure) {
        self.failure = failure
        let waiting = waiting
        self.waiting.removeAll()
        for entry in waiting { entry.promise.fail(failure) }
    }

    func begin() { failure = nil }

    // MARK: The machine and its loop

    /// Carries out what the user agent asked for, until it is quiet.
    func execute() {
        while !effects.isEmpty {
            let batch = effects
            effects.removeAll(keepingCapacity: true)
            for effect in batch { apply(effect) }
        }
        if call.isHangingUp, userAgent.sessionCount == 0 { reached(.ended) }
        link?.transports.flush()
        rearm()
    }

    private func apply(_ effect: UserAgentEffect) {
        switch effect {
        case .transmit(let bytes, let flow): link?.transports.send(bytes, on: flow)
        case .requestReceived(let transaction, let request, let flow):
            requestReceived(request, transaction, on: flow)
        case .session(_, let event): sessionChanged(event)
        case .responseReceived(let transaction, let response): responseReceived(response, to: transaction)
        case .requestFailed(let transaction, let status): requestFailed(transaction, status: status)
        case .misbehaved: break
        }
    }

    private func rearm() {
        let deadlines = [userAgent.deadline, registration?.deadline].compactMap(\.self)
        timer?.cancel()
        guard let deadline = deadlines.min() else { return }
        timer = loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, deadline.nanoseconds)))) { [weak self] in
            self?.assumeIsolated { $0.timerFired() }
        }
    }

    private func timerFired() {
        let now = currentInstant()
        userAgent.handle(.timeout, now: now, into: &effects)
        if let action = registration?.timeout(now: now, random: &random) { apply(action) }
        execute()
    }
}

// The transports call on the phone's loop.
extension VirtualPhone: SIPTransportDelegate {
    nonisolated func received(_ bytes: [UInt8], on flow: Flow) {
        guard let message = try? SIPMessage(parsing: bytes) else { return }
        assumeIsolated {
            $0.userAgent.handle(.received(message, flow), now: currentInstant(), into: &$0.effects)
            $0.execute()
        }
    }

    nonisolated func closed(_ flow: Flow, reason: String) { failed(flow, reason: reason) }

    nonisolated func failed(_ flow: Flow, reason: String) {
        assumeIsolated {
            $0.fail(.unreachable("sending to \(flow.transport.uriName) \(flow.remote) failed: \(reason)"))
            $0.userAgent.handle(.flowFailed(flow), now: currentInstant(), into: &$0.effects)
            $0.execute()
        }
    }

    nonisolated func refused(_ source: Endpoint, reason: String) {}
    nonisolated func listenerFailed(_ listener: SIPListener, reason: String) {
        assumeIsolated { $0.fail(.unreachable("listener \(listener) failed: \(reason)")) }
    }
    nonisolated func turnEnded() {}
}
