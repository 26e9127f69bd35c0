import PBXBase
import SIPGrammar
import SIPUserAgent

/// One SIP phone's sentences, in the form in which real phones write them. Each call and registration has fresh
/// identifiers.
struct Phone {
    let number: String
    let flow: Flow
    private let address: String
    private var random: SeededRandom

    init(index: Int) {
        number = Bench.number(index)
        let endpoint = Endpoint(IPAddress(ipv4: 0x0A01_0000 + UInt32(index)), port: 5_060)
        flow = Flow(transport: .udp, local: Bench.server, remote: endpoint)
        address = "\(endpoint)"
        random = SeededRandom(seed: UInt64(index) + 100)
    }

    /// The next request of one dialog to be, or of one registration.
    struct Dialogue {
        var callID: String
        var fromTag: String
        var sequence = 1
        var digest: DigestClient
        /// The To value of the other side's answers, with its tag.
        var remote: String?
        var target: String
        var branch = ""
    }

    mutating func dialogue(target: String) -> Dialogue {
        Dialogue(
            callID: "\(random.token(symbols: 20))@\(address)", fromTag: random.token(symbols: 10),
            digest: DigestClient(username: number, password: Bench.password(number)), target: target)
    }

    // MARK: Requests

    mutating func register(_ dialogue: inout Dialogue) -> Incoming {
        let uri = "sip:\(Bench.realm)"
        let headers = [
            "Contact: <sip:\(number)@\(address)>;expires=600",
            "Expires: 600", "Supported: path, outbound",
        ]
        return request("REGISTER", uri, to: "<sip:\(number)@\(Bench.realm)>", &dialogue, headers, body: "")
    }

    mutating func invite(_ dialogue: inout Dialogue) -> Incoming {
        let uri = "sip:\(dialogue.target)@\(Bench.realm)"
        let headers = [
            "Contact: <sip:\(number)@\(address)>",
            "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, INFO, UPDATE", "Supported: replaces",
        ]
        return request("INVITE", uri, to: "<\(uri)>", &dialogue, headers, body: sdp)
    }

    /// The ACK of the last answer; with the INVITE's branch unless the answer was a 2xx.
    mutating func acknowledge(_ dialogue: inout Dialogue, isSuccess: Bool) -> Incoming {
        let uri = isSuccess ? "sip:pbx@\(Bench.server)" : "sip:\(dialogue.target)@\(Bench.realm)"
        if isSuccess { dialogue.branch = newBranch() }
        return write(
            "ACK", uri, to: dialogue.remote ?? "", dialogue, sequence: dialogue.sequence - 1, headers: [], body: "")
    }

    mutating func bye(_ dialogue: inout Dialogue) -> Incoming {
        request("BYE", "sip:pbx@\(Bench.server)", to: dialogue.remote ?? "", &dialogue, [], body: "")
    }

    // MARK: Answers

    /// The answer of a called phone.
    func answer(_ request: SIPMessage, status: Int, tag: String, hasBody: Bool) -> Incoming {
        var builder = SIPMessageBuilder(
            responseTo: request, status: status, toTag: tag,
            receivedFrom: Flow(
                transport: .udp, local: flow.remote, remote: Bench.server))
        builder.add(.contact, "<sip:\(number)@\(address)>")
        builder.add(.userAgent, Self.product)
        let bytes = hasBody ? builder.finish(contentType: "application/sdp", body: Array(sdp.utf8)) : builder.finish()
        return Incoming(bytes: bytes, flow: flow)
    }

    // MARK: Writing

    private static let product = "Benchmark phone 1.0"

    private var sdp: String {
        let host = flow.remote.address
        return """
            v=0\r\no=- 4711 4711 IN IP4 \(host)\r\ns=-\r\nc=IN IP4 \(host)\r\nt=0 0\r\n\
            m=audio 40000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
            a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n
            """
    }

    private mutating func newBranch() -> String { "z9hG4bK" + random.token(symbols: 16) }

    private mutating func request(
        _ method: String, _ uri: String, to: String, _ dialogue: inout Dialogue, _ headers: [String], body: String
    ) -> Incoming {
        dialogue.branch = newBranch()
        var headers = headers
        if method != "BYE" {
            for field in dialogue.digest.authorize(
                method: SIPMethod(ascii: Array(method.utf8)[...]), uri: uri, random: &random)
            {
                headers.append("\(field.name.canonicalName): \(field.value)")
            }
        }
        defer { dialogue.sequence += 1 }
        return write(method, uri, to: to, dialogue, sequence: dialogue.sequence, headers: headers, body: body)
    }

    private func write(
        _ method: String, _ uri: String, to: String, _ dialogue: Dialogue, sequence: Int, headers: [String],
        body: String
    ) -> Incoming {
        var lines = [
            "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/UDP \(address);rport;branch=\(dialogue.branch)",
            "Max-Forwards: 70", "From: \"Phone \(number)\" <sip:\(number)@\(Bench.realm)>;tag=\(dialogue.fromTag)",
            "To: \(to)", "Call-ID: \(dialogue.callID)", "CSeq: \(sequence) \(method)",
        ]
        lines += headers
        lines.append("User-Agent: \(Self.product)")
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines.append("Content-Length: \(body.utf8.count)")
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        return Incoming(bytes: Array(text.utf8), flow: flow)
    }
}
