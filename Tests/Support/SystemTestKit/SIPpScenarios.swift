/// Phones as SIPp plays them.
extension SIPpScenario {
    /// REGISTER, 401, REGISTER with digest, `status`.
    package static func register(
        _ account: SIPAccount, contactPort: UInt16, expiresSeconds: Int = 300, status: Int = 200
    ) -> SIPpScenario {
        let contact = "sip:\(account.number)@[local_ip]:\(contactPort);transport=\(account.transport.rawValue)"
        func request(_ sequence: Int, _ more: [String]) -> String {
            SIPpMessages.request(
                "REGISTER", uri: "sip:[remote_ip]:[remote_port]", from: account.number, to: account.number,
                sequence: sequence, extra: ["Expires: \(expiresSeconds)"] + more
            ).replacing(
                "Contact: <sip:\(account.number)@[local_ip]:[local_port];transport=[transport]>",
                with: "Contact: <\(contact)>")
        }
        return SIPpScenario("register")
            .sending(request(1, [])).receiving(response: 401, authenticates: true)
            .sending(request(2, [digest(account)])).receiving(response: status)
    }

    /// INVITE with digest, ringing, answer, `talkMilliseconds` of call, BYE.
    package static func caller(
        _ account: SIPAccount, calling number: String, talkMilliseconds: Int = 0, codecs: String = "8 0"
    ) -> SIPpScenario {
        inviting(account, calling: number, codecs: codecs)
            .receiving(response: 100, optional: true).receiving(response: 180, optional: true)
            .receiving(response: 183, optional: true).receiving(response: 200, makesDialog: true)
            .sending(SIPpMessages.dialogRequest("ACK", from: account.number, sequence: 2), retransmits: false)
            .pausing(milliseconds: talkMilliseconds)
            .sending(SIPpMessages.dialogRequest("BYE", from: account.number, sequence: 3)).receiving(response: 200)
    }

    /// INVITE with digest, then the call is refused with `status`.
    package static func refusedCaller(
        _ account: SIPAccount, calling number: String, status: Int, codecs: String = "8 0", milliseconds: Int = 40_000
    ) -> SIPpScenario {
        inviting(account, calling: number, codecs: codecs)
            .receiving(response: 100, optional: true).receiving(response: 180, optional: true)
            .receiving(response: status, milliseconds: milliseconds)
            .sending(errorAck(account, number, 2), retransmits: false)
    }

    /// INVITE with digest, ringing, CANCEL.
    package static func cancellingCaller(_ account: SIPAccount, calling number: String) -> SIPpScenario {
        let cancel = SIPpMessages.request(
            "CANCEL", uri: uri(number), from: account.number, to: number, sequence: 2
        ).replacing("branch=[branch]", with: "branch=[branch-3]")
        return inviting(account, calling: number)
            .receiving(response: 100, optional: true).receiving(response: 180)
            .sending(cancel).receiving(response: 200).receiving(response: 487)
            .sending(errorAck(account, number, 2), retransmits: false)
    }

    /// Answers `INVITE` after ringing, and the BYE.
    package static func callee(ringMilliseconds: Int = 0, codecs: String = "8") -> SIPpScenario {
        SIPpScenario("callee").receiving(request: "INVITE")
            .sending(SIPpMessages.response(180, "Ringing"), retransmits: false).pausing(milliseconds: ringMilliseconds)
            .sending(SIPpMessages.response(200, "OK", body: SIPpMessages.sdp(codecs: codecs)))
            .receiving(request: "ACK").receiving(request: "BYE")
            .sending(SIPpMessages.response(200, "OK", isDialog: false), retransmits: false)
    }

    /// Refuses `INVITE` with `status`.
    package static func refusingCallee(_ status: Int, _ phrase: String) -> SIPpScenario {
        SIPpScenario("refusing callee").receiving(request: "INVITE")
            .sending(SIPpMessages.response(status, phrase)).receiving(request: "ACK")
    }

    /// Rings until it is cancelled.
    package static func ringingCallee() -> SIPpScenario {
        SIPpScenario("ringing callee").receiving(request: "INVITE")
            .sending(SIPpMessages.response(180, "Ringing"), retransmits: false)
            .receiving(request: "CANCEL", milliseconds: 90_000)
            .sending(SIPpMessages.response(200, "OK"), retransmits: false)
            .sending(SIPpMessages.response(487, "Request Terminated").replacing("[last_CSeq:]", with: "CSeq: 1 INVITE"))
            .receiving(request: "ACK")
    }

    private static func inviting(_ account: SIPAccount, calling number: String, codecs: String = "8 0") -> SIPpScenario
    {
        func invite(_ sequence: Int, _ more: [String]) -> String {
            SIPpMessages.request(
                "INVITE", uri: uri(number), from: account.number, to: number, sequence: sequence, extra: more,
                body: SIPpMessages.sdp(codecs: codecs))
        }
        return SIPpScenario("caller")
            .sending(invite(1, [])).receiving(response: 100, optional: true)
            .receiving(response: 401, authenticates: true)
            .sending(errorAck(account, number, 1), retransmits: false)
            .sending(invite(2, [digest(account)]))
    }

    private static func uri(_ number: String) -> String { "sip:\(number)@[remote_ip]:[remote_port]" }

    private static func errorAck(_ account: SIPAccount, _ number: String, _ sequence: Int) -> String {
        SIPpMessages.errorAck(uri: uri(number), from: account.number, sequence: sequence)
    }

    private static func digest(_ account: SIPAccount) -> String {
        "[authentication username=\(account.number) password=\(account.password)]"
    }
}
