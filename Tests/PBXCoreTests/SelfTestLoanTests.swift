import PBXBase
import PBXCore
import PBXModel
import Simulation
import Testing

/// Extensions that a self-test borrows: good for calls of this machine to itself, for nothing and nobody else.
@Suite struct SelfTestLoanTests {
    private let company = SimulatedCompany(seed: 1, extensionCount: 3, quality: .good, habits: nil)
    private var world: SimulatedWorld { company.world }
    private var exchange: SimulatedExchange { company.exchange }

    private static let loopback = IPAddress(ipv4: 0x7F00_0005)

    private func phone(
        _ account: SelfTestLoan.Account, at address: IPAddress = loopback, port: UInt16 = 5_070
    ) -> ScriptedPhone {
        let phone = ScriptedPhone(
            account.number, at: Endpoint(address, port: port),
            server: Endpoint(SimulatedCompany.ipv4, port: SimulatedExchange.port), password: account.password,
            seed: UInt64(address.ipv4))
        world.add(phone)
        return phone
    }

    private func register(_ phones: ScriptedPhone...) {
        for phone in phones { phone.register(now: world.now.instant) }
        world.settle()
        world.run(for: .seconds(1))
    }

    private func statuses(of caller: ScriptedPhone, calling number: String) -> [Int] {
        let call = caller.call(number, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(2))
        return call.statuses
    }

    @Test func theirPhonesRegisterAndCallEachOther() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        let caller = phone(loan.caller)
        // A machine has several loopback addresses.
        let callee = phone(loan.callee, at: IPAddress(ipv4: 0x7F00_0006))
        register(caller, callee)
        #expect(caller.isRegistered)
        #expect(callee.isRegistered)
        let call = caller.call(loan.callee.number, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        callee.answer(try #require(callee.call), now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        #expect(call.state == .established)
        caller.hangUp(call, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        let record = try #require(exchange.store.closedRecords.values.first)
        #expect(record.callerNumber == loan.caller.number)
        #expect(record.answeredBy == loan.callee.number)
        #expect(record.callerName == "self-test caller")
        #expect(world.violations.isEmpty)
    }

    @Test func theAdministratorSeesNoneOfThem() throws {
        let before = exchange.core.extensionSnapshots
        _ = try #require(exchange.beginSelfTest(now: world.now))
        #expect(exchange.core.extensionSnapshots == before)
        #expect(exchange.core.directory.extensions.count == before.filter { $0.kind == "extension" }.count)
    }

    @Test func fromOutsideTheyAreUnknown() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        let outsider = phone(loan.caller, at: IPAddress(ipv4: 0x0A00_0909))
        register(outsider)
        #expect(!outsider.isRegistered)
        #expect(outsider.registrationStatuses == [401])
    }

    @Test func nobodyElseReachesThemOrIsReached() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        let other = try #require(exchange.beginSelfTest(now: world.now))
        let caller = phone(loan.caller)
        let desk = company.phones[0]
        register(caller, desk)
        #expect(statuses(of: caller, calling: desk.number).last == 404)
        #expect(statuses(of: caller, calling: SimulatedCompany.groupNumber).last == 404)
        #expect(statuses(of: caller, calling: other.callee.number).last == 404)
        #expect(statuses(of: desk, calling: loan.caller.number).last == 404)
    }

    @Test func aReloadKeepsThem() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        let caller = phone(loan.caller)
        register(caller)
        exchange.reload(exchange.core.directory, now: world.now)
        #expect(exchange.core.counts.registrations == 1)
        caller.register(now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        #expect(caller.registrationStatuses == [200, 200])
    }

    @Test func givenBackTheyAndTheirPhonesAreGone() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        let caller = phone(loan.caller)
        register(caller)
        #expect(exchange.endSelfTest(loan.id, now: world.now))
        #expect(exchange.core.counts.registrations == 0)
        #expect(!exchange.endSelfTest(loan.id, now: world.now))
        register(caller)
        #expect(!caller.isRegistered)
    }

    @Test func givenBackDuringACallEndsIt() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        let caller = phone(loan.caller)
        let callee = phone(loan.callee, at: IPAddress(ipv4: 0x7F00_0006))
        register(caller, callee)
        let call = caller.call(loan.callee.number, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        callee.answer(try #require(callee.call), now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        #expect(exchange.endSelfTest(loan.id, now: world.now))
        world.settle()
        world.run(for: .seconds(2))
        #expect(call.state == .ended)
        #expect(exchange.store.closedRecords.values.map(\.cause) == [.administrator])
    }

    @Test func nobodyHasToGiveThemBack() throws {
        let loan = try #require(exchange.beginSelfTest(now: world.now))
        #expect(loan.expiresAt - world.now.wall == .seconds(120))
        #expect(exchange.core.deadline == world.now.instant + .seconds(120))
        world.run(for: .seconds(119))
        let caller = phone(loan.caller)
        register(caller)
        #expect(caller.isRegistered)
        world.run(for: .seconds(2))
        #expect(exchange.core.counts.registrations == 0)
        #expect(!exchange.endSelfTest(loan.id, now: world.now))
    }

    @Test func onlySoManyAreLentAtATime() throws {
        let loans = (0..<5).map { _ in exchange.beginSelfTest(now: world.now) }
        #expect(loans.prefix(4).allSatisfy { $0 != nil })
        #expect(loans[4] == nil)
        #expect(exchange.endSelfTest(try #require(loans[2]).id, now: world.now))
        #expect(exchange.beginSelfTest(now: world.now) != nil)
    }
}
