import ConsoleApp
import ControlProtocol
import PBXModel
import TerminalTestKit
import TerminalUI
import Testing

struct LadderTests {
    private func check(_ office: Office, _ name: String) {
        let mismatch = SnapshotFile.mismatch(office.screen(), named: name)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test func enterOnACallFetchesItsMessagesAndEscGoesBack() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("Alt-2", "Down")
        _ = office.asked()
        office.press("Enter")
        #expect(office.asked() == [.trace(Office.identity(2))])
        check(office, "ladder-fetching")
        office.press("Esc")
        #expect(office.state.screen == .calls)
    }

    @Test func aFinishedCallIsReachedFromTheHistory() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("Alt-3")
        _ = office.asked()
        office.press("Enter")
        #expect(office.asked() == [.trace(office.state.exchange.records[0].callId)])
        office.press("Esc")
        #expect(office.state.screen == .history)
    }

    @Test func theChosenCallOfTheSwitchboardIsMeantThere() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.press("Alt-7")
        #expect(office.asked() == [.trace(Office.identity(2))])
    }

    @Test func enterShowsAMessageInFull() throws {
        var office = try Office.open()
        office.getBusy()
        office.showLadder()
        office.press("Down", "Down", "Enter")
        check(office, "ladder-message")
        office.press("Esc")
        #expect(office.state.overlay == nil)
        #expect(office.state.screen == .ladder)
    }

    @Test func whatHappensToTheCallIsFetchedAnew() throws {
        var office = try Office.open()
        office.getBusy()
        office.showLadder()
        _ = office.asked()
        office.take(.callChanged(Office.call(2, "104", "Dora Dietrich", "101", .held, 130), .callUpdated))
        #expect(office.asked() == [.trace(Office.identity(2))])
        office.take(.callChanged(Office.call(1, "103", "", "101", .active, 1), .callAnswered))
        #expect(office.asked().isEmpty)
        office.take(.traced(Office.identity(1), .success(Office.trace(of: 1))))
        #expect(office.state.ladder.report?.callId == Office.identity(2))
    }

    @Test func whyThereIsNothingIsSaid() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("Alt-2", "Down", "Enter")
        office.take(
            .traced(
                Office.identity(2),
                .failure(
                    ControlFailure(
                        .roleMissing, "trace needs the role supervisor, you have agent",
                        hint: "ask an admin for the role supervisor"))))
        check(office, "ladder-refused")
        var report = Office.trace(of: 2)
        report.messages = []
        report.parties = []
        office.take(.traced(Office.identity(2), .success(report)))
        check(office, "ladder-none")
    }

    @Test(arguments: Language.allCases) func linearModeReadsTheMessagesAsLines(language: Language) throws {
        var office = try Office.open(language: language)
        office.getBusy()
        office.take(.entered("2"))
        office.take(.entered("ladder"))
        office.take(.traced(Office.identity(2), .success(Office.trace(of: 2))))
        let items = ConsoleLines.items(office.state).map(\.text)
        #expect(items.contains("0.001 PBX-X → 104 Dora Dietrich: 100 Trying"))
        #expect(items.contains("0.519 101 Anna Ahrens → PBX-X: 486 Busy Here"))
        #expect(items.contains { $0.contains("PCMA") && $0.contains("MOS") })
    }
}

struct ParkingTests {
    @Test func enterFetchesAParkedCallToOnesOwnPhone() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("Alt-6")
        _ = office.asked()
        office.press("Enter")
        #expect(
            office.asked() == [
                .send(.unpark, ["slot": "701", "extension": "101"], title: "fetch", showsResult: false)
            ])
    }

    @Test func theChosenCallIsParkedInTheChosenSlot() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2", "Alt-6", "Down")
        _ = office.asked()
        office.press("p")
        let parameters: CommandParameters = [
            "callId": .string(Office.identity(2)), "slot": "702", "extension": "101",
        ]
        #expect(office.asked() == [.send(.park, parameters, title: "park", showsResult: false)])
    }

    @Test func aSlotIsFetchedByItsNumberToo() throws {
        var office = try Office.open()
        office.getBusy()
        _ = office.asked()
        office.take(.entered("fetch 703"))
        #expect(
            office.asked() == [
                .send(.unpark, ["slot": "703", "extension": "101"], title: "fetch", showsResult: false)
            ])
        office.take(.entered("fetch"))
        #expect(office.asked().isEmpty)
        #expect(office.state.notice?.isError == true)
    }

    @Test func whatIsParkedWhereNoSlotIsKnownIsShownNevertheless() throws {
        var office = try Office.open()
        office.take(.parkingSlotsListed([]))
        #expect(office.state.exchange.parkPlaces.isEmpty)
        office.take(.callChanged(Office.parked(9, "103", "Cem", at: "709", by: "102", for: 3), .callUpdated))
        #expect(office.state.exchange.parkPlaces.map(\.slot) == ["709"])
    }

    @Test func linearModeTellsWhoIsParkedAndWhenThatIsOver() throws {
        var office = try Office.open()
        office.take(.callChanged(Office.parked(9, "103", "Cem", at: "701", by: "102", for: 3), .callUpdated))
        let item = try #require(ConsoleLines.items(office.state).first { $0.id == "park701" })
        #expect(item.text == "parked at 701: Cem, by 102, since 13:05:06")
        #expect(ConsoleLines.farewell(item, office.state) == "701: parked no more")
        office.take(.entered("parked"))
        #expect(ConsoleLines.answer(office.state) == [item.text, "702: free", "703: free", "704: free"])
    }
}
