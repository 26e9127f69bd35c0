import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Calls that change to fax packets (T.38): passed on, turned into sound, refused, and back to audio.
@Suite struct FaxTests {
    private let office: Office
    private let caller: Desk
    private let callee: Desk

    init() {
        office = Office()
        caller = office.desk("101")
        callee = office.desk("102")
    }

    private func connect() {
        caller.calls("102")
        callee.picksUp()
    }

    private var isBothUp: Bool { caller.state == .established && callee.state == .established }

    @Test(arguments: [true, false])
    func `both sides take fax packets, which are passed on`(byCaller: Bool) throws {
        connect()
        let (asking, other) = byCaller ? (caller, callee) : (callee, caller)
        other.phone.faxHabit = .takes
        asking.asksForFax()
        #expect(asking.call?.changeStatuses == [200])
        #expect(other.call?.remoteMedia?.fax == PhoneSDP.usualFax)
        #expect(asking.call?.remoteMedia?.fax == PhoneSDP.usualFax)
        for desk in [asking, other] {
            let plan = try #require(office.plan(of: desk))
            #expect(plan.fax == .passedOn)
            #expect(plan.sink != nil && plan.seat == nil && plan.sending == nil && plan.silenceLimit == nil)
            #expect(plan.remote == desk.phone.media.endpoint)
        }
        #expect(office.calls.first?.snapshot.legs.map(\.codec) == ["T.38", "T.38"])
        // A refresh of the session is no matter of the other side.
        asking.asksForFax()
        #expect(asking.call?.changeStatuses == [200, 200])
        #expect(other.call?.changeCount == 1)
        // After the fax they speak again.
        asking.refreshes()
        #expect(asking.call?.changeStatuses == [200, 200, 200])
        #expect(other.call?.remoteMedia?.fax == nil)
        #expect(office.plan(of: asking)?.fax == nil)
        #expect(office.plan(of: other)?.sending != nil)
        #expect(isBothUp)
        office.close()
    }

    @Test(arguments: [488, 415, 606, 501])
    func `one side refuses, and hears the fax as sound`(status: Int) throws {
        connect()
        caller.phone.faxHabit = .refuses(status)
        let before = try #require(office.plan(of: caller))
        callee.asksForFax()
        #expect(callee.call?.changeStatuses == [200])
        // What we say is our own: the other side's wish for anything more is not ours to fulfil.
        #expect(
            callee.call?.remoteMedia?.fax == [
                "T38FaxVersion:0", "T38MaxBitRate:14400", "T38FaxRateManagement:transferredTCF",
                "T38FaxMaxDatagram:1400", "T38FaxUdpEC:t38UDPRedundancy",
            ])
        let packets = try #require(office.plan(of: callee))
        #expect(packets.fax == .gateway(FaxParameters(datagramBytesMax: 400)))
        let line = try #require(office.plan(of: caller))
        #expect(line.fax == .line)
        #expect(line.sending == before.sending && line.formats == before.formats)
        #expect(line.silenceLimit == nil)
        #expect(office.calls.first?.snapshot.legs.map(\.codec) == ["PCMA", "T.38"])
        callee.refreshes()
        let after = try #require(office.plan(of: caller))
        #expect(after.fax == nil && after.sending == before.sending && after.silenceLimit == before.silenceLimit)
        office.close()
    }

    @Test func `a codec that carries no fax leaves it as it is`() throws {
        for desk in [caller, callee] { desk.phone.media.formats = [.init(9, "G722/8000")] }
        connect()
        let before = try #require(office.plan(of: caller))
        callee.asksForFax()
        #expect(callee.call?.changeStatuses == [488])
        #expect(office.plan(of: caller) == before)
        office.close()
    }

    @Test(arguments: [FaxRule.off, .pass])
    func `the configuration decides`(rule: FaxRule) throws {
        let office = Office { $0.media.fax = rule }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
        callee.asksForFax()
        #expect(callee.call?.changeStatuses == [488])
        #expect((caller.received(.invite) == nil) == (rule == .off))
        #expect(office.plan(of: callee)?.fax == nil)
        #expect(caller.state == .established && callee.state == .established)
        office.close()
    }

    @Test func `a side that takes neither gets its audio back`() throws {
        connect()
        let before = try #require(office.plan(of: caller))
        caller.phone.faxHabit = .takesNothing
        callee.asksForFax()
        office.wait(.seconds(1))
        #expect(callee.call?.changeStatuses == [488])
        // Once without anything, once with audio.
        #expect(caller.call?.changeCount == 2)
        #expect(caller.call?.remoteMedia?.fax == nil)
        var after = try #require(office.plan(of: caller))
        after.latchGeneration = before.latchGeneration
        #expect(after == before)
        #expect(isBothUp)
        office.close()
    }

    @Test func `a wish for fax while the other side changes something waits`() {
        connect()
        caller.phone.setHold(true, caller.call!, now: office.now)
        callee.phone.changeToFax(callee.call!, now: office.now)
        office.wait(.seconds(1))
        #expect(callee.call?.changeStatuses == [491])
        #expect(isBothUp)
        office.close()
    }

    @Test func `hanging up during a fax leaves nothing behind`() {
        connect()
        caller.phone.faxHabit = .takes
        callee.asksForFax()
        callee.hangsUp()
        #expect(caller.state == .ended)
        #expect(office.record?.cause == .normal)
        #expect(office.record?.routeSteps.last == "fax packets of 102 passed on to 101")
        office.close()
    }
}
