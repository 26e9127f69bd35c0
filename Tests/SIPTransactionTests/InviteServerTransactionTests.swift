import PBXBase
import SIPGrammar
import SIPTransaction
import Testing

/// RFC 3261 figure 7 and RFC 6026 §7.1.
@Suite struct InviteServerTransactionTests {
    private let invite = Dialogue.theirs("INVITE")
    private let ack = Dialogue.theirs("ACK", toTag: "us")

    @Test func `100 goes out when the user thinks for 200 ms`() throws {
        var dialogue = Dialogue()
        #expect(try dialogue.receive(invite) == ["request INVITE"])
        #expect(try dialogue.receive(invite) == [])
        #expect(dialogue.advance(to: 10_000) == ["200 send 100"])
        #expect(!dialogue.lastSent.contains("To: <sip:us@192.0.2.1>;tag"))
        #expect(dialogue.lastSent.contains("rport=5070;branch=z9hG4bKtheirs;received=192.0.2.9"))
        #expect(try dialogue.receive(invite) == ["send 100"])
        #expect(dialogue.respond(180) == ["send 180"])
        #expect(try dialogue.receive(invite) == ["send 180"])
        #expect(dialogue.deadlineMilliseconds == nil)
    }

    @Test func `no 100 after a quick answer`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        _ = dialogue.advance(to: 100)
        #expect(dialogue.respond(180) == ["send 180"])
        #expect(dialogue.advance(to: 10_000) == [])
    }

    @Test func `over UDP a failure is repeated until the ACK, at most 32 seconds`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        #expect(dialogue.respond(486) == ["send 486"])
        #expect(try dialogue.receive(invite) == ["send 486"])
        let times = [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
        #expect(
            dialogue.advance(to: 60_000) == times.map { "\($0) send 486" } + ["32000 server ended without ACK"])
        #expect(dialogue.table.serverCount == 0)
    }

    @Test func `over UDP an ACK calms a failure, and copies are absorbed for T4`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        _ = dialogue.respond(486)
        _ = dialogue.advance(to: 600)
        #expect(try dialogue.receive(ack) == [])
        #expect(try dialogue.receive(ack) == [])
        #expect(try dialogue.receive(invite) == [])
        #expect(dialogue.respond(200) == ["refused"])
        // 5,600 on the grid of those that linger.
        #expect(dialogue.advance(to: 60_000) == ["6000 server ended"])
        #expect(dialogue.respond(200) == ["refused"])
    }

    @Test func `over TCP a failure is sent once and the ACK is the end`() throws {
        var dialogue = Dialogue(.tcp)
        _ = try dialogue.receive(invite)
        #expect(dialogue.respond(404) == ["send 404"])
        #expect(try dialogue.receive(ack) == ["server ended"])
        #expect(dialogue.deadlineMilliseconds == nil)
    }

    @Test func `over TCP a missing ACK is noticed`() throws {
        var dialogue = Dialogue(.tcp)
        _ = try dialogue.receive(invite)
        _ = dialogue.respond(404)
        #expect(dialogue.advance(to: 60_000) == ["32000 server ended without ACK"])
    }

    @Test(arguments: [SIPTransportKind.udp, .tcp])
    func `a 2xx is the user's to repeat`(transport: SIPTransportKind) throws {
        var dialogue = Dialogue(transport)
        _ = try dialogue.receive(invite)
        #expect(dialogue.retransmit2xx() == ["refused"])
        #expect(dialogue.respond(200) == ["send 200"])
        #expect(try dialogue.receive(invite) == [])
        #expect(dialogue.retransmit2xx() == ["send 200"])
        #expect(dialogue.respond(200) == ["refused"])
        #expect(try dialogue.receive(ack) == ["ack"])
        #expect(dialogue.advance(to: 60_000) == ["32000 server ended"])
        #expect(dialogue.retransmit2xx() == ["refused"])
    }

    @Test func `an ACK before the answer means nothing`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        #expect(try dialogue.receive(ack) == [])
        #expect(dialogue.respond(200) == ["send 200"])
    }
}
