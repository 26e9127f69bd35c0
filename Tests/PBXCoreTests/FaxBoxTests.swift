import CallControl
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Fax boxes: calls that a fax machine of ours takes, and faxes that are sent.
@Suite struct FaxBoxTests {
    private let office = Office()
    private let desk: Desk

    init() { desk = office.desk("101") }

    private var transmission: FaxTransmission? { office.exchange.media.faxes.last }

    @Test func `a fax box takes a fax over fax packets, and ends the call`() throws {
        desk.phone.faxHabit = .takes
        desk.calls("900")
        #expect(desk.state == .established)
        let started = try #require(transmission)
        guard case .receive(let path) = started.document else {
            Issue.record("\(started.document) is not received")
            return
        }
        #expect(path.hasPrefix("/fax/900/") && path.hasSuffix(".tif"))
        #expect(!started.isCalling && started.stationIdentity == "+49 30 900")
        let sound = try #require(office.plan(of: desk))
        #expect(sound.fax == .machine(nil))
        #expect(!sound.reportsDigits && sound.silenceLimit == nil)
        #expect(sound.sending?.format.name == "PCMA")
        office.wait(.seconds(3))
        // Our machine has heard the other one.
        #expect(desk.call?.remoteMedia?.fax?.first == "T38FaxVersion:0")
        let packets = try #require(office.plan(of: desk))
        #expect(packets.fax == .machine(FaxParameters(datagramBytesMax: 400)))
        #expect(packets.sending == nil)
        office.wait(.seconds(40))
        #expect(desk.state == .ended)
        #expect(office.record?.cause == .normal)
        #expect(office.record?.answeredBy == "fax box 900")
        #expect(office.record?.routeSteps.last?.hasPrefix("fax complete, 3 pages with +49 30 1 at 14400 bit/s") == true)
        office.close()
    }

    @Test func `a machine that refuses fax packets is heard as sound`() throws {
        desk.calls("900")
        office.wait(.seconds(3))
        #expect(office.plan(of: desk)?.fax == .machine(nil))
        office.wait(.seconds(40))
        #expect(desk.state == .ended)
        #expect(office.record?.cause == .normal)
        office.close()
    }

    @Test func `a machine that takes neither is offered its audio again`() throws {
        desk.phone.faxHabit = .takesNothing
        desk.calls("900")
        office.wait(.seconds(3))
        #expect(desk.call?.changeCount == 2)
        #expect(desk.call?.remoteMedia?.fax == nil)
        #expect(office.plan(of: desk)?.fax == .machine(nil))
        #expect(office.plan(of: desk)?.sending != nil)
        office.close()
    }

    @Test func `a machine that asks for fax packets itself gets them`() throws {
        desk.calls("900")
        desk.asksForFax()
        #expect(desk.call?.changeStatuses == [200])
        #expect(office.plan(of: desk)?.fax == .machine(FaxParameters(datagramBytesMax: 400)))
        office.close()
    }

    @Test func `nobody else here takes fax packets`() {
        desk.calls("*43")
        desk.asksForFax()
        #expect(desk.call?.changeStatuses == [488])
        #expect(desk.state == .established)
        office.close()
    }

    @Test func `wideband is not chosen for a fax`() {
        desk.phone.media.formats = [.init(9, "G722/8000"), .init(0, "PCMU/8000"), .init(8, "PCMA/8000")]
        desk.calls("900")
        #expect(desk.call?.remoteMedia?.formats.first?.map.hasPrefix("PCM") == true)
        office.close()
    }

    @Test func `who hangs up early ends the machine too`() {
        desk.calls("900")
        office.wait(.seconds(1))
        desk.hangsUp()
        #expect(office.record?.cause == .normal)
        office.close()
    }

    @Test func `a fax is sent to a machine that answers`() throws {
        let box = try #require(office.exchange.core.directory.faxBoxes["900"])
        let result = office.exchange.sendFax("/tmp/a.tif", from: box, to: "101", now: office.world.now)
        guard case .begun = result else {
            Issue.record("\(result)")
            return
        }
        office.wait()
        #expect(desk.call?.remoteMedia?.formats.map(\.map) == ["PCMA/8000", "PCMU/8000"])
        #expect(desk.received(.invite)?.text(.from)?.contains("900") == true)
        desk.picksUp()
        let started = try #require(transmission)
        #expect(started.document == .send(path: "/tmp/a.tif"))
        #expect(started.isCalling && started.pageHeader == "Office fax")
        office.wait(.seconds(3))
        // The called machine asks, not we.
        #expect(desk.call?.changeCount == 0)
        desk.asksForFax()
        #expect(desk.call?.changeStatuses == [200])
        office.wait(.seconds(40))
        #expect(desk.state == .ended)
        #expect(office.record?.callerNumber == "900")
        #expect(office.record?.calledNumber == "101")
        #expect(office.record?.cause == .normal)
        office.close()
    }

    @Test func `a machine that does not answer is no fax`() throws {
        let box = try #require(office.exchange.core.directory.faxBoxes["900"])
        office.exchange.sendFax("/tmp/a.tif", from: box, to: "101", now: office.world.now)
        office.wait()
        desk.rings()
        office.wait(.seconds(30))
        #expect(office.record?.cause == .noAnswer)
        #expect(transmission == nil)
        let refused = office.exchange.sendFax("/tmp/a.tif", from: box, to: "104", now: office.world.now)
        guard case .refused(.notRegistered) = refused else {
            Issue.record("\(refused)")
            return
        }
        office.close()
    }
}
