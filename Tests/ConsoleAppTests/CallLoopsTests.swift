import ConsoleApp
import ControlProtocol
import PBXModel
import TerminalUI
import Testing

struct CallLoopsTests {
    private func call(_ number: Int) -> CallSnapshot {
        Office.call(number, "1\(number)", "", "101", .ringing, 9 - number)
    }

    @Test func aCallKeepsItsPlaceUntilItEnds() {
        var loops = CallLoops()
        loops.settle([call(1), call(2), call(3)])
        loops.settle([call(1), call(3)])
        #expect(loops.places[0] == Office.identity(1))
        #expect(loops.places[1] == nil)
        #expect(loops.places[2] == Office.identity(3))
        loops.settle([call(1), call(3), call(4)])
        #expect(loops.places[1] == Office.identity(4))
    }

    @Test func whatFindsNoPlaceWaitsAndTakesTheFirstFreeOne() {
        var loops = CallLoops()
        loops.settle((1...8).map(call))
        #expect(loops.waiting == [Office.identity(7), Office.identity(8)])
        loops.settle((1...8).filter { $0 != 5 }.map(call))
        #expect(loops.places[4] == Office.identity(7))
        #expect(loops.waiting == [Office.identity(8)])
    }

    @Test func onlyOnesOwnCallsTakePlaces() throws {
        var office = try Office.open()
        office.getBusy()
        #expect(!office.state.loops.places.contains(Office.identity(8)))
        var all = try Office.open(own: nil)
        all.take(.callChanged(Office.call(8, "113", "", "114", .active, 5), .callAnswered))
        #expect(all.state.loops.places.first == Office.identity(8))
    }

    @Test func aRestartOfTheDaemonKeepsTheCallsThatItStillHas() throws {
        var office = try Office.open()
        office.getBusy()
        office.take(.link(.lost(reason: "gone", retrySeconds: 1)))
        #expect(office.state.exchange.calls.count == 10)
        office.connect(calls: [Office.call(3, "101", "", "107", .held, 61)])
        #expect(office.state.loops.places[2] == Office.identity(3))
        #expect(office.state.loops.places.compactMap(\.self).count == 1)
        #expect(office.state.link == .live)
        #expect(office.state.notice?.text == "connected again")
    }

    @Test func anEndIsTold() throws {
        var office = try Office.open()
        office.take(.callChanged(Office.call(1, "103", "Cem Çelik", "101", .ringing, 3), .callRinging))
        #expect(office.asked().contains(.alert("Cem Çelik → 101")))
        office.take(.callEnded(Office.record(1)))
        #expect(office.state.loops.places[0] == nil)
        #expect(office.state.notice?.text.contains("caller gave up") == true)
    }
}
