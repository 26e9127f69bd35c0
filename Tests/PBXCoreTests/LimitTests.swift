import CallControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Every limit is a tested path: refused with the right words, and nothing leaks.
@Suite struct LimitTests {
    @Test func `the call limit`() {
        let office = Office { $0.limits.callsMax = 1 }
        let desks = Office.numbers.map { office.desk($0) }
        desks[0].calls("102")
        desks[2].calls("104")
        #expect(desks[2].statuses == [401, 503])
        #expect(desks[2].lastResponse?.text(.retryAfter) == "5")
        #expect(desks[3].call == nil)
        desks[1].rings()
        desks[0].givesUp()
        desks[2].calls("104")
        #expect(desks[3].state == .incoming)
        office.close()
    }

    @Test func `the limit of an extension, as caller and as callee`() {
        let office = Office { $0.callsMax = 1 }
        let desks = Office.numbers.map { office.desk($0) }
        desks[0].calls("102")
        desks[2].calls("102")
        #expect(desks[2].statuses == [401, 486])
        desks[0].calls("104")
        #expect(desks[0].statuses == [401, 403])
        office.close()
    }

    @Test func `no new call while we drain, and the live one goes on`() {
        let office = Office()
        let desks = Office.numbers.map { office.desk($0) }
        desks[0].calls("102")
        desks[1].picksUp()
        office.exchange.drain()
        desks[2].calls("104")
        #expect(desks[2].statuses == [401, 503])
        desks[0].holds()
        #expect(desks[0].call?.isHolding == true)
        office.close()
    }

    @Test func `no new call that could not be recorded`() {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        office.exchange.storeOverloaded(true)
        caller.calls("102")
        #expect(caller.statuses == [401, 503])
        office.exchange.storeOverloaded(false)
        caller.calls("102")
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test func `ports that come back are found`() {
        let office = Office { $0.portsMax = 1 }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        #expect(caller.statuses == [401, 503])
        office.exchange.media.portsMax = 64
        caller.calls("102")
        #expect(caller.statuses == [401, 503])
        // Asked again after a while, and a reload does not wait for that.
        office.wait(LeasePool.askAgainInterval)
        caller.calls("102")
        caller.calls("102")
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test func `a reload that widens the range is felt at once`() {
        let office = Office { $0.portsMax = 0 }
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        office.exchange.media.portsMax = 64
        office.exchange.reload(Office.directory(), now: office.world.now)
        office.wait()
        caller.calls("102")
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test(arguments: [0, 1, 2, 3])
    func `ports run out, and come back`(portsMax: Int) {
        let office = Office { $0.portsMax = portsMax }
        let caller = office.desk("101")
        let callee = office.desk("102")
        let other = office.desk("103")
        let last = office.desk("104")
        caller.calls("102")
        if portsMax < 2 {
            #expect(caller.statuses == [401, 503])
            #expect(caller.lastResponse?.text(.retryAfter) == "5")
            #expect(callee.call == nil)
        } else {
            callee.rings()
            other.calls("104")
            #expect(other.statuses == [401, 503])
            caller.givesUp()
            other.calls("104")
            last.rings()
            other.givesUp()
            #expect(other.statuses == [401, 180, 487])
        }
        #expect(office.counts.portsLeased == 0)
        office.close()
    }
}
