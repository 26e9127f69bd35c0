import PBXBase
import SIPGrammar

/// Messages and addresses that several tests share.
enum Sample {
    static let flow = Flow(
        transport: .udp, local: Endpoint(IPAddress(ipv4: 0xC000_0201), port: 5060),
        remote: Endpoint(IPAddress(ipv4: 0xC000_0263), port: 40_000))

    /// The lines with CRLF between them and an empty line behind them.
    static func bytes(_ lines: [String], body: String = "") -> [UInt8] {
        Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    static func message(_ lines: [String], body: String = "") throws -> SIPMessage {
        try SIPMessage(parsing: bytes(lines, body: body))
    }

    static let sdp = """
        v=0\r
        o=- 20518 0 IN IP4 203.0.113.1\r
        s=-\r
        c=IN IP4 203.0.113.1\r
        t=0 0\r
        m=audio 54400 RTP/AVP 0 8 101\r
        a=rtpmap:101 telephone-event/8000\r

        """

    /// An INVITE of about 700 bytes, as a desk phone sends it.
    static let invite = bytes(
        [
            "INVITE sip:600@pbx.example.com SIP/2.0",
            "Via: SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bK-524287-1---d7a3c8e1b2f40d55;rport",
            "Max-Forwards: 70",
            "Contact: <sip:101@198.51.100.7:5062>",
            "To: <sip:600@pbx.example.com>",
            "From: \"Alice Desk\" <sip:101@pbx.example.com>;tag=3f1a9c27",
            "Call-ID: 83042ZTUzYjg0MGE4NjA5NzM1NWE2ZDhiNjA",
            "CSeq: 1 INVITE",
            "Allow: INVITE, ACK, CANCEL, BYE, REFER, INFO, NOTIFY, UPDATE, PRACK, MESSAGE, OPTIONS",
            "Content-Type: application/sdp",
            "Supported: replaces, timer, 100rel",
            "User-Agent: DeskPhone 4.2.1",
            "Content-Length: \(sdp.utf8.count)",
        ], body: sdp)
}
