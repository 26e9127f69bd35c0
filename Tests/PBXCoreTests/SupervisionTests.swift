import CallControl
import MediaControl
import PBXBase
import PBXModel
import Simulation
import Testing

/// A supervisor's phone beside a call of 101 and 102: it listens, whispers, joins in, and nobody loses anything by it.
@Suite struct SupervisionTests {
    private let office = Office()
    private let caller: Desk
    private let agent: Desk
    private let supervisor: Desk
    private let call: CallID

    init() throws {
        caller = office.desk("101")
        agent = office.desk("102")
        supervisor = office.desk("103")
        caller.calls("102")
        agent.picksUp()
        call = try #require(office.calls.first?.id)
    }

    private func supervise(_ mode: SupervisionMode, beside: String? = nil) throws -> CallID {
        let own = try office.exchange.supervise(call, from: "103", mode, beside: beside, now: office.world.now)
        office.wait()
        supervisor.picksUp()
        office.wait(.seconds(1))
        return own
    }

    private var seats: [RoomSeat?] { [caller, agent, supervisor].map { office.plan(of: $0)?.seat } }
    private func areForwarded(_ first: Desk, _ second: Desk) -> Bool {
        office.plan(of: first)?.sink != nil && office.plan(of: second)?.sink != nil
    }

    @Test func `a listener hears both and is not heard`() throws {
        _ = try supervise(.listen)
        let rooms = seats.compactMap { $0?.room }
        #expect(rooms.count == 3 && Set(rooms).count == 1)
        #expect(seats[2]?.speaks == false && seats[2]?.hears == true)
        #expect(office.calls.count == 2)
        supervisor.hangsUp()
        office.wait(.seconds(1))
        #expect(areForwarded(caller, agent))
        #expect(caller.state == .established && agent.state == .established)
        office.close()
    }

    @Test func `a whisper is for the agent, or for whom was named`() throws {
        let own = try supervise(.whisper)
        let toAgent = seats[2]?.audience
        try office.exchange.operate(.changeSupervision(own, to: .whisper, beside: "101"), now: office.world.now)
        office.wait()
        let toCaller = seats[2]?.audience
        #expect(toAgent != nil && toAgent != .everyone && toCaller != .everyone && toAgent != toCaller)
        try office.exchange.operate(.changeSupervision(own, to: .barge, beside: nil), now: office.world.now)
        office.wait()
        #expect(seats[2]?.audience == .everyone && seats[2]?.speaks == true)
        office.close()
    }

    @Test func `when the call ends, so does the supervisor's`() throws {
        _ = try supervise(.listen)
        caller.hangsUp()
        office.wait(.seconds(1))
        #expect(supervisor.state == .ended && agent.state == .ended)
        #expect(office.records.count == 2)
        office.close()
    }

    @Test func `supervision outlives a transfer`() throws {
        let target = office.desk("104")
        _ = try supervise(.whisper)
        try office.exchange.operate(.transferBlind(call, by: nil, to: "104"), now: office.world.now)
        office.wait()
        #expect(office.plan(of: caller)?.music != nil)
        target.picksUp()
        office.wait(.seconds(1))
        let rooms = [caller, target, supervisor].compactMap { office.plan(of: $0)?.seat?.room }
        #expect(rooms.count == 3 && Set(rooms).count == 1)
        office.close()
    }

    /// Found by random calls, seed 502.
    @Test func `a party whose codec cannot be mixed is heard all the same`() throws {
        caller.phone.media.formats = [.init(8, "PCMA/8000"), .init(18, "G729/8000")]
        caller.refreshes()
        let target = office.desk("104")
        target.phone.media.formats = [.init(18, "G729/8000")]
        _ = try supervise(.listen)
        try office.exchange.operate(.transferBlind(call, by: nil, to: "104"), now: office.world.now)
        office.wait()
        target.picksUp()
        office.wait(.seconds(1))
        #expect(areForwarded(caller, target))
        office.close()
    }

    @Test func `the call may be over before the supervisor picks up`() throws {
        _ = try office.exchange.supervise(call, from: "103", .listen, beside: nil, now: office.world.now)
        office.wait()
        caller.hangsUp()
        office.wait(.seconds(1))
        supervisor.picksUp()
        office.wait(.seconds(1))
        #expect(supervisor.state == .ended)
        office.close()
    }

    @Test func `it is refused for a party, and where nobody is connected`() throws {
        #expect(throws: CallRefusal.wrongState("is your own")) {
            try office.exchange.supervise(call, from: "102", .listen, beside: nil, now: office.world.now)
        }
        #expect(throws: CallRefusal.destination("104", .notRegistered)) {
            try office.exchange.supervise(call, from: "104", .listen, beside: nil, now: office.world.now)
        }
        #expect(throws: CallRefusal.notAParty("105")) {
            try office.exchange.supervise(call, from: "103", .whisper, beside: "105", now: office.world.now)
        }
        try office.exchange.operate(.transferBlind(call, by: nil, to: "103"), now: office.world.now)
        #expect(throws: CallRefusal.self) {
            try office.exchange.supervise(call, from: "103", .listen, beside: nil, now: office.world.now)
        }
        office.close()
    }
}
