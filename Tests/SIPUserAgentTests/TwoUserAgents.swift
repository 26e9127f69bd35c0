import PBXBase
import SIPGrammar
import SIPTransaction
import SIPUserAgent
import Testing

/// Two user agents on one wire and a virtual clock: what one transmits the other receives at once, unless a test
/// catches it. `phone` calls or is called, `server` is the other side.
final class TwoUserAgents {
    enum Side { case phone, server }

    struct Request {
        var transaction: ServerTransactionID
        var message: SIPMessage
        var flow: Flow
    }

    static let phoneEndpoint = Endpoint(IPAddress(ipv4: 0x7F00_0002), port: 5060)
    static let serverEndpoint = Endpoint(.ipv4Loopback, port: 5060)

    var phone: UserAgent
    var server: UserAgent
    var now = Instant.zero
    /// What happened to sessions, per side, in order.
    var phoneEvents: [(LegID, SessionEvent)] = []
    var serverEvents: [(LegID, SessionEvent)] = []
    /// Requests outside sessions that a side has not answered yet.
    var phoneRequests: [Request] = []
    var serverRequests: [Request] = []
    /// Returns false to lose a message; `from` is who sent it.
    var passes: (_ from: Side, _ message: SIPMessage) -> Bool = { _, _ in true }
    /// Every message that was sent, lost ones included.
    var sent: [(from: Side, message: SIPMessage)] = []
    private var nextLeg: UInt64 = 1
    private var tagsByLeg: [LegID: DialogTags] = [:]

    init() {
        phone = UserAgent(
            settings: UserAgentSettings(productName: nil, contactUser: "phone", domain: "phone"),
            random: SeededRandom(seed: 1), transactionsMax: 1_000)
        server = UserAgent(
            settings: UserAgentSettings(productName: "Test", contactUser: "server", domain: "server"),
            random: SeededRandom(seed: 2), transactionsMax: 1_000)
    }

    static func flow(of side: Side) -> Flow {
        side == .phone
            ? Flow(transport: .udp, local: phoneEndpoint, remote: serverEndpoint)
            : Flow(transport: .udp, local: serverEndpoint, remote: phoneEndpoint)
    }

    func newLeg() -> LegID {
        defer { nextLeg += 1 }
        return LegID(nextLeg)
    }

    // MARK: Acting

    func command(_ side: Side, _ command: SessionCommand) {
        run(side) { $0.handle(.command(command), now: now, into: &$1) }
    }

    /// The phone calls the server; the server's leg is begun. Returns both legs.
    func call(body: [UInt8]? = Array("offer".utf8)) throws -> (phone: LegID, server: LegID) {
        let phoneLeg = newLeg()
        let target = SessionTarget(
            requestURI: "sip:100@127.0.0.1", flow: Self.flow(of: .phone), from: "<sip:phone@phone>",
            to: "<sip:100@127.0.0.1>")
        command(.phone, .invite(phoneLeg, target, body: body))
        let last = serverRequests.popLast()
        let request = try #require(last)
        let serverLeg = newLeg()
        var isBegun = false
        run(.server) {
            isBegun = $0.beginSession(
                serverLeg, request.transaction, request.message, on: request.flow, now: now, into: &$1)
        }
        #expect(isBegun)
        return (phoneLeg, serverLeg)
    }

    /// A call that the server answered and the phone acknowledged.
    func establishedCall() throws -> (phone: LegID, server: LegID) {
        let legs = try call()
        command(.server, .answer(legs.server, body: Array("answer".utf8)))
        let answer = try #require(sent.last { $0.message.status == 200 }?.message)
        tagsByLeg[legs.server] = DialogTags(
            callID: try answer.callID(), local: String(decoding: answer.toTag ?? [], as: UTF8.self),
            remote: String(decoding: answer.fromTag ?? [], as: UTF8.self))
        phoneEvents.removeAll()
        serverEvents.removeAll()
        sent.removeAll()
        return legs
    }

    /// Lets time pass, running both sides' timers when they are due.
    func advance(seconds: Int) {
        let end = now + .seconds(seconds)
        while let due = [phone.deadline, server.deadline].compactMap({ $0 }).min(), due <= end {
            now = max(now, due)
            run(.phone) { $0.handle(.timeout, now: now, into: &$1) }
            run(.server) { $0.handle(.timeout, now: now, into: &$1) }
        }
        now = end
    }

    /// Sends raw text from the phone to the server.
    func phoneSends(_ text: String) throws {
        let bytes = Array(text.replacing("\n", with: "\r\n").utf8)
        let message = try SIPMessage(parsing: bytes)
        sent.append((.phone, message))
        run(.server) { $0.handle(.received(message, Self.flow(of: .server)), now: now, into: &$1) }
    }

    /// A message that reaches the phone out of turn.
    func phoneReceives(_ message: SIPMessage) {
        run(.phone) { $0.handle(.received(message, Self.flow(of: .phone)), now: now, into: &$1) }
    }

    // MARK: Looking

    struct DialogTags {
        var callID: String
        var local: String
        var remote: String
    }

    /// The dialog of an answered server leg, as its 200 shows it.
    func dialogTags(of leg: LegID) -> DialogTags? { tagsByLeg[leg] }

    /// Status codes and methods that `side` sent, in order.
    func traffic(of side: Side) -> [String] {
        sent.filter { $0.from == side }.map { $0.message.isRequest ? $0.message.method.name : "\($0.message.status)" }
    }

    var isQuiet: Bool {
        [phone, server].allSatisfy { $0.sessionCount == 0 && $0.transactionCount == 0 }
    }

    // MARK: The wire

    private func run(_ side: Side, _ body: (inout UserAgent, inout [UserAgentEffect]) -> Void) {
        var effects: [UserAgentEffect] = []
        if side == .phone { body(&phone, &effects) } else { body(&server, &effects) }
        for effect in effects { apply(effect, of: side) }
    }

    private func apply(_ effect: UserAgentEffect, of side: Side) {
        switch effect {
        case .transmit(let bytes, _):
            guard let message = try? SIPMessage(parsing: bytes) else {
                Issue.record("unreadable message sent")
                return
            }
            sent.append((side, message))
            guard passes(side, message) else { return }
            let other: Side = side == .phone ? .server : .phone
            run(other) { $0.handle(.received(message, Self.flow(of: other)), now: now, into: &$1) }
        case .requestReceived(let transaction, let message, let flow):
            let request = Request(transaction: transaction, message: message, flow: flow)
            if side == .phone { phoneRequests.append(request) } else { serverRequests.append(request) }
        case .session(let leg, let event):
            if side == .phone { phoneEvents.append((leg, event)) } else { serverEvents.append((leg, event)) }
        case .responseReceived, .requestFailed, .misbehaved: break
        }
    }
}

/// A short name for an event, for comparing sequences.
func name(_ event: SessionEvent) -> String {
    switch event {
    case .cancelled: "cancelled"
    case .progressed(let message): "progressed \(message.status)"
    case .answered: "answered"
    case .answerRefused: "answerRefused"
    case .failed(let status, _): "failed \(status)"
    case .acknowledged: "acknowledged"
    case .offered: "offered"
    case .reofferAnswered: "reofferAnswered"
    case .reofferFailed(let status): "reofferFailed \(status)"
    case .requested(_, let message, _): "requested \(message.method.name)"
    case .ended(.bye): "ended bye"
    case .ended(.acknowledgementMissing): "ended acknowledgementMissing"
    case .ended(.flowLost): "ended flowLost"
    case .ended(.dialogLost(let status)): "ended dialogLost \(status)"
    }
}
