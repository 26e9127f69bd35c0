import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// What phones do inside a call: hold, refresh, UPDATE, INFO, and two things at once.
@Suite struct CallChangeTests {
    private let office = Office()
    private let caller: Desk
    private let callee: Desk

    init() {
        caller = office.desk("101")
        callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
    }

    private var isBothUp: Bool { caller.state == .established && callee.state == .established }

    @Test(arguments: [true, false])
    func `hold and resume are passed on, and the media follows`(byCaller: Bool) throws {
        let (holding, held) = byCaller ? (caller, callee) : (callee, caller)
        holding.holds()
        #expect(held.call?.remoteMedia?.direction == .sendonly)
        #expect(holding.call?.remoteMedia?.direction == .recvonly)
        #expect(office.calls.first?.state == .held)
        let plan = try #require(office.plan(of: held))
        #expect(!plan.receives && plan.sends && plan.silenceLimit == nil)
        holding.resumes()
        #expect(held.call?.remoteMedia?.direction == .sendrecv)
        #expect(office.calls.first?.state == .active)
        let resumed = try #require(office.plan(of: held))
        #expect(resumed.receives && resumed.sends)
        office.close()
    }

    @Test func `a refresh is answered here`() {
        caller.refreshes()
        #expect(caller.call?.changeStatuses == [200])
        #expect(callee.call?.changeCount == 0)
        #expect(isBothUp)
        office.close()
    }

    @Test func `a re-INVITE without an offer gets the other side's`() {
        caller.refreshes(offersLate: true)
        #expect(caller.call?.changeStatuses == [200])
        #expect(callee.call?.changeCount == 1)
        #expect(isBothUp)
        office.close()
    }

    @Test func `a phone that owes an offer and sends none loses the call`() {
        callee.phone.answersChangeWithoutSDP = true
        caller.refreshes(offersLate: true)
        office.wait(.seconds(1))
        #expect(caller.state == .ended)
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .protocolError)
        office.close()
    }

    @Test func `a change that the other side refuses leaves all as it was`() throws {
        let before = try #require(office.plan(of: callee))
        let formats = caller.phone.media.formats
        callee.phone.changeRefusal = 488
        caller.phone.media.formats = [.init(0, "PCMU/8000"), .init(101, "telephone-event/8000")]
        caller.refreshes()
        #expect(caller.call?.changeStatuses == [488])
        #expect(isBothUp)
        #expect(office.plan(of: callee) == before)
        // The next change maps payload types by what holds, not by the offer that was refused.
        caller.phone.media.formats = formats
        caller.refreshes()
        #expect(caller.call?.changeStatuses == [488, 200])
        #expect(office.plan(of: callee) == before)
        office.close()
    }

    @Test func `two changes at once get 491`() {
        caller.phone.setHold(true, caller.call!, now: office.now)
        callee.phone.setHold(true, callee.call!, now: office.now)
        office.wait(.seconds(1))
        #expect(caller.call?.changeStatuses == [491])
        #expect(callee.call?.changeStatuses == [491])
        #expect(isBothUp)
        office.close()
    }

    @Test func `an UPDATE without SDP is answered here`() {
        caller.sends(.update)
        #expect(caller.call?.changeStatuses == [200])
        #expect(callee.received(.update) == nil)
        office.close()
    }

    @Test(arguments: [true, false])
    func `INFO reaches the other side with its body`(byCaller: Bool) {
        let (sending, other) = byCaller ? (caller, callee) : (callee, caller)
        sending.sends(.info, .digitFive)
        #expect(sending.call?.changeStatuses == [200])
        let info = other.received(.info)
        #expect(info?.text(.contentType) == "application/dtmf-relay")
        #expect(info.map { String(decoding: $0.body, as: UTF8.self) } == PhoneBody.digitFive.text)
        office.close()
    }

    @Test func `what we have not cannot be required`() {
        caller.sends(.update, headers: [(.require, "100rel")])
        #expect(caller.call?.changeStatuses == [420])
        #expect(caller.lastResponse?.text(.unsupported) == "100rel")
        #expect(isBothUp)
        office.close()
    }

    @Test func `a BYE while a change waits ends both`() {
        caller.phone.setHold(true, caller.call!, now: office.now)
        office.world.settle()
        office.world.run(for: .milliseconds(8))
        callee.hangsUp()
        #expect(caller.state == .ended)
        #expect(callee.state == .ended)
        office.close()
    }

    @Test func `both hang up at once, and both wait for the record`() {
        office.exchange.store.commitTime = .milliseconds(300)
        caller.phone.hangUp(caller.call!, now: office.now)
        callee.phone.hangUp(callee.call!, now: office.now)
        office.wait(.milliseconds(250))
        #expect(caller.call?.isByeConfirmed == false)
        #expect(callee.call?.isByeConfirmed == false)
        #expect(office.record == nil)
        office.wait(.seconds(1))
        #expect(caller.call?.isByeConfirmed == true)
        #expect(callee.call?.isByeConfirmed == true)
        #expect(office.records.count == 1)
        office.close()
    }

    @Test func `a reload does not touch a call, even of an extension that is gone`() {
        office.exchange.reload(Office.directory(without: ["102"]), now: office.world.now)
        #expect(office.counts.registrations == 1)
        caller.holds()
        #expect(callee.call?.changeCount == 1)
        callee.hangsUp()
        #expect(callee.call?.isByeConfirmed == true)
        #expect(office.record?.cause == .normal)
        caller.calls("102")
        #expect(caller.statuses.last == 404)
        office.close()
    }
}
