import PBXBase
import SIPGrammar
import SIPTransaction
import Testing

/// RFC 3261 figure 6.
@Suite struct NonInviteClientTransactionTests {
    @Test func `over UDP the pauses grow up to T2`() {
        var dialogue = Dialogue()
        #expect(dialogue.request(.options) == ["send OPTIONS"])
        let times = [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
        #expect(dialogue.advance(to: 60_000) == times.map { "\($0) send OPTIONS" } + ["32000 timed out"])
        #expect(dialogue.table.clientCount == 0)
    }

    @Test func `over TCP it is sent once`() {
        var dialogue = Dialogue(.tcp)
        _ = dialogue.request(.bye)
        #expect(dialogue.advance(to: 60_000) == ["32000 timed out"])
    }

    @Test func `after a provisional response it is repeated every T2`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.options)
        _ = dialogue.advance(to: 600)
        #expect(try dialogue.receive(Dialogue.reply(100, "OPTIONS")) == [])
        #expect(try dialogue.receive(Dialogue.reply(182, "OPTIONS")) == ["response 182"])
        let times = [1_500, 5_500, 9_500, 13_500, 17_500, 21_500, 25_500, 29_500]
        #expect(dialogue.advance(to: 60_000) == times.map { "\($0) send OPTIONS" } + ["32000 timed out"])
    }

    @Test func `over UDP repeated finals are absorbed for T4`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.register)
        #expect(try dialogue.receive(Dialogue.reply(401, "REGISTER")) == ["response 401"])
        #expect(try dialogue.receive(Dialogue.reply(401, "REGISTER")) == [])
        #expect(try dialogue.receive(Dialogue.reply(100, "REGISTER")) == [])
        #expect(dialogue.advance(to: 60_000) == ["5000 client ended"])
        #expect(try dialogue.receive(Dialogue.reply(401, "REGISTER")) == ["stray 401"])
    }

    @Test func `over TCP the final response is the end`() throws {
        var dialogue = Dialogue(.tcp)
        _ = dialogue.request(.bye)
        #expect(try dialogue.receive(Dialogue.reply(200, "BYE")) == ["response 200", "client ended"])
        #expect(dialogue.deadlineMilliseconds == nil)
    }

    @Test func `there is nothing to cancel`() throws {
        var dialogue = Dialogue()
        _ = dialogue.request(.options)
        _ = try dialogue.receive(Dialogue.reply(100, "OPTIONS"))
        #expect(dialogue.cancel() == [])
    }
}
