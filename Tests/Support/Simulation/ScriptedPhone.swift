package import PBXBase
package import SIPGrammar

/// A SIP phone for tests: registers with digest, calls, rings, answers, refuses, cancels, holds, hangs up, and now and
/// then loses power. A test scripts it (`desk.call("102")`), or gives it `habits` and lets it live by itself.
///
/// It shares only the grammar with the product, none of its machines, so that both do not err alike.
package final class ScriptedPhone: SimulatedHost {
    /// What the phone waits for by itself.
    enum Timer: Hashable {
        case registration
        case nextCall
        case comeBack
        /// The 2xx of this call, until its ACK.
        case repeatAnswer(String)
        case plan(String, Plan)
    }

    /// Something that habits decided about a call.
    enum Plan: Hashable { case ring, answer, busy, decline, cancel, hold, resume, fax, hangUp, vanish }

    /// What a client transaction is for.
    enum Purpose {
        case register(attempt: Int)
        case invite(PhoneCall)
        case change(PhoneCall, holds: Bool)
        case bye(PhoneCall)
        case other(PhoneCall)
        case cancel
    }

    package let number: String
    package let endpoint: Endpoint
    package let server: Endpoint
    package let transport: SIPTransportKind
    /// Lives by itself while there are any.
    package var habits: PhoneHabits?
    /// Whom habits may call.
    package var targets: [String] = []
    package var password: String
    package internal(set) var isRegistered = false
    package internal(set) var calls: [PhoneCall] = []
    /// Final status of each REGISTER but challenges.
    package internal(set) var registrationStatuses: [Int] = []
    package internal(set) var hasPower = true
    /// What it says of its media in the next offer or answer, but the direction.
    package var media: PhoneSDP
    /// Refuses the other side's re-INVITEs with this status.
    package var changeRefusal: Int?
    /// What it says to a change to fax packets.
    /// Answers what rings when it is told so by NOTIFY with `Event: talk`.
    package var understandsTalk = false
    /// Answers by itself when the INVITE asks it to.
    package var answersWhenAsked = false
    package var faxHabit = FaxHabit.refuses(488)

    package enum FaxHabit: Hashable, Sendable {
        case takes
        case refuses(Int)
        /// Accepts, with port 0.
        case takesNothing
    }

    /// Answers re-INVITEs without SDP, as no phone should.
    package var answersChangeWithoutSDP = false
    /// The latest messages that came, as they came.
    package private(set) var received: [SIPMessage] = []
    private static let receivedMax = 64
    var isRetired = false
    /// Told when power goes and comes, so that the media side can fall silent.
    package var powerChanged: ((ScriptedPhone) -> Void)?
    package internal(set) var callsPlacedCount = 0

    var random: SeededRandom
    var transactions = PhoneTransactions()
    var timers = DeadlineHeap<Timer>()
    var purposes: [String: Purpose] = [:]
    var registrationCallID = ""
    var registrationCSeq = 0
    var registrationSeconds = 300
    var digestCount = 0
    var violations: [String] = []
    private var outbox: [Outgoing] = []
    private var effects: [PhoneTransactions.Effect] = []

    package init(
        _ number: String, at endpoint: Endpoint, server: Endpoint, transport: SIPTransportKind = .udp,
        password: String? = nil, seed: UInt64
    ) {
        self.number = number
        self.endpoint = endpoint
        self.server = server
        self.transport = transport
        self.password = password ?? "demo-\(number)"
        media = PhoneSDP(endpoint: Endpoint(endpoint.address, port: 40_000))
        random = SeededRandom(seed: seed)
        registrationCallID = random.token(symbols: 16)
    }

    package var address: IPAddress { endpoint.address }
    package var addresses: [IPAddress] { [endpoint.address] }
    package func listens(at endpoint: Endpoint) -> Bool { endpoint == self.endpoint }

    package var deadline: Instant? {
        guard hasPower else { return timers.deadline(of: .comeBack) }
        return switch (transactions.deadline, timers.deadline) {
        case (let transaction?, let timer?): min(transaction, timer)
        case (let transaction, let timer): transaction ?? timer
        }
    }

    /// Calls that are not over, oldest first.
    package var liveCalls: [PhoneCall] { calls.filter(\.isLive) }
    /// The newest call, over or not.
    package var call: PhoneCall? { calls.last }

    package func takeOutbox() -> [Outgoing] {
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    package func takeViolations() -> [String] {
        defer { violations.removeAll() }
        return violations.map { "phone \(number): \($0)" }
    }

    // MARK: The world acts

    package func received(_ bytes: [UInt8], on flow: Flow, now: Now) {
        guard hasPower else { return }
        let message: SIPMessage
        do {
            message = try SIPMessage(parsing: bytes)
            if message.isRequest { try message.validateRequest() } else { try message.validateResponse() }
        } catch {
            violations.append("got a message that is not SIP: \(error)")
            return
        }
        if received.count == Self.receivedMax { received.removeFirst(Self.receivedMax / 2) }
        received.append(message)
        if message.isRequest {
            transactions.requestReceived(message, on: flow, now: now.instant, into: &effects)
        } else {
            transactions.responseReceived(message, now: now.instant, into: &effects)
        }
        carryOut(now: now.instant)
    }

    package func connectionClosed(_ flow: Flow, now: Now) {
        // Streams are opened anew by the next message; what was underway is left to its timers.
    }

    package func timeout(now: Now) {
        let now = now.instant
        guard hasPower else {
            if let due = timers.deadline(of: .comeBack), due <= now { powerUp(now: now) }
            return
        }
        transactions.timeout(now: now, into: &effects)
        carryOut(now: now)
        while let timer = timers.popDue(now: now) { due(timer, now: now) }
    }

    private func due(_ timer: Timer, now: Instant) {
        switch timer {
        case .registration: register(now: now)
        case .nextCall: placeRandomCall(now: now)
        case .comeBack: break
        case .repeatAnswer(let sipCallID): repeatAnswer(of: sipCallID, now: now)
        case .plan(let sipCallID, let plan):
            guard let call = calls.first(where: { $0.sipCallID == sipCallID }) else { return }
            carryOut(plan, call, now: now)
        }
    }

    private func carryOut(now: Instant) {
        while !effects.isEmpty {
            let batch = effects
            effects.removeAll()
            for effect in batch {
                switch effect {
                case .transmit(let message): outbox.append(message)
                case .request(let request, let flow): requestReceived(request, on: flow, now: now)
                case .response(let response, let branch): responseReceived(response, branch: branch, now: now)
                case .timedOut(let branch): requestTimedOut(branch: branch, now: now)
                }
            }
        }
    }

    // MARK: Power

    /// Loses power for a while: nothing more is sent or heard, and everything is forgotten.
    package func vanish(for absence: Interval, now: Instant) {
        guard hasPower else { return }
        hasPower = false
        isRegistered = false
        for call in calls { call.state = .ended }
        transactions = PhoneTransactions()
        timers = DeadlineHeap()
        purposes = [:]
        effects = []
        outbox = []
        timers.schedule(.comeBack, at: now + absence)
        powerChanged?(self)
    }

    private func powerUp(now: Instant) {
        timers = DeadlineHeap()
        guard !isRetired else { return }
        hasPower = true
        registrationCallID = random.token(symbols: 16)
        powerChanged?(self)
        register(now: now)
    }

    // MARK: Sending

    func transmit(_ message: Outgoing) { outbox.append(message) }

    func send(
        _ builder: inout SIPMessageBuilder, method: SIPMethod, branch: String, purpose: Purpose, to remote: Endpoint,
        sdp: PhoneSDP? = nil, sdpVersion: Int = 1, now: Instant
    ) {
        let message = Outgoing(finished(&builder, sdp, version: sdpVersion), on: flow(to: remote))
        begin(message, method: method, branch: branch, purpose: purpose, now: now)
    }

    func begin(_ message: Outgoing, method: SIPMethod, branch: String, purpose: Purpose, now: Instant) {
        purposes[branch] = purpose
        transactions.request(message, method: method, branch: branch, now: now, into: &effects)
        carryOut(now: now)
    }

    func finished(_ builder: inout SIPMessageBuilder, _ sdp: PhoneSDP?, version: Int) -> [UInt8] {
        guard let sdp else { return builder.finish() }
        return builder.finish(contentType: "application/sdp", body: Array(sdp.text(version: version).utf8))
    }

    func respond(
        to request: SIPMessage, on flow: Flow, status: Int, toTag: String?, sdp: PhoneSDP? = nil, sdpVersion: Int = 1,
        contacts: [String] = [], now: Instant
    ) -> Outgoing {
        var builder = SIPMessageBuilder(responseTo: request, status: status, toTag: toTag, receivedFrom: flow)
        builder.copyAll(.recordRoute, from: request)
        if toTag != nil, contacts.isEmpty { builder.add(.contact, contact) }
        for other in contacts { builder.add(.contact, other) }
        let message = Outgoing(finished(&builder, sdp, version: sdpVersion), on: flow)
        transactions.respond(to: request, status: status, message, now: now, into: &effects)
        carryOut(now: now)
        return message
    }

    func cancelInvite(_ branch: String, now: Instant) -> Bool {
        let isSent = transactions.cancel(branch, now: now, into: &effects)
        carryOut(now: now)
        return isSent
    }

    func flow(to remote: Endpoint) -> Flow { Flow(transport: transport, local: endpoint, remote: remote) }

    func newBranch() -> String { "z9hG4bK" + random.token(symbols: 16) }

    func via(_ branch: String) -> String {
        "SIP/2.0/\(transport.viaName) \(endpoint);rport;branch=\(branch)"
    }

    var contact: String {
        let parameter = transport == .udp ? "" : ";transport=\(transport.uriName)"
        return "<sip:\(number)@\(endpoint)\(parameter)>"
    }

    func sdp(_ direction: PhoneSDP.Direction = .sendrecv) -> PhoneSDP {
        var sdp = media
        sdp.direction = direction
        return sdp
    }
}
