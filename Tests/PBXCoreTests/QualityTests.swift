import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import Simulation
import Testing

/// What is said of a call's audio while it is up, and afterwards.
@Suite struct QualityTests {
    @Test func `figures are fetched now and then, and kept with the record`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
        #expect(office.exchange.core.callSnapshots.first?.legs.first?.figures == nil)
        office.wait(.seconds(6))
        let legs = try #require(office.exchange.core.callSnapshots.first?.legs)
        #expect(legs.map { $0.figures?.packetsReceived } == [100, 100])
        #expect(legs.compactMap { $0.figures?.verdict } == [])
        caller.hangsUp()
        #expect(office.record?.callerMedia?.packetsReceived == 100)
        office.close()
    }

    @Test func `a phone that cannot be heard is named, with the addresses that explain it`() throws {
        let office = Office()
        let caller = office.desk("101")
        let callee = office.desk("102")
        callee.phone.media.endpoint = Endpoint(IPAddress(ipv4: 0x0A63_0005), port: 4_000)
        caller.calls("102")
        callee.picksUp()
        office.exchange.media.hearNothing(at: try #require(callee.call?.remoteMedia?.endpoint))
        office.wait(.seconds(6))
        let text =
            "no packet came; its SDP says 10.99.0.5, its signalling came from "
            + "\(callee.phone.address) (NAT or firewall?)"
        #expect(office.exchange.warnings.last == "audio of 102: " + text)
        caller.hangsUp()
        #expect(office.record?.calleeMedia?.verdict == text)
        #expect(office.record?.callerMedia?.verdict == nil)
        office.close()
    }
}
