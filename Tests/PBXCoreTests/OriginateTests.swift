import CallControl
import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Click to call: the extension's phone rings first, then its target.
@Suite struct OriginateTests {
    private let office = Office()

    private func place(from number: String = "101", to target: String = "102") -> CallTable.OriginateResult {
        defer { office.wait() }
        return office.exchange.originate(from: number, to: target, now: office.world.now)
    }

    @Test func `both phones are brought together`() throws {
        let caller = office.desk("101")
        let callee = office.desk("102")
        _ = place()
        #expect(caller.state == .incoming)
        #expect(callee.call == nil)
        caller.picksUp()
        #expect(callee.state == .incoming)
        callee.picksUp()
        #expect(callee.state == .established)
        #expect(office.plan(of: caller)?.remote == caller.phone.media.endpoint)
        callee.hangsUp()
        #expect(caller.state == .ended)
        #expect(office.record?.callerNumber == "101")
        #expect(office.record?.answeredBy == "102")
        office.close()
    }

    @Test func `the first phone learns of the codec that the second chose`() {
        let caller = office.desk("101")
        let callee = office.desk("102")
        callee.phone.media.formats = [.init(0, "PCMU/8000")]
        _ = place()
        caller.picksUp()
        callee.picksUp()
        office.wait()
        #expect(caller.call?.changeCount == 1)
        #expect(caller.call?.remoteMedia?.formats.first?.payloadType == 0)
        #expect(caller.state == .established)
        office.close()
    }

    @Test func `all phones of the extension ring, and the one picked up has the call`() {
        let desk = office.desk("101")
        let mobile = office.desk("101")
        let distant = office.desk("101", isIPv6: true)
        let callee = office.desk("102")
        _ = place()
        #expect([desk, mobile, distant].allSatisfy { $0.state == .incoming })
        distant.rings()
        desk.refuses(486)
        mobile.picksUp()
        #expect(distant.state == .ended)
        callee.picksUp()
        #expect(mobile.state == .established)
        #expect(office.plan(of: mobile)?.remote == mobile.phone.media.endpoint)
        mobile.hangsUp()
        #expect(office.records.count == 1)
        #expect(office.record?.endedBy == .caller)
        office.close()
    }

    @Test func `it fails when none of the extension's phones takes it`() {
        let phones = [office.desk("101"), office.desk("101")]
        let callee = office.desk("102")
        _ = place()
        for phone in phones { phone.refuses(486) }
        #expect(callee.call == nil)
        #expect(office.record?.cause == .busy)
        office.close()
    }

    @Test func `two phones picked up at once: one has the call, the other none`() {
        let phones = [office.desk("101"), office.desk("101")]
        let callee = office.desk("102")
        _ = place()
        for phone in phones { phone.phone.answer(phone.call!, now: office.now) }
        office.wait()
        #expect(phones.count { $0.state == .established } == 1)
        callee.picksUp()
        #expect(callee.state == .established)
        office.close()
    }

    @Test func `who hangs up while the target rings gave up`() {
        let caller = office.desk("101")
        let callee = office.desk("102")
        _ = place()
        caller.picksUp()
        callee.rings()
        caller.hangsUp()
        #expect(callee.state == .ended)
        #expect(office.record?.cause == .cancelled)
        #expect(office.record?.answeredAt == nil)
        office.close()
    }

    @Test func `digits while the target rings do no harm`() {
        let caller = office.desk("101")
        _ = office.desk("102")
        _ = place()
        caller.picksUp()
        caller.sends(.info, .digitFive)
        #expect(caller.call?.changeStatuses == [480])
        #expect(caller.state == .established)
        office.close()
    }

    @Test(arguments: [
        ("199", "102", ReleaseCause.notFound), ("104", "102", .notRegistered), ("101", "999", .notFound),
    ])
    func `it is refused when there is no phone to ring`(number: String, target: String, cause: ReleaseCause) {
        let phone = office.desk("101")
        guard case .refused(let found) = place(from: number, to: target) else {
            Issue.record("a call was begun")
            return
        }
        #expect(phone.call == nil)
        #expect(found == cause)
        office.close()
    }
}
