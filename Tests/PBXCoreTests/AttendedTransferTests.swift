import CallControl
import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Somebody with two calls joins the other parties and leaves: by command, and by the transfer key of a phone. 101 has
/// called 102, who answered and has called 103.
@Suite struct AttendedTransferTests {
    private final class Scene {
        let office: Office
        let caller: Desk
        let operatorDesk: Desk
        let target: Desk
        let first: CallID
        let second: CallID

        init(workers: UInt8 = 1, formats: [[PhoneSDP.Format]] = [], answered: Bool = true) throws {
            office = Office { $0.mediaWorkers = workers }
            caller = office.desk("101")
            operatorDesk = office.desk("102")
            target = office.desk("103")
            for (desk, formats) in zip([caller, operatorDesk, target], formats) { desk.phone.media.formats = formats }
            caller.calls("102")
            operatorDesk.picksUp()
            first = try #require(office.calls.first?.id)
            operatorDesk.calls("103")
            if answered { target.picksUp() }
            let known = first
            second = try #require(office.calls.first { $0.id != known }?.id)
        }

        func join(with second: CallID? = nil, by number: String? = nil) throws {
            defer { office.wait(.seconds(1)) }
            try office.exchange.operate(.completeTransfer(first, with: second, by: number), now: office.world.now)
        }

        /// The operator's phone sends REFER in its first call, naming its second.
        func refers(to sipCallID: String) {
            let call = operatorDesk.phone.calls[0]
            let text = "<sip:103@pbx.example?Replaces=\(sipCallID)%3Bto-tag%3Da%3Bfrom-tag%3Db>"
            operatorDesk.phone.send(.refer, in: call, headers: [(.referTo, text)], now: office.now)
            office.wait(.seconds(1))
        }

        var areJoined: Bool {
            guard let one = office.plan(of: caller), let other = office.plan(of: target) else { return false }
            return caller.state == .established && target.state == .established && one.music == nil
                && other.music == nil && one.receives && one.sends && other.receives && other.sends
                && (one.seat != nil ? one.seat?.room == other.seat?.room : one.sink != nil && other.sink != nil)
        }
    }

    @Test func `the two others go on, and nobody has to agree to anything`() throws {
        let scene = try Scene()
        try scene.join()
        #expect(scene.areJoined)
        #expect(scene.operatorDesk.phone.calls.allSatisfy { $0.state == .ended })
        #expect(scene.caller.call?.changeCount == 0 && scene.target.call?.changeCount == 0)
        #expect(scene.office.calls.count == 1)
        #expect(scene.office.calls.first?.snapshot.legs.map(\.number) == ["101", "103"])
        scene.target.hangsUp()
        #expect(scene.caller.state == .ended)
        #expect(scene.office.records.count == 2)
        let record = scene.office.records.first { $0.id == scene.first }
        #expect(record?.answeredBy == "103")
        #expect(record?.routeSteps.last == "joined with \"103\" by \"102\" (attended transfer)")
        scene.office.close()
    }

    /// The phone holds its first call by itself while it speaks with the second party.
    @Test func `who was put on hold by the phone is taken back`() throws {
        let scene = try Scene()
        let held = scene.operatorDesk.phone.calls[0]
        scene.operatorDesk.phone.setHold(true, held, now: scene.office.now)
        scene.office.wait()
        #expect(scene.caller.call?.remoteMedia?.direction == .sendonly)
        try scene.join()
        #expect(scene.caller.call?.remoteMedia?.direction == .sendrecv)
        #expect(scene.areJoined)
        scene.office.close()
    }

    @Test func `who was put on hold by command is taken back`() throws {
        let scene = try Scene()
        try scene.office.exchange.operate(.hold(scene.first, by: "102"), now: scene.office.world.now)
        try scene.join()
        #expect(scene.areJoined)
        #expect(scene.office.calls.first?.state == .active)
        scene.office.close()
    }

    @Test func `unlike codecs meet in a room`() throws {
        let scene = try Scene(formats: [
            [.init(8, "PCMA/8000")], [.init(8, "PCMA/8000"), .init(9, "G722/8000")], [.init(9, "G722/8000")],
        ])
        try scene.join()
        #expect(scene.areJoined)
        #expect(scene.office.plan(of: scene.caller)?.seat != nil)
        scene.office.close()
    }

    /// Calls lease their ports from workers in turn, so these two are apart.
    @Test func `parties on two media workers get together on one`() throws {
        let scene = try Scene(workers: 2)
        let before = scene.target.call?.remoteMedia?.endpoint
        try scene.join()
        #expect(scene.target.call?.changeCount == 1)
        #expect(scene.target.call?.remoteMedia?.endpoint != before)
        #expect(scene.areJoined)
        scene.office.close()
    }

    @Test func `the transfer key of a phone does the same`() throws {
        let scene = try Scene()
        scene.refers(to: scene.operatorDesk.phone.calls[1].sipCallID)
        #expect(scene.operatorDesk.phone.calls[0].changeStatuses == [202])
        #expect(
            scene.operatorDesk.received(.notify).map { String(decoding: $0.body, as: UTF8.self) }?
                .hasPrefix("SIP/2.0 200") == true)
        #expect(scene.areJoined)
        scene.office.close()
    }

    @Test func `a phone that names a call that is not its own is refused`() throws {
        let scene = try Scene()
        scene.refers(to: "somebody-elses")
        #expect(scene.operatorDesk.phone.calls[0].changeStatuses == [404])
        scene.refers(to: scene.caller.phone.calls[0].sipCallID)
        #expect(scene.operatorDesk.phone.calls[0].changeStatuses == [404, 404])
        #expect(scene.office.calls.count == 2)
        scene.office.close()
    }

    @Test func `what cannot be joined stays as it is`() throws {
        let scene = try Scene()
        #expect(throws: CallRefusal.wrongState("is the same call")) { try scene.join(with: scene.first) }
        #expect(throws: CallRefusal.notAParty("104")) { try scene.join(by: "104") }
        // 101 has no second call.
        #expect(throws: CallRefusal.self) { try scene.join(by: "101") }
        #expect(scene.office.calls.count == 2)
        #expect(scene.caller.state == .established && scene.target.state == .established)
        scene.office.close()
    }

    @Test func `a second call that nobody has answered is no party to join`() throws {
        let scene = try Scene(answered: false)
        #expect(throws: CallRefusal.self) { try scene.join() }
        #expect(throws: CallRefusal.wrongState("is not answered yet")) { try scene.join(with: scene.second) }
        #expect(scene.caller.state == .established)
        scene.office.close()
    }

    @Test func `whoever hangs up first in the new call ends it for both`() throws {
        let scene = try Scene()
        try scene.join(with: scene.second, by: "102")
        scene.caller.hangsUp()
        #expect(scene.target.state == .ended)
        #expect(scene.office.calls.isEmpty)
        scene.office.close()
    }
}
