import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// From INVITE to an answer or a refusal: what the caller hears, and what the record says.
@Suite struct CallSetupTests {
    @Test(arguments: [SIPTransportKind.udp, .tcp])
    func `a call rings, is answered, and ends`(transport: SIPTransportKind) throws {
        let office = Office()
        let caller = office.desk("101", transport: transport)
        let callee = office.desk("102", transport: transport)
        caller.calls("102")
        callee.rings()
        callee.picksUp()
        #expect(caller.statuses == [401, 180, 200])
        #expect(caller.state == .established)
        #expect(callee.state == .established)
        #expect(caller.heard == "PORT 8 PCMA/8000, 0 PCMU/8000, 101 telephone-event/8000 sendrecv")
        // Behind what the caller offered stands what could be transcoded.
        #expect(
            callee.heard == "PORT 8 PCMA/8000, 0 PCMU/8000, 96 opus/48000/2, 9 G722/8000, "
                + "101 telephone-event/8000, 102 telephone-event/48000 sendrecv")
        office.wait(.seconds(10))
        caller.hangsUp()
        #expect(caller.call?.isByeConfirmed == true)
        #expect(callee.state == .ended)
        let record = try #require(office.record)
        #expect(record.cause == .normal)
        #expect(record.endedBy == .caller)
        #expect(record.answeredBy == "102")
        #expect(record.ringingAt != nil)
        office.close()
    }

    struct Refusal: Sendable {
        var phone: Int
        var caller: Int
        var cause: ReleaseCause
    }

    @Test(arguments: [
        Refusal(phone: 486, caller: 486, cause: .busy), Refusal(phone: 600, caller: 486, cause: .busy),
        Refusal(phone: 603, caller: 603, cause: .declined), Refusal(phone: 480, caller: 480, cause: .noAnswer),
        Refusal(phone: 488, caller: 488, cause: .unsupportedMedia),
        Refusal(phone: 404, caller: 404, cause: .notFound), Refusal(phone: 503, caller: 500, cause: .peerFailure),
    ])
    func `what a phone refuses with reaches the caller`(refusal: Refusal) {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.refuses(refusal.phone)
        #expect(caller.statuses.last == refusal.caller)
        #expect(office.record?.cause == refusal.cause)
        #expect(office.record?.endedBy == .callee)
        office.close()
    }

    @Test func `a caller that gives up stops the ringing`() {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings()
        caller.givesUp()
        #expect(caller.statuses == [401, 180, 487])
        #expect(callee.state == .ended)
        #expect(callee.received(.cancel)?.text(.reason) == "Q.850;cause=16")
        #expect(office.record?.cause == .cancelled)
        #expect(office.record?.endedBy == .caller)
        office.close()
    }

    @Test func `nobody answers until the ring time is over`() {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings()
        office.wait(.seconds(19))
        #expect(caller.state == .ringing)
        office.wait(.seconds(2))
        #expect(caller.statuses == [401, 180, 480])
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .noAnswer)
        office.close()
    }

    @Test(arguments: [("102", 480, ReleaseCause.notRegistered), ("999", 404, .notFound), ("500", 480, .notRegistered)])
    func `a number that cannot be reached is refused at once`(number: String, status: Int, cause: ReleaseCause) {
        let office = Office()
        let caller = office.desk("101")
        caller.calls(number)
        #expect(caller.statuses == [401, status])
        #expect(office.record?.cause == cause)
        office.close()
    }

    @Test func `a phone that calls its own extension does not ring itself`() {
        let office = Office()
        let caller = office.desk("101")
        caller.calls("101")
        #expect(caller.statuses == [401, 486])
        let other = office.desk("101")
        caller.calls("101")
        #expect(other.state == .incoming)
        other.picksUp()
        #expect(caller.state == .established)
        office.close()
    }

    @Test(arguments: [("RTP/SAVP", "PCMA/8000"), ("RTP/AVP", "GSM/8000")])
    func `an offer that cannot be taken gets 488`(profile: String, codec: String) {
        let office = Office {
            $0.media.codecs = ["PCMA"]
            $0.encryption = .off
        }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.phone.media.profile = profile
        caller.phone.media.formats = [.init(codec == "PCMA/8000" ? 8 : 3, codec)]
        caller.calls("102")
        #expect(caller.statuses == [401, 488])
        #expect(callee.call == nil)
        #expect(office.record?.cause == .unsupportedMedia)
        office.close()
    }

    @Test func `an answer with a codec that was not offered ends both sides`() {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        callee.phone.media.formats = [.init(18, "G729/8000")]
        caller.calls("102")
        callee.picksUp()
        #expect(caller.statuses == [401, 488])
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .unsupportedMedia)
        office.close()
    }

    @Test func `the callee's choice is the caller's, with numbers and clock of each side`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.phone.media.formats = [
            .init(96, "opus/48000/2"), .init(8, "PCMA/8000"), .init(97, "telephone-event/8000"),
        ]
        callee.phone.media.formats = [.init(8, "PCMA/8000"), .init(101, "telephone-event/8000")]
        caller.calls("102")
        #expect(
            callee.heard == "PORT 96 opus/48000/2, 8 PCMA/8000, 9 G722/8000, 0 PCMU/8000, "
                + "97 telephone-event/8000, 102 telephone-event/48000 sendrecv")
        callee.picksUp()
        #expect(caller.heard == "PORT 8 PCMA/8000, 97 telephone-event/8000 sendrecv")
        let fromCaller = try #require(office.plan(of: caller))
        #expect(fromCaller.payloadTypes == [.init(received: 8, forwarded: 8), .init(received: 97, forwarded: 101)])
        let fromCallee = try #require(office.plan(of: callee))
        #expect(fromCallee.payloadTypes.contains(.init(received: 97, forwarded: 97)))
        #expect(fromCallee.clockRate == 8_000)
        caller.hangsUp()
        #expect(office.record?.calleeMedia?.codec == "PCMA")
        #expect(office.record?.callerMedia?.codec == "PCMA")
        office.close()
    }

    @Test func `a caller without an offer gets the callee's, and answers in its ACK`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102", offersLate: true)
        #expect(callee.received(.invite)?.body.isEmpty == true)
        callee.picksUp()
        #expect(caller.heard?.hasPrefix("PORT 8 PCMA/8000, 0 PCMU/8000, ") == true)
        #expect(callee.heard == "PORT 8 PCMA/8000, 0 PCMU/8000, 101 telephone-event/8000 sendrecv")
        #expect(callee.state == .established)
        #expect(callee.call?.remoteMedia != nil)
        #expect(office.plan(of: caller)?.remote == caller.phone.media.endpoint)
        #expect(office.plan(of: callee)?.remote == callee.phone.media.endpoint)
        office.close()
    }

    @Test func `a cancel that crosses the answer ends an answered call`() {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings()
        caller.phone.cancel(caller.call!, now: office.now)
        callee.phone.answer(callee.call!, now: office.now)
        office.wait(.seconds(1))
        #expect(caller.state == .ended)
        #expect(callee.state == .ended)
        #expect(office.records.count == 1)
        office.close()
    }

    @Test func `a caller whose connection breaks while it rings`() {
        let office = Office()
        let caller = office.desk("101", transport: .tcp)
        let callee = office.desk("102")
        caller.calls("102")
        callee.rings()
        caller.losesConnection()
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .unreachable)
        office.close()
    }

    @Test func `a phone whose connection breaks while it rings is unreachable, not us without capacity`() {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102", transport: .tcp)
        caller.calls("102")
        callee.rings()
        callee.losesConnection()
        #expect(caller.statuses == [401, 180, 480])
        #expect(caller.lastResponse?.text(.retryAfter) == nil)
        #expect(office.record?.cause == .unreachable)
        office.close()
    }
}
