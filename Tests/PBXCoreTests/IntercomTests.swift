import CallControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// `*80` and an extension: its phones are asked to answer by themselves.
@Suite struct IntercomTests {
    private let office = Office()
    private let caller: Desk
    private let callee: Desk

    init() {
        caller = office.desk("101")
        callee = office.desk("102")
    }

    private func isAsked(_ desk: Desk) -> Bool {
        desk.received(.invite)?.text(.callInfo)?.contains("answer-after=0") == true
            && desk.received(.invite)?.text(.alertInfo)?.contains("info=alert-autoanswer") == true
    }

    @Test func `the phone is asked to answer at once`() {
        caller.calls("*80102")
        #expect(isAsked(callee))
        callee.picksUp()
        #expect(caller.state == .established)
        caller.hangsUp()
        #expect(office.record?.answeredBy == "102")
        caller.calls("102")
        #expect(!isAsked(callee))
        office.close()
    }

    @Test func `nobody else's phone is asked when the phone sends the call on`() {
        let other = office.desk("103")
        caller.calls("*80102")
        callee.forwards(to: "<sip:103@pbx.example>")
        #expect(other.call == nil)
        #expect(caller.statuses.last == 486)
        office.close()
    }

    @Test func `a call that is transferred later rings as any other`() throws {
        let other = office.desk("103")
        caller.calls("*80102")
        callee.picksUp()
        let id = try #require(office.calls.first?.id)
        try office.exchange.operate(.transferBlind(id, by: "102", to: "103"), now: office.world.now)
        office.wait()
        #expect(other.state == .incoming)
        #expect(!isAsked(other))
        office.close()
    }

    @Test func `nobody is transferred into somebody's room`() throws {
        _ = office.desk("103")
        caller.calls("102")
        callee.picksUp()
        let id = try #require(office.calls.first?.id)
        #expect(throws: CallRefusal.destination("*80103", .forbidden)) {
            try office.exchange.operate(.transferBlind(id, by: "102", to: "*80103"), now: office.world.now)
        }
        office.close()
    }
}
