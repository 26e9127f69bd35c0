import CallControl
import PBXBase
import PBXModel
import Simulation
import Testing

/// What somebody notes of a call stays with it.
@Suite struct NoteTests {
    private let office = Office()

    @Test func `a note of a call that is up is shown with it and kept in its record`() throws {
        let caller = office.desk("101")
        let callee = office.desk("102")
        caller.calls("102")
        callee.picksUp()
        let call = try #require(office.calls.first)
        office.exchange.note("wants an offer", of: call.id, now: office.world.now)
        #expect(call.snapshot.note == "wants an offer")
        office.exchange.note("wants an offer by Friday", of: call.id, now: office.world.now)
        caller.hangsUp()
        #expect(office.record?.note == "wants an offer by Friday")
        office.close()
    }

    @Test func `a call that is over can be noted, too, and the note be taken away`() throws {
        let caller = office.desk("101")
        caller.calls("102")
        let id = try #require(office.record?.id)
        office.exchange.note("called back", of: id, now: office.world.now)
        office.wait()
        #expect(office.record?.note == "called back")
        office.exchange.note(nil, of: id, now: office.world.now)
        office.wait()
        #expect(office.record?.note == nil)
        office.close()
    }

    @Test(arguments: ["", "two\nlines", String(repeating: "x", count: CallRecord.noteBytesMax + 1)])
    func `a note is one line of bounded length`(text: String) {
        #expect(!CallRecord.isFit(note: text))
    }
}
