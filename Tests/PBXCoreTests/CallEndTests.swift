import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// How calls end by themselves or by command, and when a BYE is answered.
@Suite struct CallEndTests {
    private func talking(_ adjust: (inout Office.Settings) -> Void = { _ in }) -> (Office, Desk, Desk) {
        let office = Office(adjust)
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
        #expect(caller.state == .established)
        return (office, caller, callee)
    }

    @Test func `a BYE is answered once the record is safe`() {
        let (office, caller, callee) = talking()
        office.exchange.store.commitTime = .milliseconds(400)
        caller.hangsUp()
        // The other side need not wait for our disk.
        #expect(callee.state == .ended)
        #expect(caller.state == .ending)
        #expect(office.record == nil)
        office.wait(.milliseconds(400))
        #expect(caller.call?.isByeConfirmed == true)
        #expect(office.record?.cause == .normal)
        office.close()
    }

    @Test func `a worker that keeps its figures does not keep the record`() {
        let (office, caller, _) = talking()
        office.exchange.media.withholdsReleases = true
        caller.hangsUp()
        #expect(caller.state == .ending)
        office.wait(.milliseconds(250))
        #expect(caller.call?.isByeConfirmed == true)
        #expect(office.record?.callerMedia == nil)
        #expect(office.counts.calls == 0)
        #expect(office.counts.portsLeased == 2)
    }

    @Test func `silence ends a call, by whoever is silent`() {
        let (office, caller, callee) = talking { $0.media.silenceSecondsMax = 30 }
        office.exchange.fallSilent(callee.phone.address, now: office.now)
        office.wait(.seconds(29))
        #expect(caller.state == .established)
        office.wait(.seconds(2))
        #expect(caller.state == .ended)
        #expect(callee.received(.bye)?.text(.reason) == "Q.850;cause=31")
        #expect(office.record?.cause == .mediaTimeout)
        #expect(office.record?.endedBy == .system)
        office.close()
    }

    @Test func `a call whose audio cannot be encrypted ends for both`() {
        let (office, caller, callee) = talking()
        office.exchange.media.failSecurity(callee.phone.address, .fingerprintMismatched, now: office.now)
        office.wait(.seconds(1))
        #expect(caller.state == .ended)
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .peerFailure)
        #expect(office.record?.endedBy == .system)
        office.close()
    }

    @Test func `a phone on hold may be silent`() {
        let (office, caller, callee) = talking { $0.media.silenceSecondsMax = 30 }
        caller.holds()
        office.exchange.fallSilent(callee.phone.address, now: office.now)
        office.wait(.seconds(60))
        #expect(caller.state == .established)
        office.close()
    }

    @Test func `no call is longer than the limit`() {
        let (office, caller, callee) = talking { $0.sip.callSecondsMax = 60 }
        office.wait(.seconds(58))
        #expect(caller.state == .established)
        office.wait(.seconds(3))
        #expect(caller.state == .ended)
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .durationLimit)
        office.close()
    }

    @Test func `an operator ends a call`() throws {
        let (office, caller, callee) = talking()
        office.exchange.hangUp(try #require(office.calls.first?.id), now: office.world.now)
        office.wait()
        #expect(caller.state == .ended)
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .administrator)
        #expect(office.record?.endedBy == .system)
        office.close()
    }

    @Test func `a phone that lost power does not keep the other`() {
        let (office, caller, callee) = talking()
        callee.phone.vanish(for: .seconds(4_000), now: office.now)
        caller.hangsUp()
        #expect(caller.call?.isByeConfirmed == true)
        office.wait(.seconds(60))
        #expect(office.counts.sessions == 0)
        #expect(office.counts.transactions == 0)
    }
}
