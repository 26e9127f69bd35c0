import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// One call for several phones: who gets it, and what the others hear.
@Suite struct ForkTests {
    @Test func `the first answer wins, and the other phone hears why it stops`() {
        let office = Office()
        let caller = office.desk("101")
        let desk = office.desk("102")
        let mobile = office.desk("102")
        caller.calls("102")
        desk.rings()
        mobile.rings()
        mobile.picksUp()
        #expect(caller.statuses == [401, 180, 200])
        #expect(desk.state == .ended)
        #expect(desk.received(.cancel)?.text(.reason) == "Q.850;cause=26")
        #expect(mobile.state == .established)
        office.close()
    }

    @Test func `each phone has a session of its own, for as long as it lasts`() throws {
        let office = Office()
        let caller = office.desk("101")
        let desk = office.desk("102")
        let mobile = office.desk("102")
        func origin(_ desk: Desk) -> String? {
            desk.received(.invite).flatMap { invite in
                String(decoding: invite.body, as: UTF8.self).split(whereSeparator: \.isNewline)
                    .first { $0.hasPrefix("o=") }?.split(separator: " ")[1].description
            }
        }
        caller.calls("102")
        let first = origin(desk)
        #expect(first != nil && first != origin(mobile))
        desk.picksUp()
        caller.holds()
        #expect(desk.call?.changeCount == 1)
        #expect(origin(desk) == first)
        office.close()
    }

    @Test(arguments: [([486, 486], 486, ReleaseCause.busy), ([486, 480], 486, .busy), ([480, 603], 603, .declined)])
    func `the most telling refusal is the call's`(refusals: [Int], status: Int, cause: ReleaseCause) {
        let office = Office()
        let caller = office.desk("101")
        let phones = [office.desk("102"), office.desk("102")]
        caller.calls("102")
        for (phone, refusal) in zip(phones, refusals) { phone.refuses(refusal) }
        #expect(caller.statuses == [401, status])
        #expect(office.record?.cause == cause)
        office.close()
    }

    @Test func `who declines does so for all its phones`() {
        let office = Office()
        let caller = office.desk("101")
        let desk = office.desk("102")
        let mobile = office.desk("102")
        caller.calls("102")
        mobile.rings()
        desk.refuses(603)
        #expect(caller.statuses.last == 603)
        #expect(mobile.state == .ended)
        office.close()
    }

    @Test func `a ring group rings all its members, and one of them answers`() {
        let office = Office()
        let caller = office.desk("101")
        let first = office.desk("102")
        let second = office.desk("103")
        let stranger = office.desk("104")
        caller.calls("500")
        #expect(first.state == .incoming)
        #expect(second.state == .incoming)
        #expect(stranger.call == nil)
        first.rings()
        second.picksUp()
        #expect(first.state == .ended)
        caller.hangsUp()
        #expect(office.record?.calledNumber == "500")
        #expect(office.record?.answeredBy == "103")
        office.close()
    }

    @Test func `early media of a phone reaches the caller before the answer`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings(hasEarlyMedia: true)
        #expect(caller.statuses == [401, 183])
        #expect(office.exchange.media.appliedCount == 1)
        callee.picksUp()
        #expect(caller.statuses == [401, 183, 200])
        #expect(office.plan(of: caller)?.silenceLimit != nil)
        office.close()
    }

    @Test func `a caller need not speak into early media`() {
        let office = Office { $0.media.silenceSecondsMax = 5 }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings(hasEarlyMedia: true)
        office.exchange.fallSilent(caller.phone.address, now: office.now)
        office.wait(.seconds(10))
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test(arguments: [false, true])
    func `another phone answers than the one with early media`(isIPv6: Bool) throws {
        let office = Office()
        let caller = office.desk("101")
        let announcing = office.desk("102", isIPv6: isIPv6)
        let answering = office.desk("102")
        caller.calls("102")
        announcing.rings(hasEarlyMedia: true)
        let early = office.plan(of: announcing)?.latchGeneration
        answering.picksUp()
        #expect(announcing.state == .ended)
        let plan = try #require(office.plan(of: answering))
        #expect(plan.remote == answering.phone.media.endpoint)
        #expect(plan.latchGeneration != early)
        office.close()
    }

    @Test func `phones that ring for one call count as one call of their extension`() {
        let office = Office { $0.callsMax = 2 }
        let first = office.desk("101")
        let second = office.desk("103")
        let third = office.desk("104")
        let phones = [office.desk("102"), office.desk("102")]
        first.calls("102")
        #expect(office.exchange.core.extensionSnapshots.first { $0.number == "102" }?.calls == 1)
        second.calls("102")
        #expect(phones[0].phone.liveCalls.count == 2)
        third.calls("102")
        #expect(third.statuses == [401, 486])
        office.close()
    }
}
