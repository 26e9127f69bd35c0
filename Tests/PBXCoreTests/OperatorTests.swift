import CallControl
import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// What an operator does with a call by commands: hold, blind transfer, pull back, park, fetch, pick up. Whatever goes
/// wrong, the other party of the call is not lost.
@Suite struct OperatorTests {
    private let office = Office()
    /// 101 calls 102, who answered.
    private let caller: Desk
    private let operatorDesk: Desk
    private let call: CallID

    init() throws {
        caller = office.desk("101")
        operatorDesk = office.desk("102")
        caller.calls("102")
        operatorDesk.picksUp()
        call = try #require(office.calls.first?.id)
    }

    private func order(_ order: CallOrder) throws {
        defer { office.wait() }
        try office.exchange.operate(order, now: office.world.now)
    }

    private func park(slot: String? = nil, by number: String? = nil) throws -> String {
        defer { office.wait() }
        return try office.exchange.park(call, by: number, slot: slot, now: office.world.now)
    }

    private func fetch(_ waiting: WaitingCall, for number: String) throws {
        defer { office.wait() }
        _ = try office.exchange.fetch(waiting, for: number, now: office.world.now)
    }

    private var live: Call? { office.calls.first { $0.id == call } }
    private func hearsMusic(_ desk: Desk) -> Bool { office.plan(of: desk)?.music != nil }
    private func areBridged(_ first: Desk, _ second: Desk) -> Bool {
        guard let one = office.plan(of: first), let other = office.plan(of: second) else { return false }
        return first.state == .established && second.state == .established && one.music == nil && other.music == nil
            && one.sink != nil && other.sink != nil && one.receives && one.sends && other.receives && other.sends
    }

    // MARK: Hold

    @Test func `who is put on hold hears music, and the holder nothing`() throws {
        try order(.hold(call, by: nil))
        #expect(hearsMusic(caller))
        #expect(office.plan(of: operatorDesk)?.sink == nil)
        #expect(!hearsMusic(operatorDesk))
        #expect(live?.state == .held)
        #expect(live?.snapshot.heldBy == "102")
        #expect(throws: CallRefusal.alreadyTaken(by: "102")) { try order(.resume(call, by: "101")) }
        try order(.resume(call, by: "102"))
        #expect(areBridged(caller, operatorDesk))
        #expect(live?.state == .active)
        // No phone had to agree to anything.
        #expect(caller.call?.changeCount == 0)
        #expect(operatorDesk.call?.changeCount == 0)
        office.close()
    }

    @Test func `the caller can hold too, and one hold is enough`() throws {
        try order(.hold(call, by: "101"))
        #expect(hearsMusic(operatorDesk))
        #expect(throws: CallRefusal.self) { try order(.hold(call, by: "102")) }
        operatorDesk.hangsUp()
        #expect(caller.state == .ended)
        office.close()
    }

    @Test func `only who is in the call can hold it`() {
        #expect(throws: CallRefusal.notAParty("104")) { try order(.hold(call, by: "104")) }
        #expect(throws: CallRefusal.noSuchCall) {
            var random = SeededRandom(seed: 9)
            try order(.hold(CallID(at: office.world.now.wall, random: &random), by: nil))
        }
        office.close()
    }

    // MARK: Blind transfer

    @Test func `the caller rings on, hears music meanwhile, and meets who answers`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        #expect(operatorDesk.state == .ended)
        #expect(hearsMusic(caller))
        #expect(target.state == .incoming)
        #expect(live?.snapshot.handedOverBy == "102")
        target.picksUp()
        #expect(areBridged(caller, target))
        #expect(live?.snapshot.handedOverBy == nil)
        target.hangsUp()
        #expect(caller.state == .ended)
        #expect(office.records.count == 1)
        #expect(office.record?.answeredBy == "103")
        #expect(office.record?.routeSteps.contains("transferred by \"102\"") == true)
        office.close()
    }

    @Test func `the caller can send the called one on`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: "101", to: "103"))
        #expect(caller.state == .ended)
        target.picksUp()
        #expect(areBridged(operatorDesk, target))
        #expect(live?.snapshot.from == "102")
        operatorDesk.hangsUp()
        #expect(target.state == .ended)
        office.close()
    }

    @Test(arguments: [486, 603, 404])
    func `a call that the target refuses comes back`(status: Int) throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.refuses(status)
        #expect(hearsMusic(caller))
        #expect(operatorDesk.state == .incoming)
        operatorDesk.picksUp()
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }

    @Test func `so does one that nobody answers, and it tries again`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.rings()
        office.wait(.seconds(21))
        #expect(target.state == .ended)
        #expect(operatorDesk.state == .incoming)
        operatorDesk.refuses(486)
        #expect(hearsMusic(caller))
        office.wait(.seconds(11))
        #expect(operatorDesk.state == .incoming)
        operatorDesk.picksUp()
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }

    @Test func `it ends when who transferred it is never there`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.refuses(486)
        for _ in 0..<3 {
            operatorDesk.refuses(486)
            office.wait(.seconds(11))
        }
        #expect(caller.state == .ended)
        #expect(office.record?.cause == .busy)
        office.close()
    }

    @Test func `a number that leads nowhere changes nothing`() throws {
        #expect(throws: CallRefusal.destination("999", .notFound)) {
            try order(.transferBlind(call, by: nil, to: "999"))
        }
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }

    @Test func `a caller who waits may hang up`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.rings()
        caller.hangsUp()
        #expect(target.state == .ended)
        #expect(office.records.count == 1)
        office.close()
    }

    @Test func `a party that its phone held is heard again after the transfer`() throws {
        let target = office.desk("103")
        operatorDesk.holds()
        try order(.transferBlind(call, by: nil, to: "103"))
        target.picksUp()
        office.wait(.seconds(1))
        #expect(areBridged(caller, target))
        #expect(caller.call?.remoteMedia?.direction == .sendrecv)
        office.close()
    }

    @Test func `a target without the caller's codec is transcoded or agreed with`() throws {
        let target = office.desk("103")
        target.phone.media.formats = [.init(0, "PCMU/8000")]
        try order(.transferBlind(call, by: nil, to: "103"))
        target.picksUp()
        office.wait(.seconds(1))
        #expect(caller.state == .established)
        #expect(target.state == .established)
        #expect(office.plan(of: caller)?.sink != nil || office.plan(of: caller)?.seat != nil)
        office.close()
    }

    @Test func `it can lead to a ring group, a conference or the echo test`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "500"))
        #expect(operatorDesk.state == .incoming)
        target.picksUp()
        #expect(areBridged(caller, target))
        try order(.transferBlind(call, by: "103", to: "800"))
        #expect(target.state == .ended)
        #expect(caller.state == .established)
        #expect(office.plan(of: caller)?.seat != nil)
        caller.hangsUp()
        office.close()
    }

    @Test(arguments: [true, false])
    func `a phone's transfer key does the same`(byCaller: Bool) {
        let target = office.desk("103")
        let (leaving, staying) = byCaller ? (caller, operatorDesk) : (operatorDesk, caller)
        leaving.sends(.refer, headers: [(.referTo, "<sip:103@pbx.example>")])
        #expect(leaving.call?.changeStatuses == [202])
        let notice = leaving.received(.notify)
        #expect(notice?.text(.subscriptionState) == "terminated;reason=noresource")
        #expect(notice.map { String(decoding: $0.body, as: UTF8.self) } == "SIP/2.0 200 OK\r\n")
        #expect(leaving.state == .ended)
        target.refuses(486)
        leaving.picksUp()
        #expect(areBridged(staying, leaving))
        office.close()
    }

    @Test(arguments: [
        ("<sip:999@pbx.example>", 404), ("<sip:pbx.example>", 400), ("rubbish", 400),
        ("<sip:103@pbx.example?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>", 404),
    ])
    func `one that leads nowhere is refused, and the call goes on`(target: String, status: Int) {
        operatorDesk.sends(.refer, headers: [(.referTo, target)])
        #expect(operatorDesk.call?.changeStatuses == [status])
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }

    // MARK: Pull back

    @Test func `a transfer is taken back while the target rings`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.rings()
        try order(.pullBack(call))
        #expect(target.state == .ended)
        operatorDesk.picksUp()
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }

    @Test func `and soon after the target answered, but not later`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.picksUp()
        office.wait(.seconds(5))
        try order(.pullBack(call))
        #expect(target.state == .ended)
        operatorDesk.picksUp()
        #expect(areBridged(caller, operatorDesk))
        try order(.transferBlind(call, by: nil, to: "103"))
        target.picksUp()
        office.wait(.seconds(11))
        #expect(throws: CallRefusal.nothingToPullBack) { try order(.pullBack(call)) }
        #expect(areBridged(caller, target))
        office.close()
    }

    @Test func `nothing is taken back for a phone that is not there`() throws {
        let target = office.desk("103")
        try order(.transferBlind(call, by: nil, to: "103"))
        target.picksUp()
        operatorDesk.phone.unregister(now: office.now)
        office.wait()
        #expect(throws: CallRefusal.destination("102", .notRegistered)) { try order(.pullBack(call)) }
        #expect(areBridged(caller, target))
        #expect(live?.record.routeSteps.contains("pulled back by \"102\"") == false)
        office.close()
    }

    @Test func `a call that is sent to and fro keeps its first steps`() throws {
        for _ in 0..<Call.routeStepsMax {
            _ = try park()
            operatorDesk.calls("701")
        }
        let steps = try #require(live?.record.routeSteps)
        #expect(steps.count == Call.routeStepsMax)
        #expect(steps.first?.contains("dialled") == true)
        office.close()
    }

    // MARK: Park

    @Test func `a parked caller hears music, and whoever dials the slot has the call`() throws {
        let other = office.desk("103")
        #expect(try park() == "701")
        #expect(operatorDesk.state == .ended)
        #expect(hearsMusic(caller))
        #expect(live?.snapshot.parkedAt == "701")
        other.calls("701")
        #expect(areBridged(caller, other))
        #expect(live?.snapshot.parkedAt == nil)
        other.hangsUp()
        #expect(office.records.count == 1)
        #expect(office.record?.answeredBy == "103")
        office.close()
    }

    @Test func `it can be fetched by a command, once`() throws {
        let other = office.desk("103")
        _ = office.desk("104")
        _ = try park()
        try fetch(.parked("701"), for: "103")
        #expect(throws: CallRefusal.alreadyTaken(by: "103")) { try fetch(.parked("701"), for: "104") }
        other.picksUp()
        #expect(areBridged(caller, other))
        #expect(throws: CallRefusal.slotEmpty("701")) { try fetch(.parked("701"), for: "104") }
        office.close()
    }

    @Test func `who asked for it and does not answer leaves it parked`() throws {
        let other = office.desk("103")
        _ = try park()
        try fetch(.parked("701"), for: "103")
        other.refuses(486)
        #expect(hearsMusic(caller))
        #expect(live?.snapshot.parkedAt == "701")
        operatorDesk.calls("701")
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }

    @Test func `a call that waits too long rings who parked it, and waits on when nobody is there`() throws {
        _ = try park()
        office.wait(.seconds(121))
        #expect(operatorDesk.state == .incoming)
        operatorDesk.refuses(486)
        #expect(live?.snapshot.parkedAt == "701")
        #expect(hearsMusic(caller))
        office.wait(.seconds(121))
        operatorDesk.picksUp()
        #expect(areBridged(caller, operatorDesk))
        #expect(live?.snapshot.parkedAt == nil)
        office.close()
    }

    @Test func `slots are told apart and are free again when their call is over`() throws {
        #expect(try park(slot: "702") == "702")
        let second = office.desk("103")
        second.calls("102")
        operatorDesk.picksUp()
        let other = try #require(office.calls.first { $0.id != call }?.id)
        let now = office.world.now
        #expect(throws: CallRefusal.slotTaken("702")) {
            _ = try office.exchange.park(other, by: nil, slot: "702", now: now)
        }
        #expect(throws: CallRefusal.noSuchSlot("799")) {
            _ = try office.exchange.park(other, by: nil, slot: "799", now: now)
        }
        #expect(try office.exchange.park(other, by: nil, slot: nil, now: now) == "701")
        office.wait()
        caller.hangsUp()
        second.hangsUp()
        #expect(office.calls.isEmpty)
        caller.calls("701")
        #expect(caller.statuses.last == 404)
        office.close()
    }

    @Test func `a transfer to *70 or to a slot parks`() throws {
        try order(.transferBlind(call, by: nil, to: "*70"))
        #expect(live?.snapshot.parkedAt == "701")
        operatorDesk.calls("701")
        try order(.transferBlind(call, by: nil, to: "702"))
        #expect(live?.snapshot.parkedAt == "702")
        caller.hangsUp()
        office.close()
    }

    @Test func `a phone that is gone while its call is parked is noticed`() throws {
        _ = try park()
        office.exchange.fallSilent(caller.phone.address, now: office.now)
        office.wait(.seconds(130))
        #expect(live == nil)
        #expect(office.record?.cause == .mediaTimeout)
        office.close()
    }

    @Test func `who waits may hold and go on`() throws {
        _ = try park()
        caller.holds()
        #expect(caller.call?.changeStatuses == [200])
        #expect(!hearsMusic(caller))
        caller.resumes()
        #expect(caller.call?.changeStatuses == [200, 200])
        #expect(hearsMusic(caller))
        office.close()
    }

    // MARK: Pick up

    @Test func `a ringing phone's call is picked up by dialling, also from another codec`() throws {
        operatorDesk.hangsUp()
        let other = office.desk("103")
        other.phone.media.formats = [.init(0, "PCMU/8000")]
        caller.calls("102")
        operatorDesk.rings()
        other.calls("**102")
        #expect(operatorDesk.state == .ended)
        #expect(caller.state == .established)
        #expect(other.state == .established)
        #expect(office.records.count == 1)
        other.hangsUp()
        #expect(caller.state == .ended)
        #expect(office.record?.answeredBy == "103")
        office.close()
    }

    @Test func `what rings in the pickup group is picked up by *8, and nothing else`() throws {
        operatorDesk.hangsUp()
        let (other, stranger) = (office.desk("103"), office.desk("104"))
        office.exchange.reload(Office.directory(pickupGroups: ["102": "a", "103": "a"]), now: office.world.now)
        caller.calls("102")
        operatorDesk.rings()
        stranger.calls("*8")
        #expect(stranger.statuses.last == 404)
        other.calls("*8")
        office.wait(.seconds(1))
        #expect(areBridged(caller, other))
        #expect(operatorDesk.state == .ended)
        office.close()
    }

    @Test func `nothing rings, nothing to pick up`() {
        operatorDesk.hangsUp()
        let other = office.desk("103")
        other.calls("**102")
        #expect(other.statuses.last == 404)
        office.close()
    }

    @Test func `a command picks up for a phone`() throws {
        operatorDesk.hangsUp()
        let other = office.desk("103")
        caller.calls("102")
        operatorDesk.rings()
        try fetch(.ringing(nil), for: "103")
        #expect(operatorDesk.state == .incoming && other.state == .incoming)
        #expect(throws: CallRefusal.wrongState("rings at 103 already")) { try fetch(.ringing(nil), for: "103") }
        other.rings()
        other.picksUp()
        #expect(areBridged(caller, other))
        #expect(operatorDesk.state == .ended)
        office.close()
    }

    @Test func `whoever picks up and does not answer takes nothing from the others`() throws {
        operatorDesk.hangsUp()
        let other = office.desk("103")
        caller.calls("102")
        operatorDesk.rings()
        try fetch(.ringing(nil), for: "103")
        other.refuses(486)
        #expect(operatorDesk.state == .incoming)
        operatorDesk.picksUp()
        #expect(areBridged(caller, operatorDesk))
        office.close()
    }
}
