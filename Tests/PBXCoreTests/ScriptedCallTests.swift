import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Calls through the exchange, one by one: what the phones see, and what the record says afterwards.
@Suite struct ScriptedCallTests {
    /// A registered office without habits on a good path. 101 and 102 have two phones, the others one; that of 104
    /// speaks TCP, that of 105 IPv6.
    private struct Office {
        let company = SimulatedCompany(seed: 1, quality: .good, habits: nil)

        init() {
            for phone in company.phones { phone.register(now: now) }
            pass(.seconds(1))
        }

        var now: Instant { company.world.now.instant }
        var records: [CallRecord] { Array(company.exchange.store.closedRecords.values) }

        /// The phones of an extension.
        func phones(_ number: String) -> [ScriptedPhone] { company.phones.filter { $0.number == number } }

        /// Lets time go by.
        func pass(_ interval: Interval, or condition: () -> Bool = { false }) {
            company.world.settle()
            company.world.run(for: interval, or: condition)
        }

        /// Everybody leaves; what is left over or went wrong is a failure.
        func close() {
            company.close()
            #expect(company.world.violations.isEmpty, "\(company.report)")
        }
    }

    @Test func `a call rings, is answered and ended by the callee`() throws {
        let office = Office()
        let caller = office.phones("103")[0]
        let callee = office.phones("105")[0]
        let call = caller.call("105", now: office.now)
        office.pass(.seconds(1))
        let other = try #require(callee.call)
        callee.ring(other, now: office.now)
        office.pass(.seconds(2))
        callee.answer(other, now: office.now)
        office.pass(.seconds(3))
        #expect(call.statuses == [401, 100, 180, 200])
        #expect(call.state == .established)
        #expect(other.state == .established)
        #expect(office.company.exchange.core.counts.portsLeased == 2)
        callee.hangUp(other, now: office.now)
        office.pass(.seconds(1))
        #expect(other.isByeConfirmed)
        #expect(call.state == .ended)
        let record = try #require(office.records.first)
        #expect(record.callerNumber == "103")
        #expect(record.calledNumber == "105")
        #expect(record.answeredBy == "105")
        #expect(record.cause == .normal)
        #expect(record.endedBy == .callee)
        office.close()
    }

    @Test func `every phone of an extension rings, and the first to answer has the call`() throws {
        let office = Office()
        let caller = office.phones("103")[0]
        let desks = office.phones("101")
        caller.call("101", now: office.now)
        office.pass(.seconds(1))
        for desk in desks { desk.ring(try #require(desk.call), now: office.now) }
        office.pass(.seconds(1))
        desks[1].answer(try #require(desks[1].call), now: office.now)
        office.pass(.seconds(1))
        #expect(desks[0].call?.statuses == [180, 487])
        #expect(desks[1].call?.state == .established)
        caller.hangUp(try #require(caller.call), now: office.now)
        office.pass(.seconds(1))
        #expect(office.records.map(\.endedBy) == [.caller])
        office.close()
    }

    @Test(arguments: [(486, ReleaseCause.busy), (603, .declined), (480, .noAnswer), (488, .unsupportedMedia)])
    func `a refusal reaches the caller and the record`(status: Int, cause: ReleaseCause) throws {
        let office = Office()
        let callee = office.phones("104")[0]
        let call = office.phones("103")[0].call("104", now: office.now)
        office.pass(.seconds(1))
        callee.reject(try #require(callee.call), status: status, now: office.now)
        office.pass(.seconds(1))
        #expect(call.statuses.last == cause.row.sipStatus)
        #expect(office.records.map(\.cause) == [cause])
        office.close()
    }

    @Test func `a call that nobody takes ends after the extension's ring time`() throws {
        let office = Office()
        let callee = office.phones("104")[0]
        let call = office.phones("103")[0].call("104", now: office.now)
        office.pass(.seconds(1))
        callee.ring(try #require(callee.call), now: office.now)
        office.pass(.seconds(10))
        #expect(call.state == .ringing)
        office.pass(.seconds(3))
        #expect(call.statuses.last == 480)
        #expect(callee.call?.statuses == [180, 487])
        #expect(office.records.map(\.cause) == [.noAnswer])
        office.close()
    }

    @Test func `a caller who gives up stops the ringing`() throws {
        let office = Office()
        let caller = office.phones("103")[0]
        let callee = office.phones("104")[0]
        let call = caller.call("104", now: office.now)
        office.pass(.seconds(1))
        callee.ring(try #require(callee.call), now: office.now)
        office.pass(.seconds(1))
        caller.cancel(call, now: office.now)
        office.pass(.seconds(1))
        #expect(call.statuses.last == 487)
        #expect(callee.call?.state == .ended)
        #expect(office.records.map(\.cause) == [.cancelled])
        office.close()
    }

    @Test func `hold passes through to the other phone and back`() throws {
        let office = Office()
        let (call, other) = try talk(office)
        let caller = office.phones("103")[0]
        caller.setHold(true, call, now: office.now)
        office.pass(.seconds(1))
        #expect(call.isHolding)
        #expect(other.remoteMedia?.direction == .sendonly)
        caller.setHold(false, call, now: office.now)
        office.pass(.seconds(1))
        #expect(!call.isHolding)
        #expect(other.remoteMedia?.direction == .sendrecv)
        office.close()
    }

    @Test func `a phone that loses power ends the call once its audio is missed`() throws {
        let office = Office()
        let (call, _) = try talk(office)
        office.phones("106")[0].vanish(for: .seconds(600), now: office.now)
        office.pass(.seconds(19))
        #expect(call.state == .established)
        office.pass(.seconds(2))
        #expect(call.state == .ended)
        // The record is closed although nobody answers the BYE.
        #expect(office.records.map(\.cause) == [.mediaTimeout])
        office.close()
    }

    @Test func `a BYE that overtakes the answer to a re-INVITE ends the dialog for good`() throws {
        let office = Office()
        let (call, other) = try talk(office)
        let callee = office.phones("106")[0]
        var slow = PathQuality.good
        slow.delay = .milliseconds(300)
        office.company.world.network.qualityOfAddress[callee.address] = slow
        office.phones("103")[0].setHold(true, call, now: office.now)
        office.pass(.seconds(2)) { other.changeCount == 1 }
        office.company.world.network.qualityOfAddress[callee.address] = .good
        callee.hangUp(other, now: office.now)
        office.pass(.seconds(5))
        #expect(other.isByeConfirmed)
        #expect(call.state == .ended)
        office.close()
    }

    @Test func `a number that does not exist is 404, and one whose phones are gone 480`() throws {
        let office = Office()
        let caller = office.phones("103")[0]
        caller.call("999", now: office.now)
        office.pass(.seconds(1))
        #expect(caller.call?.statuses.last == 404)
        office.phones("104")[0].unregister(now: office.now)
        office.pass(.seconds(1))
        caller.call("104", now: office.now)
        office.pass(.seconds(1))
        #expect(caller.call?.statuses.last == 480)
        #expect(Set(office.records.map(\.cause)) == [.notFound, .notRegistered])
        office.close()
    }

    @Test func `a wrong password registers nobody and calls nobody`() throws {
        let office = Office()
        let stranger = office.phones("104")[0]
        stranger.password = "guess"
        stranger.call("103", now: office.now)
        office.pass(.seconds(1))
        #expect(Set(stranger.call?.statuses ?? []) == [401])
        stranger.register(now: office.now)
        office.pass(.seconds(1))
        #expect(stranger.registrationStatuses.last == 401)
        #expect(office.phones("103")[0].call == nil)
        #expect(office.company.exchange.warnings.contains { $0.contains("wrong password") })
        office.close()
    }

    /// 103 and 106 in an answered call.
    private func talk(_ office: Office) throws -> (call: PhoneCall, other: PhoneCall) {
        let call = office.phones("103")[0].call("106", now: office.now)
        office.pass(.seconds(1))
        let callee = office.phones("106")[0]
        let other = try #require(callee.call)
        callee.answer(other, now: office.now)
        office.pass(.seconds(1))
        #expect(call.state == .established)
        return (call, other)
    }
}
