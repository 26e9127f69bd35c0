import ConsoleApp
import ControlProtocol
import PBXModel
import TerminalTestKit
import TerminalUI
import Testing

/// The receptionist's loop: pick a call, find somebody, ask, connect, or go back.
struct ConsultationKeysTests {
    /// Loop 2 is a call of 104 that 101 answered; the receptionist asks 107 about it.
    private static func asking(isSwapped: Bool = false, isThreeWay: Bool = false) throws -> Office {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        var first = Office.call(2, "104", "Dora Dietrich", "101", isSwapped ? .active : .held, 125)
        first.consultation = ConsultationSnapshot(
            callId: Office.identity(9), by: "101", isFirst: true, isWaiting: !isSwapped, isThreeWay: isThreeWay)
        var second = Office.call(9, "101", "Anna Ahrens", "107", isSwapped ? .held : .active, 5)
        second.consultation = ConsultationSnapshot(
            callId: Office.identity(2), by: "101", isFirst: false, isWaiting: isSwapped, isThreeWay: isThreeWay)
        office.take(.callChanged(first, .callUpdated))
        office.take(.callChanged(second, .callAnswered))
        _ = office.asked()
        return office
    }

    private static func sent(_ office: inout Office) -> [CommandName] {
        office.asked().compactMap { if case .send(let name, _, _, _) = $0 { name } else { nil } }
    }

    @Test func enterAsksTheChosenPersonAboutTheChosenCall() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.type("mull")
        office.press("Enter")
        #expect(
            office.asked() == [
                .send(
                    .transferAttended,
                    ["callId": .string(Office.identity(2)), "destination": "106", "extension": "101"],
                    title: "ask first", showsResult: false)
            ])
        #expect(office.state.switchboard.search.isEmpty)
        #expect(office.state.notice?.text == "asking 106: Enter connects, Ctrl-X goes back")
    }

    @Test func enterAgainConnects() throws {
        var office = try Self.asking()
        office.press("Enter")
        #expect(Self.sent(&office) == [.completeTransfer])
    }

    @Test func theHangUpKeyGoesBackAndHangsUpOnNobodyWhoWaits() throws {
        for isSwapped in [false, true] {
            var office = try Self.asking(isSwapped: isSwapped)
            office.press("Ctrl-X")
            #expect(Self.sent(&office) == [.cancelTransfer])
        }
    }

    @Test func pickingTheCallThatWaitsSwapsToIt() throws {
        var office = try Self.asking()
        office.press("2")
        #expect(Self.sent(&office) == [.swap])
        office = try Self.asking(isSwapped: true)
        office.press("2")
        #expect(Self.sent(&office).isEmpty)
    }

    @Test func oneKeyBringsAllThreeTogether() throws {
        var office = try Self.asking()
        office.press("Ctrl-E")
        #expect(Self.sent(&office) == [.threeWay])
        office = try Self.asking(isThreeWay: true)
        #expect(ScreenSnapshot.text(of: office.screen().buffer).contains("three-way"))
    }

    @Test func whatRingsForUsIsAnsweredByItsKeyAndRefusedByTheHangUpKey() throws {
        var office = try Office.open()
        office.getBusy()
        _ = office.asked()
        office.press("1")
        #expect(Self.sent(&office) == [.answer])
        office.press("Ctrl-X")
        #expect(Self.sent(&office) == [.decline])
        // Whatever call is chosen.
        office.press("2")
        _ = office.asked()
        office.press("Ctrl-R")
        #expect(
            office.asked() == [
                .send(
                    .decline, ["callId": .string(Office.identity(1)), "extension": "101"], title: "decline",
                    showsResult: false)
            ])
    }

    @Test func theKeyLineSaysWhatEnterDoes() throws {
        var office = try Office.open()
        office.getBusy()
        #expect(ScreenSnapshot.text(of: office.screen().buffer).contains("Enter answer"))
        office.press("2")
        office.type("mull")
        #expect(ScreenSnapshot.text(of: office.screen().buffer).contains("Enter ask first"))
        office = try Self.asking()
        #expect(ScreenSnapshot.text(of: office.screen().buffer).contains("Enter connect"))
        #expect(ScreenSnapshot.text(of: office.screen().buffer).contains("waits"))
    }
}
