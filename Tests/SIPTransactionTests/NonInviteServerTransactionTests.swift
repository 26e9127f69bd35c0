import PBXBase
import SIPGrammar
import SIPTransaction
import Testing

/// RFC 3261 figure 8 and RFC 4320.
@Suite struct NonInviteServerTransactionTests {
    private let options = Dialogue.theirs("OPTIONS")

    @Test func `over UDP the answer is given to every copy for 32 seconds`() throws {
        var dialogue = Dialogue()
        #expect(try dialogue.receive(options) == ["request OPTIONS"])
        #expect(try dialogue.receive(options) == [])
        #expect(dialogue.respond(200) == ["send 200"])
        #expect(try dialogue.receive(options) == ["send 200"])
        #expect(dialogue.respond(500) == ["refused"])
        #expect(dialogue.advance(to: 60_000) == ["32000 server ended"])
        #expect(try dialogue.receive(options) == ["request OPTIONS"])
    }

    @Test func `over TCP the answer is the end`() throws {
        var dialogue = Dialogue(.tcp)
        _ = try dialogue.receive(options)
        #expect(dialogue.respond(200) == ["send 200", "server ended"])
        #expect(dialogue.deadlineMilliseconds == nil)
        #expect(dialogue.table.serverCount == 0)
    }

    @Test func `a slow answer is announced by 100 and comes to nothing after 32 seconds`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(options)
        #expect(dialogue.advance(to: 4_000) == ["3500 send 100"])
        #expect(try dialogue.receive(options) == ["send 100"])
        #expect(dialogue.advance(to: 60_000) == ["32000 server ended"])
        #expect(dialogue.respond(200) == ["refused"])
    }

    @Test func `neither 180 nor 408 is ever sent`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(options)
        #expect(dialogue.respond(180) == ["refused"])
        #expect(dialogue.respond(408) == ["refused"])
        #expect(dialogue.respond(100) == ["send 100"])
        #expect(dialogue.respond(404) == ["send 404"])
    }
}
