import Foundation

/// SIP messages as text, for what no well-behaved peer sends.
package enum RawMessage {
    /// A request of `user` from 127.0.0.1:`port`, with CRLF line ends and a branch of its own.
    package static func request(
        _ method: String, user: String, from port: UInt16, transport: String = "UDP", extra: [String] = []
    ) -> String {
        let token = String(UInt64.random(in: .min ... .max), radix: 36)
        let lines = [
            "\(method) sip:127.0.0.1 SIP/2.0",
            "Via: SIP/2.0/\(transport) 127.0.0.1:\(port);branch=z9hG4bK\(token)",
            "From: <sip:\(user)@127.0.0.1>;tag=\(token)",
            "To: <sip:\(user)@127.0.0.1>",
            "Call-ID: \(token)",
            "CSeq: 1 \(method)",
            "Contact: <sip:\(user)@127.0.0.1:\(port)>",
            "Max-Forwards: 70",
        ]
        return (lines + extra + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    }

    package static func register(_ user: String, from port: UInt16, extra: [String] = []) -> String {
        request("REGISTER", user: user, from: port, extra: extra)
    }

    package static func options(from port: UInt16, transport: String = "UDP") -> String {
        request("OPTIONS", user: "anybody", from: port, transport: transport)
    }

    /// Credentials with the challenge's own realm and nonce, and a response that is wrong.
    package static func digest(answering challenge: String, user: String) -> String {
        let realm = parameter("realm", of: challenge)
        let nonce = parameter("nonce", of: challenge)
        let response = String(repeating: "0", count: 32)
        return #"Digest username="\#(user)", realm="\#(realm)", nonce="\#(nonce)", uri="sip:127.0.0.1", "#
            + #"response="\#(response)", algorithm=MD5, qop=auth, nc=00000001, cnonce="1""#
    }

    private static func parameter(_ name: String, of challenge: String) -> String {
        guard let start = challenge.range(of: name + "=\"") else { return "" }
        return String(challenge[start.upperBound...].prefix { $0 != "\"" })
    }
}
