import PBXBase
import SIPGrammar
import SIPUserAgent
import Testing

@Suite struct UserAgentSessionTests {
    private let pair = TwoUserAgents()

    @Test func aCallIsRungAnsweredAndEnded() throws {
        let legs = try pair.call()
        pair.command(.server, .ring(legs.server, status: 180, body: nil))
        pair.command(.server, .answer(legs.server, body: Array("answer".utf8)))
        #expect(pair.phoneEvents.map { name($0.1) } == ["progressed 180", "answered"])
        #expect(pair.serverEvents.map { name($0.1) } == ["acknowledged"])

        pair.command(.phone, .end(legs.phone, SessionRefusal(status: 480, q850: 16)))
        #expect(pair.serverEvents.last.map { name($0.1) } == "ended bye")
        // The 200 waits until the layers above confirm: the record must be safe first.
        #expect(pair.traffic(of: .server) == ["180", "200"])
        pair.command(.server, .confirmEnd(legs.server))
        #expect(pair.traffic(of: .server) == ["180", "200", "200"])
        pair.advance(seconds: 60)
        #expect(pair.isQuiet)
    }

    @Test func aRefusalReachesTheCaller() throws {
        let legs = try pair.call()
        pair.command(.server, .reject(legs.server, SessionRefusal(status: 486)))
        #expect(pair.phoneEvents.map { name($0.1) } == ["failed 486"])
        pair.advance(seconds: 60)
        #expect(pair.isQuiet)
    }

    @Test func aCallerThatGivesUpCancels() throws {
        let legs = try pair.call()
        pair.command(.server, .ring(legs.server, status: 180, body: nil))
        pair.command(.phone, .end(legs.phone, SessionRefusal(status: 487)))
        #expect(pair.serverEvents.map { name($0.1) } == ["cancelled"])
        #expect(pair.traffic(of: .phone) == ["INVITE", "CANCEL", "ACK"])
        // Who gave the leg up is not told that it failed.
        #expect(pair.phoneEvents.map { name($0.1) } == ["progressed 180"])
        pair.advance(seconds: 60)
        #expect(pair.isQuiet)
    }

    @Test func anAnswerThatCrossesACancelIsAcknowledgedAndEnded() throws {
        pair.passes = { _, message in message.method != .cancel }
        let legs = try pair.call()
        pair.command(.server, .ring(legs.server, status: 180, body: nil))
        pair.command(.phone, .end(legs.phone, SessionRefusal(status: 487)))
        pair.command(.server, .answer(legs.server, body: Array("answer".utf8)))
        #expect(pair.traffic(of: .phone) == ["INVITE", "CANCEL", "ACK", "BYE"])
        #expect(pair.serverEvents.map { name($0.1) } == ["acknowledged", "ended bye"])
        pair.command(.server, .confirmEnd(legs.server))
        pair.advance(seconds: 60)
        #expect(pair.isQuiet)
    }

    @Test func anAnswerIsRepeatedUntilItsACKAndThenGivenUp() throws {
        pair.passes = { from, message in !(from == .phone && message.method == .ack) }
        let legs = try pair.call()
        pair.command(.server, .answer(legs.server, body: Array("answer".utf8)))
        pair.advance(seconds: 31)
        // T1, doubling to T2, for 64·T1 (RFC 3261 §13.3.1.4): 0, 0.5, 1.5, 3.5, 7.5, 11.5 … 31.5 s.
        #expect(pair.traffic(of: .server).filter { $0 == "200" }.count == 10)
        // Each repetition is acknowledged again.
        #expect(pair.traffic(of: .phone).filter { $0 == "ACK" }.count == 10)
        pair.advance(seconds: 2)
        #expect(pair.serverEvents.map { name($0.1) } == ["ended acknowledgementMissing"])
        #expect(pair.traffic(of: .server).last == "BYE")
        #expect(pair.phoneEvents.last.map { name($0.1) } == "ended bye")
        pair.command(.phone, .confirmEnd(legs.phone))
        pair.advance(seconds: 60)
        #expect(pair.isQuiet)
    }

    @Test func noBYELeavesBeforeTheACKOfOurAnswer() throws {
        var isACKLost = true
        pair.passes = { _, message in !(isACKLost && message.isRequest && message.method == .ack) }
        let legs = try pair.call()
        pair.command(.server, .answer(legs.server, body: Array("answer".utf8)))
        pair.command(.server, .end(legs.server, SessionRefusal(status: 480)))
        #expect(!pair.traffic(of: .server).contains("BYE"))
        isACKLost = false
        pair.advance(seconds: 1)
        #expect(pair.traffic(of: .server).last == "BYE")
    }

    @Test func aDelayedOfferIsAnsweredInTheACK() throws {
        let legs = try pair.call(body: nil)
        pair.command(.server, .answer(legs.server, body: Array("offer".utf8)))
        #expect(pair.phoneEvents.map { name($0.1) } == ["answered"])
        #expect(pair.serverEvents.isEmpty)
        pair.command(.phone, .acknowledge(legs.phone, body: Array("answer".utf8)))
        guard case .acknowledged(let ack)? = pair.serverEvents.last?.1 else {
            Issue.record("no ACK")
            return
        }
        #expect(Array(ack.body) == Array("answer".utf8))
    }

    @Test func aSecondForksAnswerIsAcknowledgedAndEnded() throws {
        let legs = try pair.call()
        pair.command(.server, .answer(legs.server, body: Array("answer".utf8)))
        let answer = try #require(pair.sent.last { $0.message.status == 200 })
        let text = String(decoding: answer.message.bytes, as: UTF8.self)
        let tag = String(decoding: try #require(answer.message.toTag), as: UTF8.self)
        let other = try SIPMessage(parsing: Array(text.replacing(tag, with: "otherfork").utf8))
        pair.sent.removeAll()
        pair.phoneReceives(other)
        #expect(pair.traffic(of: .phone) == ["ACK", "BYE"])
        let tags = pair.sent.filter { $0.from == .phone }.map {
            String(decoding: $0.message.toTag ?? [], as: UTF8.self)
        }
        #expect(tags == ["otherfork", "otherfork"])
        #expect(pair.phoneEvents.filter { name($0.1) == "answered" }.count == 1)
    }
}

@Suite struct UserAgentReofferTests {
    private let pair = TwoUserAgents()

    @Test func aReofferIsAnsweredAndAcknowledged() throws {
        let legs = try pair.establishedCall()
        pair.command(.phone, .reoffer(legs.phone, body: Array("hold".utf8)))
        #expect(pair.serverEvents.map { name($0.1) } == ["offered"])
        pair.command(.server, .answerReoffer(legs.server, body: Array("held".utf8)))
        #expect(pair.phoneEvents.map { name($0.1) } == ["reofferAnswered"])
        #expect(pair.traffic(of: .phone) == ["INVITE", "ACK"])
        #expect(pair.serverEvents.map { name($0.1) } == ["offered", "acknowledged"])
    }

    @Test func ofTwoReoffersAtOnceBothAreRefused() throws {
        let legs = try pair.establishedCall()
        pair.passes = { from, message in !(from == .phone && message.method == .invite && message.isRequest) }
        pair.command(.phone, .reoffer(legs.phone, body: Array("a".utf8)))
        pair.passes = { _, _ in true }
        pair.command(.server, .reoffer(legs.server, body: Array("b".utf8)))
        #expect(pair.serverEvents.map { name($0.1) } == ["reofferFailed 491"])
        // The lost re-INVITE comes again after T1 and finds nothing in its way.
        pair.advance(seconds: 1)
        #expect(pair.serverEvents.map { name($0.1) } == ["reofferFailed 491", "offered"])
    }

    @Test func aReofferThatAPeerNoLongerKnowsEndsTheSession() throws {
        let legs = try pair.establishedCall()
        pair.passes = { from, _ in from == .server }
        pair.command(.phone, .reoffer(legs.phone, body: Array("hold".utf8)))
        pair.advance(seconds: 40)
        #expect(pair.phoneEvents.map { name($0.1) } == ["reofferFailed 408", "ended dialogLost 408"])
        pair.advance(seconds: 60)
        #expect(pair.phone.sessionCount == 0)
    }

    @Test func anInfoIsHandedUpAndRelayed() throws {
        let legs = try pair.establishedCall()
        let second = try pair.establishedCall()
        let tag = try #require(pair.dialogTags(of: legs.server))
        try pair.phoneSends(
            """
            INFO sip:server@127.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKinfo1;rport
            Max-Forwards: 70
            From: <sip:phone@phone>;tag=\(tag.remote)
            To: <sip:100@127.0.0.1>;tag=\(tag.local)
            Call-ID: \(tag.callID)
            CSeq: 50 INFO
            Content-Type: application/dtmf-relay
            Content-Length: 8

            Signal=1
            """)
        guard case .requested(let transaction, let message, let flow)? = pair.serverEvents.last?.1 else {
            Issue.record("INFO was not handed up")
            return
        }
        pair.command(.server, .relay(transaction, message, flow, to: second.server))
        #expect(pair.phoneEvents.last.map { name($0.1) } == "requested INFO")
    }
}

@Suite struct UserAgentRefusalTests {
    private let pair = TwoUserAgents()

    private func request(
        _ method: String, uri: String = "sip:100@127.0.0.1", extra: String = "", toTag: String = ""
    ) -> String {
        """
        \(method) \(uri) SIP/2.0
        Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK\(method)1;rport
        From: <sip:phone@phone>;tag=abc
        To: <sip:100@127.0.0.1>\(toTag)
        Call-ID: refused@phone
        CSeq: 1 \(method)
        Contact: <sip:phone@127.0.0.2>
        \(extra)Content-Length: 0


        """
    }

    @Test(arguments: [
        ("PUBLISH", "sip:100@127.0.0.1", "Max-Forwards: 70\n", "", "405"),
        ("INVITE", "sip:100@127.0.0.1", "Max-Forwards: 0\n", "", "483"),
        ("INVITE", "tel:+4930123", "Max-Forwards: 70\n", "", "416"),
        ("INVITE", "sip:100@127.0.0.1", "Max-Forwards: 70\nRequire: 100rel\n", "", "420"),
        ("BYE", "sip:100@127.0.0.1", "Max-Forwards: 70\n", ";tag=unknown", "481"),
        ("INFO", "sip:100@127.0.0.1", "Max-Forwards: 70\n", ";tag=unknown", "481"),
    ])
    func isRefused(method: String, uri: String, extra: String, toTag: String, status: String) throws {
        try pair.phoneSends(request(method, uri: uri, extra: extra, toTag: toTag))
        #expect(pair.traffic(of: .server) == [status])
        #expect(pair.serverRequests.isEmpty)
    }

    @Test func anUnknownExtensionIsNamed() throws {
        try pair.phoneSends(request("INVITE", extra: "Max-Forwards: 70\nRequire: 100rel, magic\n"))
        #expect(pair.sent.last?.message.text(.unsupported) == "100rel, magic")
    }
}
