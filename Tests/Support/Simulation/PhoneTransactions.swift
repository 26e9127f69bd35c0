import PBXBase
import SIPGrammar

/// What a phone needs of RFC 3261 §17, written a second time and as plainly as possible: the tests' own opinion of
/// when a message is repeated, so that a mistake in the transaction machines of the product does not cancel itself out.
struct PhoneTransactions {
    enum Effect {
        case transmit(Outgoing)
        case request(SIPMessage, Flow)
        /// A response to the request with this branch; finals once, 2xx to INVITE every time.
        case response(SIPMessage, branch: String)
        case timedOut(branch: String)
    }

    private struct Client {
        var request: Outgoing
        var method: SIPMethod
        var interval: Interval
        var giveUpAt: Instant
        var hasProvisional = false
        var isCancelled = false
        var final: SIPMessage?
        /// ACK of a refused INVITE, repeated with every repetition of the refusal.
        var acknowledgement: Outgoing?
    }

    private struct Server {
        var response: Outgoing?
        var isInvite: Bool
        var interval = Self.t1
        /// A refused INVITE repeats its refusal until the ACK.
        var awaitsACK = false
        var endAt: Instant

        private static let t1 = PhoneTransactions.t1
    }

    private enum Key: Hashable {
        case client(branch: String, SIPMethod)
        case server(branch: String, sentBy: String, SIPMethod)
    }

    static let t1 = Interval.milliseconds(500)
    static let t2 = Interval.seconds(4)
    static let patience = t1 * 64

    private var clients: [Key: Client] = [:]
    private var servers: [Key: Server] = [:]
    private var deadlines = DeadlineHeap<Key>()

    var deadline: Instant? { deadlines.deadline }
    var isEmpty: Bool { clients.isEmpty && servers.isEmpty }

    // MARK: Client side

    /// Sends a request; its branch names it from then on.
    mutating func request(
        _ message: Outgoing, method: SIPMethod, branch: String, now: Instant, into effects: inout [Effect]
    ) {
        let key = Key.client(branch: branch, method)
        clients[key] = Client(request: message, method: method, interval: Self.t1, giveUpAt: now + Self.patience)
        deadlines.schedule(key, at: now + (message.flow.transport.isReliable ? Self.patience : Self.t1))
        effects.append(.transmit(message))
    }

    mutating func responseReceived(_ response: SIPMessage, now: Instant, into effects: inout [Effect]) {
        guard let branch = response.topViaBranch.map({ String(decoding: $0) }) else { return }
        let key = Key.client(branch: branch, response.method)
        guard var client = clients[key] else { return }
        defer { clients[key] = client }
        if response.isProvisional {
            guard client.final == nil else { return }
            // An INVITE waits as long as it rings; other requests keep asking, more slowly.
            if client.method == .invite, !client.isCancelled {
                deadlines.cancel(key)
            } else {
                client.interval = Self.t2
            }
            client.hasProvisional = true
            effects.append(.response(response, branch: branch))
            return
        }
        if client.final == nil || (client.method == .invite && (200..<300).contains(response.status)) {
            effects.append(.response(response, branch: branch))
        }
        if client.method == .invite, response.status >= 300 {
            let acknowledgement = client.acknowledgement ?? refusalACK(client, response)
            client.acknowledgement = acknowledgement
            effects.append(.transmit(acknowledgement))
        }
        if client.final == nil {
            client.final = response
            deadlines.schedule(key, at: now + Self.patience)
        }
    }

    /// RFC 3261 §17.1.1.3: same branch, To of the response.
    private func refusalACK(_ client: Client, _ response: SIPMessage) -> Outgoing {
        guard let request = try? SIPMessage(parsing: client.request.bytes) else { return client.request }
        var builder = SIPMessageBuilder(request: .ack, uriText: request.requestURIText)
        if let via = request.value(.via) { builder.add(.via, ascii: via) }
        builder.copyAll(.route, from: request)
        builder.copyAll(.from, from: request)
        builder.copyAll(.to, from: response)
        builder.copyAll(.callID, from: request)
        builder.add(.cseq, SIPCSeq(number: request.cseqNumber ?? 0, method: .ack).description)
        builder.add(.maxForwards, 70)
        return Outgoing(builder.finish(), on: client.request.flow)
    }

    /// RFC 3261 §9.1: cancels a pending INVITE, which must have had a provisional response. False when it had none.
    mutating func cancel(_ branch: String, now: Instant, into effects: inout [Effect]) -> Bool {
        let key = Key.client(branch: branch, .invite)
        guard var invite = clients[key], invite.hasProvisional, invite.final == nil,
            let request = try? SIPMessage(parsing: invite.request.bytes)
        else { return false }
        var builder = SIPMessageBuilder(request: .cancel, uriText: request.requestURIText)
        if let via = request.value(.via) { builder.add(.via, ascii: via) }
        builder.copyAll(.route, from: request)
        builder.copyAll(.from, from: request)
        builder.copyAll(.to, from: request)
        builder.copyAll(.callID, from: request)
        builder.add(.cseq, SIPCSeq(number: request.cseqNumber ?? 0, method: .cancel).description)
        builder.add(.maxForwards, 70)
        // An INVITE that gets no final response after its CANCEL is over all the same.
        invite.isCancelled = true
        invite.giveUpAt = now + Self.patience
        clients[key] = invite
        deadlines.schedule(key, at: invite.giveUpAt)
        self.request(
            Outgoing(builder.finish(), on: invite.request.flow), method: .cancel, branch: branch, now: now,
            into: &effects)
        return true
    }

    // MARK: Server side

    /// A request: new ones come out as effect, repeated ones get their last response again.
    mutating func requestReceived(_ request: SIPMessage, on flow: Flow, now: Instant, into effects: inout [Effect]) {
        let key = key(of: request)
        if request.method == .ack {
            // The ACK of a refusal ends its repetition; the ACK of a 2xx is the dialog's.
            if servers[key]?.awaitsACK == true {
                servers[key]?.awaitsACK = false
                deadlines.schedule(key, at: now + Self.patience)
            } else if servers[key] == nil {
                effects.append(.request(request, flow))
            }
            return
        }
        if let known = servers[key] {
            if let response = known.response { effects.append(.transmit(response)) }
            return
        }
        servers[key] = Server(isInvite: request.method == .invite, endAt: now + Self.patience)
        effects.append(.request(request, flow))
    }

    mutating func respond(
        to request: SIPMessage, status: Int, _ response: Outgoing, now: Instant, into effects: inout [Effect]
    ) {
        let key = key(of: request)
        guard var server = servers[key] else { return }
        server.response = response
        effects.append(.transmit(response))
        if status >= 200 {
            server.endAt = now + Self.patience
            if server.isInvite, status >= 300 { server.awaitsACK = true }
            let repeats = server.awaitsACK && !response.flow.transport.isReliable
            deadlines.schedule(key, at: repeats ? now + Self.t1 : server.endAt)
        }
        servers[key] = server
    }

    private func key(of request: SIPMessage) -> Key {
        .server(
            branch: request.topViaBranch.map { String(decoding: $0) } ?? "",
            sentBy: request.topViaSentBy.map { String(decoding: $0) } ?? "",
            request.method == .ack ? .invite : request.method)
    }

    // MARK: Time

    mutating func timeout(now: Instant, into effects: inout [Effect]) {
        while let key = deadlines.popDue(now: now) {
            switch key {
            case .client(let branch, _): clientDue(key, branch: branch, now: now, into: &effects)
            case .server: serverDue(key, now: now, into: &effects)
            }
        }
    }

    private mutating func clientDue(_ key: Key, branch: String, now: Instant, into effects: inout [Effect]) {
        guard var client = clients[key] else { return }
        if client.final != nil || now >= client.giveUpAt {
            clients[key] = nil
            if client.final == nil, client.method != .cancel { effects.append(.timedOut(branch: branch)) }
            return
        }
        effects.append(.transmit(client.request))
        client.interval = client.method == .invite ? client.interval * 2 : min(client.interval * 2, Self.t2)
        clients[key] = client
        deadlines.schedule(key, at: min(now + client.interval, client.giveUpAt))
    }

    private mutating func serverDue(_ key: Key, now: Instant, into effects: inout [Effect]) {
        guard var server = servers[key] else { return }
        guard server.awaitsACK, now < server.endAt, let response = server.response else {
            servers[key] = nil
            return
        }
        effects.append(.transmit(response))
        server.interval = min(server.interval * 2, Self.t2)
        servers[key] = server
        deadlines.schedule(key, at: min(now + server.interval, server.endAt))
    }
}

extension String {
    /// The text of a part of a message.
    init(decoding slice: ArraySlice<UInt8>) { self.init(decoding: slice, as: UTF8.self) }
}
