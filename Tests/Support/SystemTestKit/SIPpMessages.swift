/// The messages that our scenarios are made of.
package enum SIPpMessages {
    /// SDP with one audio stream; `codecs` is the m= line's format list.
    package static func sdp(codecs: String = "8 0") -> String {
        """
        v=0
        o=- 1 1 IN IP[local_ip_type] [local_ip]
        s=-
        c=IN IP[media_ip_type] [media_ip]
        t=0 0
        m=audio [media_port] RTP/AVP \(codecs)
        a=sendrecv
        """
    }

    /// A request outside a dialog; `extra` lines go before Content-Length.
    package static func request(
        _ method: String, uri: String, from: String, to: String, sequence: Int, extra: [String] = [], body: String = ""
    ) -> String {
        let head = [
            "\(method) \(uri) SIP/2.0",
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
            "From: <sip:\(from)@[remote_ip]:[remote_port]>;tag=[pid]f[call_number]",
            "To: <sip:\(to)@[remote_ip]:[remote_port]>",
            "Call-ID: [call_id]",
            "CSeq: \(sequence) \(method)",
            "Contact: <sip:\(from)@[local_ip]:[local_port];transport=[transport]>",
            "Max-Forwards: 70",
        ]
        return finish(head + extra, body: body)
    }

    /// A request inside the dialog that the last response made.
    package static func dialogRequest(_ method: String, from: String, sequence: Int) -> String {
        finish(
            [
                "\(method) [next_url] SIP/2.0",
                "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]",
                "[routes]",
                "From: <sip:\(from)@[remote_ip]:[remote_port]>;tag=[pid]f[call_number]",
                "[last_To:]",
                "Call-ID: [call_id]",
                "CSeq: \(sequence) \(method)",
                "Max-Forwards: 70",
            ], body: "")
    }

    /// The ACK to an error response: same branch, same request URI as the INVITE.
    package static func errorAck(uri: String, from: String, sequence: Int) -> String {
        finish(
            [
                "ACK \(uri) SIP/2.0",
                "[last_Via:]",
                "From: <sip:\(from)@[remote_ip]:[remote_port]>;tag=[pid]f[call_number]",
                "[last_To:]",
                "Call-ID: [call_id]",
                "CSeq: \(sequence) ACK",
                "Max-Forwards: 70",
            ], body: "")
    }

    /// A response to the last request; `isDialog` adds our tag and contact.
    package static func response(
        _ status: Int, _ phrase: String, isDialog: Bool = true, extra: [String] = [], body: String = ""
    ) -> String {
        let head = [
            "SIP/2.0 \(status) \(phrase)",
            "[last_Via:]",
            "[last_Record-Route:]",
            "[last_From:]",
            isDialog ? "[last_To:];tag=[pid]t[call_number]" : "[last_To:]",
            "[last_Call-ID:]",
            "[last_CSeq:]",
            "Contact: <sip:[local_ip]:[local_port];transport=[transport]>",
        ]
        return finish(head + extra, body: body)
    }

    private static func finish(_ head: [String], body: String) -> String {
        if body.isEmpty { return (head + ["Content-Length: 0", "", ""]).joined(separator: "\n") }
        return (head + ["Content-Type: application/sdp", "Content-Length: [len]", "", body, ""]).joined(separator: "\n")
    }
}
