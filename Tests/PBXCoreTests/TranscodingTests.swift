import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Calls between phones of unlike codecs, and what of their digits and hold is made here.
@Suite struct TranscodingTests {
    private let office = Office()
    private let caller: Desk
    private let callee: Desk

    private static let events = PhoneSDP.Format(101, "telephone-event/8000")

    init() {
        caller = office.desk("101")
        callee = office.desk("102")
    }

    private func connect(_ callers: [PhoneSDP.Format], _ callees: [PhoneSDP.Format]) {
        caller.phone.media.formats = callers
        callee.phone.media.formats = callees
        caller.calls("102")
        callee.picksUp()
        #expect(caller.state == .established)
    }

    @Test func `phones without a codec in common meet in a room of two`() throws {
        connect([.init(8, "PCMA/8000"), Self.events], [.init(9, "G722/8000"), Self.events])
        #expect(caller.heard == "PORT 8 PCMA/8000, 101 telephone-event/8000 sendrecv")
        let (first, second) = (try #require(office.plan(of: caller)), try #require(office.plan(of: callee)))
        #expect(first.seat != nil && first.seat == second.seat)
        #expect(first.sink == nil && second.sink == nil)
        #expect(first.sending?.format.name == "PCMA")
        #expect(second.sending?.format.name == "G722")
        #expect(second.sending?.telephoneEvent == 101)
        caller.hangsUp()
        #expect(office.record?.callerMedia?.codec == "PCMA")
        #expect(office.record?.calleeMedia?.codec == "G722")
        office.close()
    }

    @Test func `G711 of unlike laws is passed on byte by byte`() throws {
        connect([.init(8, "PCMA/8000"), Self.events], [.init(0, "PCMU/8000"), Self.events])
        let (first, second) = (try #require(office.plan(of: caller)), try #require(office.plan(of: callee)))
        #expect(first.seat == nil && second.seat == nil && first.sink != nil && second.sink != nil)
        #expect(
            first.payloadTypes == [
                .init(received: 8, forwarded: 0, law: .aToMu), .init(received: 101, forwarded: 101),
            ])
        // It was offered PCMA too, and may yet send it.
        #expect(
            second.payloadTypes == [
                .init(received: 8, forwarded: 8), .init(received: 0, forwarded: 8, law: .muToA),
                .init(received: 101, forwarded: 101),
            ])
        #expect(first.sending?.format.name == "PCMA" && second.sending?.format.name == "PCMU")
        office.close()
    }

    @Test func `a codec that both have is passed on, whatever else they know`() throws {
        connect([.init(8, "PCMA/8000"), .init(18, "G729/8000")], [.init(8, "PCMA/8000"), .init(9, "G722/8000")])
        let plan = try #require(office.plan(of: caller))
        #expect(plan.seat == nil)
        #expect(plan.sink != nil)
        office.close()
    }

    @Test func `a codec that nobody here knows is passed on`() throws {
        connect([.init(18, "G729/8000")], [.init(18, "G729/8000")])
        #expect(callee.heard == "PORT 18 G729/8000 sendrecv")
        #expect(office.plan(of: caller)?.sink != nil)
        #expect(office.plan(of: caller)?.sending == nil)
        office.close()
    }

    @Test func `each leg has the packet time that its phone asks for`() throws {
        caller.phone.media.ptimeMilliseconds = 30
        callee.phone.media.ptimeMilliseconds = 40
        connect([.init(8, "PCMA/8000")], [.init(9, "G722/8000")])
        #expect(office.plan(of: caller)?.sending?.ptimeMilliseconds == 30)
        #expect(office.plan(of: callee)?.sending?.ptimeMilliseconds == 40)
        office.close()
    }

    @Test(arguments: [true, false])
    func `digits reach a phone that says them another way`(callerHasEvents: Bool) {
        let pcma = PhoneSDP.Format(8, "PCMA/8000")
        connect(callerHasEvents ? [pcma, Self.events] : [pcma], callerHasEvents ? [pcma] : [pcma, Self.events])
        #expect(office.plan(of: caller)?.reportsDigits == true)
        #expect(office.plan(of: callee)?.reportsDigits == true)
        caller.presses("5")
        callee.presses("#")
        #expect(office.exchange.media.digitsSent == ["5", "#"])
        office.close()
    }

    @Test(arguments: [true, false])
    func `digits that both say alike are left alone`(haveEvents: Bool) {
        let formats = [PhoneSDP.Format(8, "PCMA/8000")] + (haveEvents ? [Self.events] : [])
        connect(formats, formats)
        #expect(office.plan(of: caller)?.reportsDigits == false)
        office.close()
    }

    @Test func `who is put on hold hears music, and the other again afterwards`() throws {
        connect(PhoneSDP.usual, PhoneSDP.usual)
        caller.holds()
        #expect(callee.call?.remoteMedia?.direction == .sendonly)
        let held = try #require(office.plan(of: callee))
        #expect(held.music != nil && held.sends)
        #expect(office.plan(of: caller)?.music == nil)
        caller.resumes()
        #expect(office.plan(of: callee)?.music == nil)
        office.close()
    }

    @Test func `hold of a call between unlike codecs keeps the room`() throws {
        connect([.init(8, "PCMA/8000")], [.init(9, "G722/8000")])
        let room = office.plan(of: caller)?.seat?.room
        callee.holds()
        #expect(office.plan(of: caller)?.music != nil)
        callee.resumes()
        #expect(office.plan(of: caller)?.music == nil)
        #expect(office.plan(of: caller)?.seat?.room == room)
        office.close()
    }

    @Test func `another phone answers than that of the early media, with another codec`() throws {
        let announcing = callee
        let answering = office.desk("102")
        caller.phone.media.formats = [.init(8, "PCMA/8000"), .init(9, "G722/8000")]
        announcing.phone.media.formats = [.init(8, "PCMA/8000")]
        answering.phone.media.formats = [.init(9, "G722/8000")]
        caller.calls("102")
        announcing.rings(hasEarlyMedia: true)
        answering.picksUp()
        // RFC 3261 §13.2.1: the first description holds, so the answer repeats it, and the codecs meet here.
        #expect(caller.heard == "PORT 8 PCMA/8000 sendrecv")
        #expect(office.plan(of: caller)?.sending?.format.name == "PCMA")
        #expect(office.plan(of: answering)?.sending?.format.name == "G722")
        #expect(office.plan(of: answering)?.seat != nil)
        office.close()
    }

    @Test func `and where they cannot be met, the caller is told after its ACK`() throws {
        let answering = office.desk("102")
        caller.phone.media.formats = [.init(8, "PCMA/8000"), .init(18, "G729/8000")]
        callee.phone.media.formats = [.init(8, "PCMA/8000")]
        answering.phone.media.formats = [.init(18, "G729/8000")]
        caller.calls("102")
        callee.rings(hasEarlyMedia: true)
        answering.picksUp()
        office.wait()
        #expect(caller.call?.changeCount == 1)
        #expect(caller.heard?.contains("18 G729/8000") == true)
        #expect(office.plan(of: answering)?.sink != nil)
        office.close()
    }

    @Test func `an UPDATE with an offer is passed on and answered (RFC 3311)`() throws {
        connect(PhoneSDP.usual, PhoneSDP.usual)
        var sdp = caller.phone.media
        sdp.direction = .sendonly
        caller.sends(.update, PhoneBody("application/sdp", sdp.text(version: 2)))
        #expect(caller.call?.changeStatuses == [200])
        #expect(caller.lastResponse.flatMap { PhoneSDP($0.body) }?.direction == .recvonly)
        #expect(callee.call?.remoteMedia?.direction == .sendonly)
        #expect(office.calls.first?.state == .held)
        sdp.direction = .sendrecv
        caller.sends(.update, PhoneBody("application/sdp", sdp.text(version: 3)))
        #expect(office.calls.first?.state == .active)
        office.close()
    }

    @Test func `an UPDATE that the other side refuses leaves all as it was`() throws {
        connect(PhoneSDP.usual, PhoneSDP.usual)
        let before = office.plan(of: callee)
        callee.phone.changeRefusal = 488
        var sdp = caller.phone.media
        sdp.direction = .sendonly
        caller.sends(.update, PhoneBody("application/sdp", sdp.text(version: 2)))
        #expect(caller.call?.changeStatuses == [488])
        #expect(office.plan(of: callee) == before)
        #expect(office.calls.first?.state == .active)
        office.close()
    }
}
