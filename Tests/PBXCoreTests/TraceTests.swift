import CallControl
import ControlProtocol
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// What the exchange can tell afterwards about a call's messages.
@Suite struct TraceTests {
    private func ladder(_ report: WireTraceReport) -> [String] {
        let ladder = CallLadder(report, exchangeTitle: "pbx")
        return ladder.rows.map { row in
            let name = { (column: Int) in ladder.columns[column].title.split(separator: " ").first ?? "" }
            return "\(name(row.from)) → \(name(row.to)): \(row.isRepeat ? "again " : "")\(row.text)"
        }
    }

    @Test func `a call is a ladder from its first message to its last`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings()
        callee.picksUp()
        caller.hangsUp()
        office.wait(.seconds(1))
        let report = office.trace(of: try #require(office.record))
        #expect(report.isWhole)
        #expect(report.parties.map(\.number) == ["101", "102"])
        #expect(report.parties.map(\.role) == [.caller, .callee])
        #expect(
            ladder(report) == [
                "101 → pbx: INVITE (PCMA, PCMU)", "pbx → 101: 401 Unauthorized", "101 → pbx: INVITE (PCMA, PCMU)",
                "pbx → 102: INVITE (PCMA, PCMU, opus, G722; SRTP)", "101 → pbx: ACK", "102 → pbx: 180 Ringing",
                "pbx → 101: 180 Ringing", "102 → pbx: 200 OK (PCMA, PCMU)", "pbx → 102: ACK",
                "pbx → 101: 200 OK (PCMA, PCMU)", "101 → pbx: ACK", "101 → pbx: BYE", "pbx → 102: BYE",
                "pbx → 101: 200 OK (BYE)", "102 → pbx: 200 OK (BYE)",
            ])
        office.close()
    }

    @Test func `phones that refused or were not picked up are in it`() throws {
        let office = Office()
        let caller = office.desk("101")
        let refusing = office.desk("102")
        let answering = office.desk("102")
        let silent = office.desk("102")
        caller.calls("102")
        silent.rings()
        refusing.refuses(486)
        answering.picksUp()
        answering.hangsUp()
        office.wait(.seconds(1))
        let report = office.trace(of: try #require(office.record))
        #expect(report.parties.map(\.number) == ["101", "102", "102", "102"])
        let labels = report.parties.indices.map { party in
            report.messages.filter { $0.party == party && $0.isReceived }.map(\.label)
        }
        #expect(
            Set(labels.dropFirst()) == [
                ["486 Busy Here"], ["200 OK", "BYE"], ["180 Ringing", "200 OK", "487 Request Terminated"],
            ])
        office.close()
    }

    @Test func `a call that a command placed is found by its phones`() throws {
        let office = Office()
        let first = office.desk("101")
        let second = office.desk("102")
        office.exchange.originate(from: "101", to: "102", now: office.world.now)
        office.wait()
        first.picksUp()
        second.picksUp()
        second.hangsUp()
        office.wait(.seconds(1))
        let report = office.trace(of: try #require(office.record))
        #expect(report.parties.map(\.number) == ["101", "102"])
        #expect(report.messages.first?.label == "INVITE")
        #expect(report.messages.first?.isReceived == false)
        office.close()
    }

    @Test func `proofs of passwords do not leave the daemon`() throws {
        let office = Office()
        let caller = office.desk("101")
        caller.calls("103")
        office.wait(.seconds(1))
        let report = office.trace(of: try #require(office.record))
        let invite = try #require(report.messages.last { $0.label == "INVITE" })
        #expect(invite.text.contains("response=\"\(String(repeating: "x", count: 32))\""))
        #expect(invite.text.contains("nonce=\""))
        #expect(report.messages.last { !$0.isReceived }?.label.hasPrefix("480") == true)
        office.close()
    }

    @Test func `a message that was sent again is told from the first, and the same of both ways are two`() {
        let flow = Flow(
            transport: .udp, local: Endpoint(.ipv4Loopback, port: 5_060),
            remote: Endpoint(.ipv4Loopback, port: 5_070))
        let bytes = Array("BYE sip:101@127.0.0.1 SIP/2.0\r\nCall-ID: a\r\n\r\n".utf8)
        var wire = WireTrace()
        for isReceived in [true, true, false] {
            wire.record(bytes, isReceived: isReceived, on: flow, at: WallTime(microseconds: 0))
        }
        let dialog = DialogIndex.Dialog(sipCallID: "a", role: .caller, number: "101", name: "")
        let reading = TraceReading(of: CallID(high: 0, low: 1), wire: wire, dialogs: [dialog], call: nil)
        #expect(reading.report(nil).messages.map(\.isRepeat) == [false, true, false])
    }

    @Test func `keys of audio are masked, and nothing moves by that`() {
        let body = "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^31\r\na=ice-pwd:hidden\r\n"
        let bytes = Array("INVITE sip:1@x SIP/2.0\r\nCall-ID: a\r\nRESPONSE = \"ab,c\"\r\n\r\n\(body)".utf8)
        var wire = WireTrace()
        let flow = Flow(
            transport: .udp, local: Endpoint(.ipv4Loopback, port: 1), remote: Endpoint(.ipv4Loopback, port: 2))
        wire.record(bytes, isReceived: true, on: flow, at: WallTime(microseconds: 0))
        let dialog = DialogIndex.Dialog(sipCallID: "a", role: .caller, number: "101", name: "")
        let reading = TraceReading(of: CallID(high: 0, low: 1), wire: wire, dialogs: [dialog], call: nil)
        let text = reading.report(nil).messages[0].text
        #expect(text.utf8.count == bytes.count)
        for secret in ["c2VjcmV0", "hidden", "\"ab"] { #expect(!text.contains(secret)) }
        #expect(text.contains("inline:xxxxxxxx|2^31\r\na=ice-pwd:xxxxxx\r\n"))
    }
}

@Suite struct WireTraceTests {
    private let flow = Flow(
        transport: .udp, local: Endpoint(.ipv4Loopback, port: 5_060), remote: Endpoint(.ipv4Loopback, port: 5_070))

    private func request(_ method: String, callID: String, padding: Int = 0) -> [UInt8] {
        Array(
            ("\(method) sip:102@127.0.0.1 SIP/2.0\r\nCall-ID: \(callID)\r\nCSeq: 1 \(method)\r\n\r\n"
                + String(repeating: " ", count: padding)).utf8)
    }

    private func record(_ bytes: [UInt8], at second: Int = 0, in trace: inout WireTrace) {
        trace.record(bytes, isReceived: true, on: flow, at: WallTime(microseconds: Int64(second) * 1_000_000))
    }

    @Test(arguments: ["REGISTER", "OPTIONS", "SUBSCRIBE", "PUBLISH"])
    func `what no call is made of is left out, with its responses`(method: String) {
        var trace = WireTrace()
        record(request(method, callID: "a"), in: &trace)
        record(Array("SIP/2.0 200 OK\r\ncseq : 1 \(method)\r\nCall-ID: a\r\n\r\n".utf8), in: &trace)
        #expect(trace.messageCount == 0)
        record(Array("SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\ni: a\r\n\r\n".utf8), in: &trace)
        #expect(trace.messages(ofDialogs: ["a"]).count == 1)
    }

    @Test func `the oldest messages go when there are too many, and that is known`() {
        var trace = WireTrace()
        var most = 0
        for number in 0..<WireTrace.messagesMax + 1_000 {
            record(request("INVITE", callID: "call-\(number)"), at: number, in: &trace)
            most = max(most, trace.messageCount)
        }
        #expect(most <= WireTrace.messagesMax)
        #expect(trace.messageCount > WireTrace.messagesMax - 200)
        #expect(trace.messages(ofDialogs: ["call-0"]).isEmpty)
        #expect(trace.messages(ofDialogs: ["call-\(WireTrace.messagesMax)", "call-5000"]).map(\.dialog) == [1, 0])
        #expect((trace.wholeSince?.secondsSinceEpoch).map { (1_000..<1_300).contains($0) } == true)
    }

    @Test func `large messages cannot hold more memory than is granted`() {
        var trace = WireTrace()
        for number in 0..<1_000 {
            record(request("INVITE", callID: "call-\(number)", padding: 60_000), in: &trace)
            #expect(trace.byteCount <= WireTrace.bytesMax)
        }
        #expect(trace.messageCount > 100)
    }

    @Test func `calls whose dialogs are known are as many as may be, the latest`() {
        var index = DialogIndex()
        func dialog(_ sipCallID: String) -> DialogIndex.Dialog {
            DialogIndex.Dialog(sipCallID: sipCallID, role: .caller, number: "101", name: "")
        }
        for number in 0...DialogIndex.callsMax {
            for name in ["a", "b", "a"] { index.add(dialog(name), to: CallID(high: 0, low: UInt64(number))) }
        }
        #expect(index[CallID(high: 0, low: 0)].isEmpty)
        #expect(index[CallID(high: 0, low: 1)].count == 2)
        #expect(index[CallID(high: 0, low: UInt64(DialogIndex.callsMax))].count == 2)
        for number in 0..<1_000 { index.add(dialog("\(number)"), to: CallID(high: 0, low: 1)) }
        #expect(index[CallID(high: 0, low: 1)].count == DialogIndex.dialogsPerCallMax)
    }
}
