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

    @Test(arguments: [("199", "102", ReleaseCause.notFound), ("101", "102", .notRegistered)])
    func `it is refused when there is no phone to ring`(number: String, target: String, cause: ReleaseCause) {
        guard case .refused(let found) = place(from: number, to: target) else {
            Issue.record("a call was begun")
            return
        }
        #expect(found == cause)
        office.close()
    }
}
