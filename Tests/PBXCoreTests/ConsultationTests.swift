import CallControl
import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Attended transfer by commands: 102 answered 101 and asks 103. Nobody is lost whoever hangs up when.
@Suite struct ConsultationTests {
    private final class Scene {
        let office: Office
        let caller: Desk
        let asker: Desk
        let target: Desk
        let first: CallID
        var second: CallID?

        init(formats: [[PhoneSDP.Format]] = [], asks: Bool = true, answered: Bool = true) throws {
            office = Office()
            caller = office.desk("101")
            asker = office.desk("102")
            target = office.desk("103")
            for (desk, formats) in zip([caller, asker, target], formats) { desk.phone.media.formats = formats }
            caller.calls("102")
            asker.picksUp()
            first = try #require(office.calls.first?.id)
            guard asks else { return }
            try ask()
            target.rings()
            if answered {
                target.picksUp()
                office.wait(.seconds(1))
            }
        }

        func ask(_ number: String = "103", by asker: String? = nil) throws {
            defer { office.wait(.seconds(1)) }
            second = try office.exchange.consult(first, by: asker, at: number, now: office.world.now)
        }

        func order(_ order: CallOrder) throws {
            defer { office.wait(.seconds(1)) }
            try office.exchange.operate(order, now: office.world.now)
        }

        func hearsMusic(_ desk: Desk) -> Bool { office.plan(of: desk)?.music != nil }

        func areBridged(_ first: Desk, _ second: Desk) -> Bool {
            guard let one = office.plan(of: first), let other = office.plan(of: second) else { return false }
            return first.state == .established && second.state == .established && one.music == nil
                && other.music == nil && one.receives && one.sends && other.receives && other.sends
                && (one.seat != nil ? one.seat?.room == other.seat?.room : one.sink != nil && other.sink != nil)
        }

        var areBack: Bool { areBridged(caller, asker) && office.calls.map(\.id) == [first] }
        var areJoined: Bool { areBridged(caller, target) && asker.state == .ended && office.calls.map(\.id) == [first] }
    }

    @Test func `who waits hears music, and the asker's phone is not rung again`() throws {
        let scene = try Scene(answered: false)
        #expect(scene.hearsMusic(scene.caller))
        #expect(scene.asker.phone.calls.count == 1)
        #expect(scene.asker.call?.changeCount == 0)
        #expect(scene.target.state == .incoming)
        scene.target.picksUp()
        #expect(scene.areBridged(scene.asker, scene.target))
        #expect(scene.hearsMusic(scene.caller))
        let waiting = scene.office.calls.first { $0.id == scene.first }?.snapshot
        #expect(waiting?.consultation?.callId == scene.second?.description)
        #expect(waiting?.consultation?.isWaiting == true)
        scene.office.close()
    }

    @Test func `complete connects the two others`() throws {
        let scene = try Scene()
        try scene.order(.completeTransfer(scene.first, with: nil, by: nil))
        #expect(scene.areJoined)
        scene.target.hangsUp()
        #expect(scene.caller.state == .ended)
        let record = scene.office.records.first { $0.id == scene.first }
        #expect(record?.answeredBy == "103")
        #expect(scene.office.records.count == 2)
        scene.office.close()
    }

    @Test func `complete works from either call, and when the asker swapped back`() throws {
        let scene = try Scene()
        let second = try #require(scene.second)
        try scene.order(.swap(scene.first))
        #expect(scene.areBridged(scene.caller, scene.asker))
        #expect(scene.hearsMusic(scene.target))
        try scene.order(.completeTransfer(second, with: nil, by: nil))
        #expect(scene.areJoined)
        scene.caller.hangsUp()
        #expect(scene.target.state == .ended)
        scene.office.close()
    }

    @Test func `swap goes to and fro`() throws {
        let scene = try Scene()
        try scene.order(.swap(scene.first))
        try scene.order(.swap(scene.first))
        #expect(scene.areBridged(scene.asker, scene.target))
        #expect(scene.hearsMusic(scene.caller))
        try scene.order(.completeTransfer(scene.first, with: nil, by: nil))
        #expect(scene.areJoined)
        scene.office.close()
    }

    @Test func `cancel brings the asker back`() throws {
        for isAnswered in [true, false] {
            let scene = try Scene(answered: isAnswered)
            try scene.order(.cancelTransfer(scene.first))
            #expect(scene.areBack)
            #expect(scene.target.state == .ended)
            scene.caller.hangsUp()
            #expect(scene.asker.state == .ended)
            scene.office.close()
        }
    }

    @Test(arguments: [486, 603, 480])
    func `a target that refuses leaves the asker with the caller`(status: Int) throws {
        let scene = try Scene(answered: false)
        scene.target.refuses(status)
        scene.office.wait(.seconds(1))
        #expect(scene.areBack)
        scene.office.close()
    }

    @Test func `a target that does not answer leaves the asker with the caller`() throws {
        let scene = try Scene(answered: false)
        scene.office.wait(.seconds(60))
        #expect(scene.areBack)
        scene.office.close()
    }

    @Test func `whoever was asked hangs up, and the asker is with the caller`() throws {
        let scene = try Scene()
        scene.target.hangsUp()
        scene.office.wait(.seconds(1))
        #expect(scene.areBack)
        scene.office.close()
    }

    @Test func `the caller gives up, and the asker goes on with whom it asked`() throws {
        for isSwapped in [false, true] {
            let scene = try Scene()
            if isSwapped { try scene.order(.swap(scene.first)) }
            scene.caller.hangsUp()
            scene.office.wait(.seconds(1))
            #expect(scene.areBridged(scene.asker, scene.target))
            #expect(scene.office.calls.map(\.id) == [try #require(scene.second)])
            #expect(scene.office.calls.first?.snapshot.consultation == nil)
            scene.target.hangsUp()
            #expect(scene.asker.state == .ended)
            scene.office.close()
        }
    }

    @Test func `the asker hangs up, and the two others are connected`() throws {
        for isSwapped in [false, true] {
            let scene = try Scene()
            if isSwapped { try scene.order(.swap(scene.first)) }
            scene.asker.hangsUp()
            scene.office.wait(.seconds(1))
            #expect(scene.areJoined)
            scene.office.close()
        }
    }

    @Test func `the asker leaves while it rings: it rings on, and comes back if nobody answers`() throws {
        let scene = try Scene(answered: false)
        scene.asker.hangsUp()
        scene.office.wait(.seconds(1))
        #expect(scene.target.state == .incoming)
        #expect(scene.hearsMusic(scene.caller))
        scene.office.wait(.seconds(25))
        #expect(scene.target.state == .ended)
        #expect(scene.asker.state == .incoming)
        scene.asker.picksUp()
        scene.office.wait(.seconds(1))
        #expect(scene.areBridged(scene.caller, scene.asker))
        scene.office.close()
    }

    @Test func `the asker leaves while it rings, and it is answered then`() throws {
        let scene = try Scene(answered: false)
        try scene.order(.completeTransfer(scene.first, with: nil, by: nil))
        #expect(scene.asker.state == .ended)
        scene.target.picksUp()
        scene.office.wait(.seconds(1))
        #expect(scene.areJoined)
        scene.office.close()
    }

    @Test func `three hear each other until one leaves`() throws {
        for leaver in 0..<3 {
            let scene = try Scene()
            try scene.order(.threeWay(scene.first))
            let desks = [scene.caller, scene.asker, scene.target]
            let rooms = desks.compactMap { scene.office.plan(of: $0)?.seat?.room }
            #expect(rooms.count == 3 && Set(rooms).count == 1)
            #expect(desks.allSatisfy { !scene.hearsMusic($0) })
            desks[leaver].hangsUp()
            scene.office.wait(.seconds(1))
            let others = desks.enumerated().filter { $0.offset != leaver }.map(\.element)
            #expect(scene.areBridged(others[0], others[1]))
            #expect(scene.office.plan(of: others[0])?.seat == nil)
            others[0].hangsUp()
            #expect(others[1].state == .ended)
            scene.office.close()
        }
    }

    @Test func `unlike codecs meet after all`() throws {
        let scene = try Scene(formats: [
            [.init(8, "PCMA/8000")], [.init(8, "PCMA/8000"), .init(9, "G722/8000")], [.init(9, "G722/8000")],
        ])
        #expect(scene.areBridged(scene.asker, scene.target))
        try scene.order(.swap(scene.first))
        #expect(scene.areBridged(scene.caller, scene.asker))
        try scene.order(.completeTransfer(scene.first, with: nil, by: nil))
        #expect(scene.areJoined)
        scene.office.close()
    }

    @Test func `what cannot be is refused, and nothing changes`() throws {
        let scene = try Scene(asks: false)
        #expect(throws: CallRefusal.isNoConsultation) { try scene.order(.swap(scene.first)) }
        #expect(throws: CallRefusal.isNoConsultation) { try scene.order(.cancelTransfer(scene.first)) }
        #expect(throws: CallRefusal.self) { try scene.ask("999") }
        #expect(throws: CallRefusal.destination("800", .forbidden)) { try scene.ask("800") }
        #expect(throws: CallRefusal.notAParty("104")) { try scene.ask(by: "104") }
        #expect(scene.areBridged(scene.caller, scene.asker))
        try scene.ask()
        let second = try #require(scene.second)
        #expect(throws: CallRefusal.wrongState("is not answered yet")) { try scene.order(.swap(scene.first)) }
        #expect(throws: CallRefusal.isConsultation) {
            try scene.order(.transferBlind(scene.first, by: nil, to: "104"))
        }
        scene.target.picksUp()
        scene.office.wait(.seconds(1))
        for order in [
            CallOrder.transferBlind(second, by: "102", to: "104"), .transferBlind(second, by: nil, to: "104"),
        ] {
            #expect(throws: CallRefusal.isConsultation) { try scene.order(order) }
        }
        #expect(throws: CallRefusal.isConsultation) {
            try scene.office.exchange.park(second, by: nil, slot: nil, now: scene.office.world.now)
        }
        #expect(scene.areBridged(scene.asker, scene.target))
        try scene.order(.cancelTransfer(second))
        #expect(scene.areBack)
        scene.office.close()
    }
}
