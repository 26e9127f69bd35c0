import PBXBase
import SIPGrammar
import SIPTransaction

/// Talks to a table as network and user would, and writes down what it does, one line per effect: `send 180`,
/// `request INVITE`, `response 200`, `timed out`. Lines of `advance` begin with the millisecond.
struct Dialogue {
    var table: TransactionTable
    var now = Instant.zero
    let flow: Flow
    /// The last request that the table reported.
    private(set) var server: ServerTransactionID?
    /// The last request that the table was given.
    private(set) var client: ClientTransactionID?
    /// What the table sent, newest last.
    private(set) var sent: [(bytes: [UInt8], flow: Flow)] = []

    init(_ transport: SIPTransportKind = .udp, limit: Int = 1_000) {
        table = TransactionTable(limit: limit)
        flow = Dialogue.flow(transport, connection: transport == .udp ? 0 : 7)
    }

    static func flow(_ transport: SIPTransportKind, connection: UInt64 = 0) -> Flow {
        Flow(
            transport: transport, local: Endpoint(IPAddress(ipv4: 0xC000_0201), port: 5060),
            remote: Endpoint(IPAddress(ipv4: 0xC000_0209), port: 5070), connection: connection)
    }

    var deadlineMilliseconds: Int? { table.deadline.map { ($0 - .zero).milliseconds } }
    var lastSent: String { sent.last.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "" }

    mutating func receive(_ lines: [String], on other: Flow? = nil) throws -> [String] {
        let text = (lines + ["l: 0", "", ""]).joined(separator: "\r\n")
        return perform(.received(try SIPMessage(parsing: Array(text.utf8)), other ?? flow))
    }

    mutating func perform(_ input: TransactionTable.Input) -> [String] {
        var effects: [TransactionTable.Effect] = []
        table.handle(input, now: now, into: &effects)
        return note(effects)
    }

    /// Lets time pass, firing each deadline when it is due.
    mutating func advance(to milliseconds: Int) -> [String] {
        let end = Instant.zero + .milliseconds(milliseconds)
        var lines: [String] = []
        while let deadline = table.deadline, deadline <= end {
            now = max(now, deadline)
            let time = (now - .zero).milliseconds
            lines += perform(.timeout).map { "\(time) \($0)" }
        }
        now = end
        return lines
    }

    mutating func request(_ method: SIPMethod, branch: String = "z9hG4bKours") -> [String] {
        let bytes = Dialogue.ours(method, branch: branch)
        var effects: [TransactionTable.Effect] = []
        client = table.request(method: method, branch: branch, bytes: bytes, flow: flow, now: now, into: &effects)
        return note(effects)
    }

    mutating func cancel() -> [String] {
        guard let client else { return ["no client transaction"] }
        var effects: [TransactionTable.Effect] = []
        table.cancel(client, now: now, into: &effects)
        return note(effects)
    }

    mutating func respond(_ status: Int) -> [String] {
        guard let server else { return ["no server transaction"] }
        var effects: [TransactionTable.Effect] = []
        let isSent = table.respond(
            server, status: status, bytes: Dialogue.answer(status), now: now, into: &effects)
        return isSent ? note(effects) : note(effects) + ["refused"]
    }

    mutating func retransmit2xx() -> [String] {
        guard let server else { return ["no server transaction"] }
        var effects: [TransactionTable.Effect] = []
        let isSent = table.retransmit2xx(server, bytes: Dialogue.answer(200), into: &effects)
        return isSent ? note(effects) : note(effects) + ["refused"]
    }

    private mutating func note(_ effects: [TransactionTable.Effect]) -> [String] {
        effects.map { effect in
            switch effect {
            case .transmit(let bytes, let flow):
                sent.append((bytes, flow))
                return "send \(Dialogue.name(bytes))"
            case .requestReceived(let id, let message, _):
                server = id
                return "request \(message.method)"
            case .ackReceived: return "ack"
            case .cancelReceived(let id, _): return id == server ? "cancel" : "cancel of another"
            case .responseReceived(let id, let message):
                return id == client ? "response \(message.status)" : "response for another"
            case .timedOut(let id): return id == client ? "timed out" : "timed out: another"
            case .flowFailed(let id): return id == client ? "flow failed" : "flow failed: another"
            case .clientEnded(let id): return id == client ? "client ended" : "client ended: another"
            case .serverEnded(_, let ackMissing): return ackMissing ? "server ended without ACK" : "server ended"
            case .strayResponse(let message, _): return "stray \(message.status)"
            case .refused(_, let refusal): return "refused: \(String(describing: refusal).prefix(24))"
            }
        }
    }

    /// Method or status of a message.
    private static func name(_ bytes: [UInt8]) -> String {
        guard let message = try? SIPMessage(parsing: bytes) else { return "garbage" }
        return message.isRequest ? message.method.name : String(message.status)
    }
}

/// The messages of both sides.
extension Dialogue {
    /// A request as a peer sends it.
    static func theirs(
        _ method: String, branch: String = "z9hG4bKtheirs", via: String = "192.0.2.9:5070;rport", toTag: String? = nil,
        callID: String = "call", cseq: Int = 1, cseqMethod: String? = nil
    ) -> [String] {
        [
            "\(method) sip:us@192.0.2.1 SIP/2.0", "Via: SIP/2.0/UDP \(via);branch=\(branch)", "Max-Forwards: 70",
            "From: <sip:them@192.0.2.9>;tag=them", "To: <sip:us@192.0.2.1>" + (toTag.map { ";tag=\($0)" } ?? ""),
            "Call-ID: \(callID)", "CSeq: \(cseq) \(cseqMethod ?? method)",
        ]
    }

    /// A response of the peer to our request.
    static func reply(
        _ status: Int, _ method: String, branch: String = "z9hG4bKours", tag: String = "peer"
    ) -> [String] {
        [
            "SIP/2.0 \(status) x", "Via: SIP/2.0/UDP 192.0.2.1;branch=\(branch)", "From: <sip:us@192.0.2.1>;tag=us",
            "To: <sip:them@192.0.2.9>;tag=\(tag)", "Call-ID: our-call", "CSeq: 5 \(method)",
        ]
    }

    /// A request of ours.
    static func ours(_ method: SIPMethod, branch: String) -> [UInt8] {
        var builder = SIPMessageBuilder(request: method, uriText: "sip:them@192.0.2.9")
        builder.add(SIPVia(transport: .udp, host: "192.0.2.1", port: nil, branch: branch, wantsRport: false))
        builder.add(.maxForwards, 70)
        builder.add(.route, "<sip:edge;lr>")
        builder.add(.from, "<sip:us@192.0.2.1>;tag=us")
        builder.add(.to, "<sip:them@192.0.2.9>")
        builder.add(.callID, "our-call")
        builder.add(SIPCSeq(number: 5, method: method))
        return builder.finish()
    }

    /// A response of ours; only its status matters here.
    static func answer(_ status: Int) -> [UInt8] {
        var builder = SIPMessageBuilder(status: status)
        builder.add(.to, "<sip:us@192.0.2.1>;tag=us")
        return builder.finish()
    }
}
