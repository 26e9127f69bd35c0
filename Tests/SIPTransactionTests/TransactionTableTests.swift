import PBXBase
import SIPGrammar
import SIPTransaction
import Testing

@Suite struct TransactionTableTests {
    private let invite = Dialogue.theirs("INVITE")
    private let cancel = Dialogue.theirs("CANCEL")

    @Test func `a CANCEL is answered and reported once`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        _ = dialogue.respond(180)
        #expect(try dialogue.receive(cancel) == ["send 200", "cancel"])
        #expect(dialogue.lastSent.contains("To: <sip:us@192.0.2.1>;tag=us\r\n"))
        #expect(try dialogue.receive(cancel) == ["send 200"])
        #expect(dialogue.respond(487) == ["send 487"])
        #expect(try dialogue.receive(cancel) == ["send 200"])
        #expect(dialogue.table.serverCount == 1)
    }

    @Test func `a CANCEL after the answer changes nothing`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        _ = dialogue.respond(200)
        #expect(try dialogue.receive(cancel) == ["send 200"])
    }

    @Test func `a CANCEL of nothing gets 481`() throws {
        var dialogue = Dialogue()
        #expect(try dialogue.receive(cancel) == ["send 481", "refused: cancel for a request tha"])
        _ = try dialogue.receive(Dialogue.theirs("OPTIONS"))
        #expect(try dialogue.receive(cancel).first == "send 481")
    }

    @Test func `an ACK for a 2xx has no transaction`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        _ = dialogue.respond(200)
        #expect(try dialogue.receive(Dialogue.theirs("ACK", branch: "z9hG4bKack", toTag: "us")) == ["ack"])
    }

    @Test func `a request that came over two paths is served once`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        let copy = Dialogue.theirs("INVITE", branch: "z9hG4bKother")
        #expect(try dialogue.receive(copy).first == "send 482")
        #expect(try dialogue.receive(Dialogue.theirs("INVITE", branch: "z9hG4bKnext", cseq: 2)) == ["request INVITE"])
        #expect(
            try dialogue.receive(Dialogue.theirs("INVITE", branch: "z9hG4bKin", toTag: "us")) == ["request INVITE"])
    }

    @Test func `the same request again after its transaction is a new one`() throws {
        var dialogue = Dialogue(.tcp)
        _ = try dialogue.receive(Dialogue.theirs("OPTIONS"))
        _ = dialogue.respond(200)
        #expect(try dialogue.receive(Dialogue.theirs("OPTIONS", branch: "z9hG4bKother")) == ["request OPTIONS"])
    }

    @Test func `one branch from two hosts is two transactions`() throws {
        var dialogue = Dialogue()
        _ = try dialogue.receive(invite)
        let other = Dialogue.theirs("INVITE", via: "192.0.2.8:5070;rport", callID: "other")
        #expect(try dialogue.receive(other) == ["request INVITE"])
        #expect(dialogue.table.serverCount == 2)
    }

    @Test func `peers of RFC 2543 are matched without a branch`() throws {
        var dialogue = Dialogue()
        let old = Dialogue.theirs("INVITE", branch: "1")
        #expect(try dialogue.receive(old) == ["request INVITE"])
        #expect(try dialogue.receive(old) == [])
        #expect(try dialogue.receive(Dialogue.theirs("INVITE", branch: "1", callID: "other")) == ["request INVITE"])
        _ = dialogue.respond(486)
        #expect(try dialogue.receive(Dialogue.theirs("ACK", branch: "1", toTag: "us", callID: "other")) == [])
        #expect(try dialogue.receive(Dialogue.theirs("CANCEL", branch: "1")) == ["send 200", "cancel of another"])
    }

    @Test func `beyond the limit there is 503`() throws {
        var dialogue = Dialogue(limit: 1)
        _ = try dialogue.receive(invite)
        #expect(
            try dialogue.receive(Dialogue.theirs("OPTIONS", branch: "z9hG4bKb"))
                == ["send 503", "refused: transaction table is ful"])
        #expect(try dialogue.receive(invite) == [])
        #expect(dialogue.request(.options) == ["send OPTIONS"])
        #expect(dialogue.request(.options, branch: "z9hG4bKc").first?.hasPrefix("flow failed") == true)
        #expect(dialogue.table.clientCount == 1)
    }

    @Test func `what is malformed gets 400 and leaves nothing behind`() throws {
        var dialogue = Dialogue()
        #expect(
            try dialogue.receive(Dialogue.theirs("INVITE", cseqMethod: "BYE"))
                == ["send 400", "refused: malformed message: CSeq "])
        #expect(
            try dialogue.receive(Dialogue.theirs("ACK", cseqMethod: "BYE")) == ["refused: malformed message: CSeq "])
        let headless = ["OPTIONS sip:a@b SIP/2.0", "Via: SIP/2.0/UDP h", "CSeq: 1 OPTIONS"]
        #expect(try dialogue.receive(headless).first == "send 400")
        #expect(try dialogue.receive(["SIP/2.0 200 OK", "Via: x"]).first?.hasPrefix("refused") == true)
        #expect(dialogue.table.serverCount == 0)
    }

    @Test(arguments: [
        ("192.0.2.9:5070;rport", 40_000), ("192.0.2.9:5080", 5_080), ("host.example", 5_060),
        ("host.example:0", 40_000),
    ])
    func `UDP answers go where the request wants them`(via: String, port: Int) throws {
        var dialogue = Dialogue()
        var flow = dialogue.flow
        flow.remote.port = 40_000
        _ = try dialogue.receive(Dialogue.theirs("OPTIONS", via: via), on: flow)
        _ = dialogue.respond(200)
        #expect(dialogue.sent.last?.flow.remote.port == UInt16(port))
        #expect(dialogue.sent.last?.flow.remote.address == flow.remote.address)
    }

    @Test func `an answer on a stream goes back on it`() throws {
        var dialogue = Dialogue(.tcp)
        _ = try dialogue.receive(Dialogue.theirs("OPTIONS", via: "192.0.2.9:5080"))
        _ = dialogue.respond(200)
        #expect(dialogue.sent.last?.flow == dialogue.flow)
    }

    @Test func `a closed connection ends what waits on it`() throws {
        var dialogue = Dialogue(.tcp)
        _ = dialogue.request(.invite)
        _ = try dialogue.receive(invite)
        var other = dialogue.flow
        other.connection = 8
        #expect(dialogue.perform(.flowFailed(other)) == [])
        #expect(dialogue.perform(.flowFailed(dialogue.flow)) == ["flow failed", "server ended"])
        #expect(dialogue.deadlineMilliseconds == nil)
        #expect(dialogue.table.clientCount == 0)
        #expect(dialogue.table.serverCount == 0)
    }

    @Test func `a failed connection attempt ends the request that asked for it`() {
        var table = TransactionTable(limit: 10)
        var effects: [TransactionTable.Effect] = []
        let flow = Dialogue.flow(.tcp)
        _ = table.request(
            method: .options, branch: "z9hG4bKours", bytes: Dialogue.ours(.options, branch: "z9hG4bKours"), flow: flow,
            now: .zero, into: &effects)
        table.handle(.flowFailed(flow), now: .zero, into: &effects)
        #expect(effects.count == 2)
        #expect(table.clientCount == 0)
    }

    @Test func `after the first response everything takes the stream that was opened`() throws {
        var table = TransactionTable(limit: 10)
        var effects: [TransactionTable.Effect] = []
        let id = table.request(
            method: .invite, branch: "z9hG4bKours", bytes: Dialogue.ours(.invite, branch: "z9hG4bKours"),
            flow: Dialogue.flow(.tcp), now: .zero, into: &effects)
        let text = (Dialogue.reply(180, "INVITE") + ["l: 0", "", ""]).joined(separator: "\r\n")
        let opened = Dialogue.flow(.tcp, connection: 3)
        table.handle(.received(try SIPMessage(parsing: Array(text.utf8)), opened), now: .zero, into: &effects)
        table.cancel(id, now: .zero, into: &effects)
        guard case .transmit(_, let flow)? = effects.last else {
            Issue.record("no CANCEL")
            return
        }
        #expect(flow == opened)
    }

    @Test func `transactions that linger end in one wake-up`() throws {
        var dialogue = Dialogue()
        for number in 0..<10 {
            _ = dialogue.advance(to: 1_001 + 40 * number)
            _ = try dialogue.receive(
                Dialogue.theirs("OPTIONS", branch: "z9hG4bK\(number)", callID: "c\(number)"))
            #expect(dialogue.respond(200) == ["send 200"])
        }
        #expect(dialogue.advance(to: 60_000) == Array(repeating: "33500 server ended", count: 10))
    }

    @Test func `tens of thousands of transactions come and go`() throws {
        let count = 10_000
        var table = TransactionTable(limit: count)
        var effects: [TransactionTable.Effect] = []
        for number in 0..<count {
            let lines = Dialogue.theirs("OPTIONS", branch: "z9hG4bK\(number)", callID: "c\(number)")
            let text = (lines + ["l: 0", "", ""]).joined(separator: "\r\n")
            let now = Instant(nanoseconds: Int64(number) * 1_000_000)
            table.handle(
                .received(try SIPMessage(parsing: Array(text.utf8)), Dialogue.flow(.udp)), now: now, into: &effects)
            _ = table.request(
                method: .options, branch: "z9hG4bKo\(number)", bytes: [], flow: Dialogue.flow(.tcp), now: now,
                into: &effects)
        }
        #expect(table.serverCount == count)
        #expect(table.clientCount == count)
        effects = []
        var previous = Instant.zero
        while let deadline = table.deadline {
            #expect(deadline >= previous)
            previous = deadline
            table.handle(.timeout, now: deadline, into: &effects)
        }
        #expect(table.serverCount == 0)
        #expect(table.clientCount == 0)
        // 100 and the end for each request received, a timeout for each one sent.
        #expect(effects.count == count * 3)
    }
}
