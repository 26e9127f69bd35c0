import MediaControl
import NIOCore
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransaction
import SIPTransport
import SIPUserAgent

/// A phone whose audio may start: which one, and where its packets go.
struct EstablishedLeg: Sendable {
    var index: Int
    var target: Endpoint
    var payloadType: UInt8
    var isForwarded: Bool
}

struct SoakFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// One extension with a great many calls at once. Its audio is somebody else's (`RTPPump`).
actor SoakPhone {
    struct Account: Sendable {
        var number: String
        var password: String
        var format: MediaFormat
    }

    private struct Talk {
        var media: Endpoint
        var index: Int
        var local: LocalSession?
        var offer: MediaDescription?
        var isForwarded: Bool
    }

    nonisolated let loop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    private let account: Account
    private let server: Endpoint
    private var userAgent: UserAgent
    private var random = SystemRandom()
    private var effects: [UserAgentEffect] = []
    private var transports: SIPTransports?
    private var flow: Flow?
    private var talks: [LegID: Talk] = [:]
    private var lastLeg: UInt64 = 0
    private var registration: OutboundRegistration?
    private var registerTransaction: ClientTransactionID?
    private var timer: Scheduled<Void>?
    /// What the driver waits for: `registered`, or the call just placed.
    private var awaited: EventLoopPromise<EstablishedLeg?>?
    /// The next INVITE is for this phone.
    private var expected: Talk?
    private var answeredLegs: [EstablishedLeg] = []

    init(_ account: Account, server: Endpoint, loop: any EventLoop) {
        self.account = account
        self.server = server
        self.loop = loop
        userAgent = Self.userAgent(account, port: nil)
    }

    private static func userAgent(_ account: Account, port: UInt16?) -> UserAgent {
        let settings = UserAgentSettings(
            productName: "PBX-X soak", contactUser: account.number, domain: "127.0.0.1",
            listenerPorts: port.map { [.udp: $0] } ?? [:], methods: [.invite, .options])
        return UserAgent(settings: settings, random: SystemRandom(), transactionsMax: 100_000)
    }

    // MARK: What the driver asks

    func register() async throws {
        let transports = SIPTransports(loop: loop, delegate: self)
        let bound = try await transports.listen([SIPListener(.udp, Endpoint(.ipv4Loopback, port: 0))])
        guard let listener = bound.first else { throw SoakFailure("no port for SIP") }
        userAgent = Self.userAgent(account, port: listener.endpoint.port)
        self.transports = transports
        let flow = Flow(transport: .udp, local: listener.endpoint, remote: server)
        self.flow = flow
        var registration = OutboundRegistration(
            account: .init(
                registrar: uri(nil), address: "<\(uri(account.number))>", username: account.number,
                password: account.password, seconds: 600),
            contact: userAgent.contact(for: flow), callID: random.token(symbols: 24))
        let action = registration.start(random: &random)
        self.registration = registration
        let promise = loop.makePromise(of: EstablishedLeg?.self)
        awaited = promise
        carryOut(action)
        execute()
        _ = try await promise.futureResult.get()
    }

    /// Calls `number` with the audio of phone `index`; returns once the call is up.
    func call(_ number: String, index: Int, media: Endpoint, isForwarded: Bool) async throws -> EstablishedLeg {
        guard let flow else { throw SoakFailure("not registered") }
        lastLeg += 1
        let leg = LegID(lastLeg)
        var local = LocalSession(id: random.next(), address: media.address)
        let body = local.offer(
            formats: [account.format], address: media, rtcp: nil, direction: .sendrecv, ptime: 20)
        talks[leg] = Talk(media: media, index: index, local: local, isForwarded: isForwarded)
        let target = SessionTarget(
            requestURI: uri(number), flow: flow, from: "<\(uri(account.number))>", to: "<\(uri(number))>",
            credentials: DigestClient(username: account.number, password: account.password))
        let promise = loop.makePromise(of: EstablishedLeg?.self)
        awaited = promise
        command(.invite(leg, target, body: body))
        guard let established = try await promise.futureResult.get() else { throw SoakFailure("the call is not up") }
        return established
    }

    /// Gets ready to answer the next call with the audio of phone `index`; `answered` tells where that goes.
    func expect(index: Int, media: Endpoint, isForwarded: Bool) {
        expected = Talk(media: media, index: index, isForwarded: isForwarded)
    }

    /// The call that `expect` was for, once its ACK is here.
    func answered() async throws -> EstablishedLeg {
        if let leg = answeredLegs.popLast() { return leg }
        let promise = loop.makePromise(of: EstablishedLeg?.self)
        awaited = promise
        guard let leg = try await promise.futureResult.get() else { throw SoakFailure("the called phone got no call") }
        return leg
    }

    func hangUpAll() {
        for leg in talks.keys { command(.end(leg, SessionRefusal(status: 480))) }
    }

    var callCount: Int { userAgent.sessionCount }

    func close() async {
        timer?.cancel()
        await transports?.close()
    }

    // MARK: The machine and its loop

    private func uri(_ user: String?) -> String {
        "sip:\(user.map { "\($0)@" } ?? "")127.0.0.1:\(server.port)"
    }

    private func command(_ command: SessionCommand) {
        userAgent.handle(.command(command), now: monotonicNow(), into: &effects)
        execute()
    }

    private func execute() {
        while !effects.isEmpty {
            let batch = effects
            effects.removeAll(keepingCapacity: true)
            for effect in batch { apply(effect) }
        }
        transports?.flush()
        timer?.cancel()
        guard let due = [userAgent.deadline, registration?.deadline].compactMap(\.self).min() else { return }
        timer = loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, due.nanoseconds)))) { [weak self] in
            self?.assumeIsolated { $0.timerFired() }
        }
    }

    private func timerFired() {
        userAgent.handle(.timeout, now: monotonicNow(), into: &effects)
        if let action = registration?.timeout(now: monotonicNow(), random: &random) { carryOut(action) }
        execute()
    }

    private func apply(_ effect: UserAgentEffect) {
        switch effect {
        case .transmit(let bytes, let flow): transports?.send(bytes, on: flow)
        case .requestReceived(let transaction, let request, let flow): requested(request, transaction, on: flow)
        case .session(let leg, let event): sessionChanged(leg, event)
        case .responseReceived(let transaction, let response):
            guard transaction == registerTransaction else { return }
            let action = registration?.responseReceived(response, now: monotonicNow(), random: &random)
            if let action { carryOut(action) }
        case .requestFailed, .misbehaved: break
        }
    }

    private func carryOut(_ action: OutboundRegistration.Action) {
        switch action {
        case .nothing, .unregistered: break
        case .send(let request):
            guard let flow else { return }
            registerTransaction = userAgent.send(
                .register, requestURI: request.requestURI, from: request.address, to: request.address,
                callID: request.callID, sequence: request.sequence, headers: request.headers, flow: flow,
                now: monotonicNow(), into: &effects)
        case .registered: settle(.success(nil))
        case .failed(let status, let phrase, _):
            settle(.failure(SoakFailure("registration refused: \(status) \(phrase ?? "")")))
        }
    }

    private func settle(_ result: Result<EstablishedLeg?, any Error>) {
        let promise = awaited
        awaited = nil
        promise?.completeWith(result)
    }

    // MARK: Calls

    private func requested(_ request: SIPMessage, _ transaction: ServerTransactionID, on flow: Flow) {
        let now = monotonicNow()
        guard request.method == .invite, var talk = expected, let offer = try? SDPReader.read(request.body) else {
            userAgent.respond(
                to: transaction, request, on: flow, SessionRefusal(status: 486), now: now, into: &effects)
            return
        }
        expected = nil
        lastLeg += 1
        let leg = LegID(lastLeg)
        guard userAgent.beginSession(leg, transaction, request, on: flow, now: now, into: &effects) else { return }
        var local = LocalSession(id: random.next(), address: talk.media.address)
        let body = local.answer(
            to: offer, formats: [account.format], address: talk.media, rtcp: nil, direction: .sendrecv, ptime: 20)
        talk.local = local
        talk.offer = offer
        talks[leg] = talk
        userAgent.handle(.command(.answer(leg, body: body)), now: now, into: &effects)
    }

    private func sessionChanged(_ leg: LegID, _ event: SessionEvent) {
        guard let talk = talks[leg] else { return }
        switch event {
        case .answered(let response):
            guard let answer = try? SDPReader.read(response.body) else {
                return settle(.failure(SoakFailure("an answer without SDP")))
            }
            settle(Result { try established(talk, answer) })
        case .acknowledged:
            guard let offer = talk.offer, let leg = try? established(talk, offer) else { return }
            if awaited == nil { answeredLegs.append(leg) } else { settle(.success(leg)) }
        case .failed(let status, _):
            talks[leg] = nil
            settle(.failure(SoakFailure("a call was refused with \(status)")))
        case .ended(let end):
            talks[leg] = nil
            guard case .bye = end else { return }
            userAgent.handle(.command(.confirmEnd(leg)), now: monotonicNow(), into: &effects)
        case .offered:
            userAgent.handle(
                .command(.rejectReoffer(leg, SessionRefusal(status: 488))), now: monotonicNow(), into: &effects)
        case .cancelled, .progressed, .answerRefused, .requested, .reofferAnswered, .reofferFailed: break
        }
    }

    private func established(_ talk: Talk, _ remote: MediaDescription) throws -> EstablishedLeg {
        guard let target = remote.remote, let format = remote.formats.first(where: { $0.isNamed(account.format.name) })
        else { throw SoakFailure("no audio was agreed") }
        return EstablishedLeg(
            index: talk.index, target: target, payloadType: format.payloadType, isForwarded: talk.isForwarded)
    }
}

// The transports call on the phone's loop.
extension SoakPhone: SIPTransportDelegate {
    nonisolated func received(_ bytes: [UInt8], on flow: Flow) {
        guard let message = try? SIPMessage(parsing: bytes) else { return }
        assumeIsolated {
            $0.userAgent.handle(.received(message, flow), now: monotonicNow(), into: &$0.effects)
            $0.execute()
        }
    }

    nonisolated func closed(_ flow: Flow, reason: String) {}
    nonisolated func failed(_ flow: Flow, reason: String) {}
    nonisolated func refused(_ source: Endpoint, reason: String) {}
    nonisolated func listenerFailed(_ listener: SIPListener, reason: String) {}
    nonisolated func turnEnded() {}
}
