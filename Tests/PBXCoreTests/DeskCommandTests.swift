import CallControl
import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// What an operator does for a phone by command: answer, decline, digits, page.
@Suite struct DeskCommandTests {
    private let office = Office()

    private func order(_ order: CallOrder) throws {
        defer { office.wait(.seconds(1)) }
        try office.exchange.operate(order, now: office.world.now)
    }

    private func ringing(at desk: Desk, from caller: Desk) throws -> CallID {
        caller.calls(desk.phone.number)
        desk.rings()
        return try #require(office.calls.first?.id)
    }

    // MARK: Answer

    @Test func `a phone that understands talk answers`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        callee.phone.understandsTalk = true
        let call = try ringing(at: callee, from: caller)
        try order(.answer(call, at: "102"))
        #expect(caller.state == .established && callee.state == .established)
        #expect(callee.phone.calls.count == 1)
        #expect(callee.received(.notify)?.text(.event) == "talk")
        #expect(throws: CallRefusal.alreadyTaken(by: "102")) { try order(.answer(call, at: "102")) }
        office.close()
    }

    @Test func `one that does not is called again and asked to answer by itself`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        callee.phone.answersWhenAsked = true
        let call = try ringing(at: callee, from: caller)
        try order(.answer(call, at: "102"))
        #expect(caller.state == .established && callee.state == .established)
        #expect(callee.phone.calls.map(\.state) == [.ended, .established])
        #expect(office.calls.count == 1)
        office.close()
    }

    @Test func `one that knows neither rings on`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        let call = try ringing(at: callee, from: caller)
        try order(.answer(call, at: "102"))
        #expect(callee.phone.calls.map(\.state) == [.ended, .incoming])
        callee.picksUp()
        #expect(caller.state == .established && callee.state == .established)
        callee.hangsUp()
        office.close()
    }

    @Test func `the own phone of a call that was placed for it answers too`() throws {
        let (own, target) = (office.desk("101"), office.desk("102"))
        own.phone.understandsTalk = true
        office.exchange.originate(from: "101", to: "102", now: office.world.now)
        office.wait()
        own.rings()
        let call = try #require(office.calls.first?.id)
        try order(.answer(call, at: "101"))
        #expect(own.state == .established)
        #expect(target.state == .incoming)
        office.close()
    }

    /// A phone that holds by itself is the only one that can take the call back.
    @Test func `a phone that holds is told to go on`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        callee.phone.understandsTalk = true
        caller.calls("102")
        callee.picksUp()
        let call = try #require(office.calls.first?.id)
        callee.holds()
        #expect(office.calls.first?.state == .held)
        #expect(throws: CallRefusal.wrongState("is held by 102")) { try order(.resume(call, by: "101")) }
        try order(.resume(call, by: "102"))
        #expect(callee.received(.notify)?.text(.event) == "talk")
        #expect(office.calls.first?.state == .active)
        office.close()
    }

    @Test func `nothing is answered where it does not ring`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        let call = try ringing(at: callee, from: caller)
        #expect(throws: CallRefusal.wrongState("does not ring at 103")) { try order(.answer(call, at: "103")) }
        #expect(throws: CallRefusal.wrongState("does not ring at 101")) { try order(.decline(call, at: "101")) }
        #expect(callee.state == .incoming)
        office.close()
    }

    // MARK: Decline

    @Test func `declined at the only phone, the caller is refused`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        let call = try ringing(at: callee, from: caller)
        try order(.decline(call, at: "102"))
        #expect(callee.state == .ended && caller.state == .ended)
        #expect(office.record?.cause == .declined)
        office.close()
    }

    @Test func `declined at one of a group, the others ring on`() throws {
        let (caller, first, second) = (office.desk("101"), office.desk("102"), office.desk("103"))
        caller.calls("500")
        first.rings()
        second.rings()
        let call = try #require(office.calls.first?.id)
        try order(.decline(call, at: "102"))
        #expect(first.state == .ended && second.state == .incoming)
        second.picksUp()
        #expect(caller.state == .established)
        office.close()
    }

    // MARK: Digits

    @Test func `digits go to the other party`() throws {
        let (caller, callee) = (office.desk("101"), office.desk("102"))
        caller.calls("102")
        callee.picksUp()
        let call = try #require(office.calls.first?.id)
        try order(.sendDigits(call, "42#", by: "101"))
        #expect(office.exchange.media.digitsSent == ["42#"])
        #expect(throws: CallRefusal.badDigits("4x")) { try order(.sendDigits(call, "4x", by: nil)) }
        #expect(throws: CallRefusal.self) { try order(.sendDigits(call, String(repeating: "1", count: 65), by: nil)) }
        office.close()
    }

    // MARK: Page

    @Test func `who parks goes on with whom it tells, whose phone answers by itself`() throws {
        let (caller, parker, told) = (office.desk("101"), office.desk("102"), office.desk("103"))
        told.phone.answersWhenAsked = true
        caller.calls("102")
        parker.picksUp()
        let call = try #require(office.calls.first?.id)
        let done = try office.exchange.parkAndPage(call, by: nil, page: "103", slot: "702", now: office.world.now)
        office.wait(.seconds(1))
        #expect(done.slot == "702")
        #expect(office.plan(of: caller)?.music != nil)
        #expect(parker.state == .established && told.state == .established)
        #expect(parker.phone.calls.count == 1 && parker.call?.changeCount == 0)
        parker.hangsUp()
        told.calls("702")
        office.wait(.seconds(1))
        #expect(told.state == .established && caller.state == .established)
        #expect(office.plan(of: caller)?.music == nil)
        office.close()
    }

    @Test func `nobody to tell, nothing parked`() throws {
        let (caller, parker) = (office.desk("101"), office.desk("102"))
        caller.calls("102")
        parker.picksUp()
        let call = try #require(office.calls.first?.id)
        #expect(throws: CallRefusal.self) {
            try office.exchange.parkAndPage(call, by: nil, page: "104", slot: nil, now: office.world.now)
        }
        #expect(parker.state == .established && office.plan(of: caller)?.music == nil)
        office.close()
    }
}
