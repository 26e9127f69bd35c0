import PBXBase
import SIPGrammar
import SIPTransaction
import Testing

/// RFC 3261 figure 5 and RFC 6026 §7.2.
@Suite struct InviteClientTransactionTests {
    @Test func `without an answer over UDP the INVITE is repeated with doubled pauses for 32 seconds`() {
        var dialogue = Dialogue()
        #expect(dialogue.request(.invite) == ["send INVITE"])
        #expect(dialogue.deadlineMilliseconds == 500)
        let repeats = [500, 1_500, 3_500, 7_500, 15_500, 31_500].map { "\($0) send INVITE" }
        #expect(dialogue.advance(to: 60_000) == repeats + ["32000 timed out"])
        #expect(dialogue.table.clientCount == 0)
        #expect(dialogue.deadlineMilliseconds == nil)
    }

    @Test func `over TCP nothing is repeated`() {
        var dialogue = Dialogue(.tcp)
        #expect(dialogue.request(.invite) == ["send INVITE"])
        #expect(dialogue.deadlineMilliseconds == 32_000)
        #expect(dialogue.advance(to: 60_000) == ["32000 timed out"])
    }

    @Test(arguments: [SIPTransportKind.udp, .tcp])
    func `a provisional response ends all hurry`(transport: SIPTransportKind) throws {
        var dialogue = Dialogue(transport)
        _ = dialogue.request(.invite)
        #expect(try dialogue.receive(Dialogue.reply(100, "INVITE")) == [])
        #expect(dialogue.deadlineMilliseconds == nil)
        #expect(dialogue.advance(to: 200_000) == [])
        #expect(try dialogue.receive(Dialogue.reply(180, "INVITE")) == ["response 180"])
        #expect(try dialogue.receive(Dialogue.reply(183, "INVITE")) == ["response 183"])
        #expect(dialogue.table.clientCount == 1)
    }

    @Test(arguments: [SIPTransportKind.udp, .tcp])
    func `every 2xx is delivered until timer M`(transport: SIPTransportKind) throws {
        var dialogue = Dialogue(transport)
        _ = dialogue.request(.invite)
        #expect(try dialogue.receive(Dialogue.reply(200, "INVITE")) == ["response 200"])
        #expect(try dialogue.receive(Dialogue.reply(200, "INVITE")) == ["response 200"])
        #expect(try dialogue.receive(Dialogue.reply(200, "INVITE", tag: "fork")) == ["response 200"])
        #expect(try dialogue.receive(Dialogue.reply(180, "INVITE", tag: "late")) == [])
        #expect(try dialogue.receive(Dialogue.reply(486, "INVITE", tag: "late")) == [])
        #expect(dialogue.advance(to: 40_000) == ["32000 client ended"])
        #expect(try dialogue.receive(Dialogue.reply(200, "INVITE")) == ["stray 200"])
    }

    @Test func `over UDP a failure is acknowledged as often as it comes`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.invite)
        _ = try dialogue.receive(Dialogue.reply(180, "INVITE"))
        #expect(try dialogue.receive(Dialogue.reply(486, "INVITE")) == ["send ACK", "response 486"])
        #expect(try dialogue.receive(Dialogue.reply(486, "INVITE")) == ["send ACK"])
        #expect(try dialogue.receive(Dialogue.reply(180, "INVITE")) == [])
        #expect(try dialogue.receive(Dialogue.reply(200, "INVITE")) == [])
        #expect(try dialogue.receive(Dialogue.reply(486, "INVITE")) == ["send ACK"])
        #expect(dialogue.advance(to: 40_000) == ["32000 client ended"])
    }

    @Test func `over TCP a failure is the end`() throws {
        var dialogue = Dialogue(.tcp)
        _ = dialogue.request(.invite)
        #expect(
            try dialogue.receive(Dialogue.reply(503, "INVITE")) == ["send ACK", "response 503", "client ended"])
        #expect(dialogue.table.clientCount == 0)
        #expect(dialogue.deadlineMilliseconds == nil)
    }

    @Test func `the ACK takes after the INVITE and the response`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.invite)
        _ = try dialogue.receive(Dialogue.reply(486, "INVITE"))
        #expect(
            dialogue.lastSent == """
                ACK sip:them@192.0.2.9 SIP/2.0\r
                Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours\r
                Max-Forwards: 70\r
                Route: <sip:edge;lr>\r
                From: <sip:us@192.0.2.1>;tag=us\r
                To: <sip:them@192.0.2.9>;tag=peer\r
                Call-ID: our-call\r
                CSeq: 5 ACK\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test func `a CANCEL goes out at once when the peer has answered`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.invite)
        _ = try dialogue.receive(Dialogue.reply(180, "INVITE"))
        #expect(dialogue.cancel() == ["send CANCEL"])
        #expect(dialogue.cancel() == [])
        #expect(
            dialogue.lastSent == """
                CANCEL sip:them@192.0.2.9 SIP/2.0\r
                Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKours\r
                Max-Forwards: 70\r
                Route: <sip:edge;lr>\r
                From: <sip:us@192.0.2.1>;tag=us\r
                To: <sip:them@192.0.2.9>\r
                Call-ID: our-call\r
                CSeq: 5 CANCEL\r
                Content-Length: 0\r
                \r

                """)
        #expect(try dialogue.receive(Dialogue.reply(200, "CANCEL")) == [])
        #expect(try dialogue.receive(Dialogue.reply(487, "INVITE")) == ["send ACK", "response 487"])
        #expect(dialogue.advance(to: 40_000) == ["32000 client ended"])
        #expect(dialogue.table.clientCount == 0)
    }

    @Test func `a CANCEL waits for the first provisional response`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.invite)
        #expect(dialogue.cancel() == [])
        #expect(dialogue.advance(to: 600) == ["500 send INVITE"])
        #expect(try dialogue.receive(Dialogue.reply(100, "INVITE")) == ["send CANCEL"])
    }

    @Test func `a CANCEL that nobody needs any more is not sent`() throws {
        var answered = Dialogue()
        _ = answered.request(.invite)
        #expect(answered.cancel() == [])
        #expect(try answered.receive(Dialogue.reply(200, "INVITE")) == ["response 200"])
        #expect(answered.cancel() == [])
        var silent = Dialogue(.tcp)
        _ = silent.request(.invite)
        #expect(silent.cancel() == [])
        #expect(silent.advance(to: 40_000) == ["32000 timed out"])
        #expect(silent.cancel() == [])
    }

    @Test func `an INVITE that outlives its CANCEL times out`() throws {
        var dialogue = Dialogue(.tcp)
        _ = dialogue.request(.invite)
        _ = try dialogue.receive(Dialogue.reply(180, "INVITE"))
        _ = dialogue.advance(to: 10_000)
        #expect(dialogue.cancel() == ["send CANCEL"])
        #expect(try dialogue.receive(Dialogue.reply(200, "CANCEL")) == [])
        #expect(dialogue.advance(to: 60_000) == ["42000 timed out"])
        #expect(dialogue.table.clientCount == 0)
    }

    @Test func `a 200 that crosses the CANCEL is delivered`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.invite)
        _ = try dialogue.receive(Dialogue.reply(180, "INVITE"))
        _ = dialogue.cancel()
        #expect(try dialogue.receive(Dialogue.reply(200, "INVITE")) == ["response 200"])
    }
}
