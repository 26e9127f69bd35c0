import ConsoleApp
import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI
import Testing

struct ConsoleKeysTests {
    @Test func lettersAlwaysSearchAndDigitsOnlyOnceSearching() throws {
        var office = try Office.open()
        office.type("gr7")
        #expect(office.state.switchboard.search.text == "gr7")
        office.press("Esc")
        #expect(office.state.switchboard.search.isEmpty)
        office.press("F1")
        #expect(office.state.switchboard.search.isEmpty)
        #expect(office.state.notice?.text == "no call at 1")
        office.type("/10")
        #expect(office.state.switchboard.search.text == "10")
    }

    @Test func enterCallsTheFirstPersonFound() throws {
        var office = try Office.open()
        _ = office.asked()
        office.type("mull")
        office.press("Enter")
        #expect(
            office.asked() == [
                .send(.originate, ["from": "101", "to": "106"], title: "call", showsResult: false)
            ])
        #expect(office.state.switchboard.search.isEmpty)
        #expect(office.state.notice?.text == "calling 106: pick up your phone, or Enter")
    }

    @Test func withoutAnOwnPhoneCallingSaysHowToNameOne() throws {
        var office = try Office.open(own: nil)
        _ = office.asked()
        office.type("mull")
        office.press("Enter")
        #expect(office.asked().isEmpty)
        #expect(office.state.notice?.text == "call: say which phone is yours first (:me NUMBER)")
        office.press("Esc", ":")
        office.type("me 104")
        office.press("Enter")
        #expect(office.state.ownNumber == "104")
    }

    @Test(arguments: ["F7", "F8", "Ctrl-Z"])
    func holdParkAndPullBackAreAskedFor(key: String) throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.press(key)
        #expect(office.asked().count == 1)
    }

    @Test func whatTheServerCannotDoIsSaidAndNotPretended() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.press(":")
        office.type("mailbox 107")
        office.press("Enter")
        #expect(office.asked().isEmpty)
        #expect(office.state.notice?.text.hasSuffix("not available on this server") == true)
    }

    @Test func aCommandThatTheServerTurnsOutNotToKnowIsRemembered() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        office.take(
            .commandDone(
                title: "hang up", showsResult: false, .failure(ControlFailure(.unknownCommand, "unknown command"))))
        #expect(office.state.notice?.text == "hang up: not available on this server")
        _ = office.asked()
        office.press("Ctrl-X")
        #expect(office.asked().isEmpty)
    }

    @Test func oneKeyHangsUpOnesOwnCallAndEscNeverDoes() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.press("Esc", "Esc", "Esc")
        #expect(office.asked().isEmpty)
        office.press("2", "Ctrl-X")
        #expect(
            office.asked() == [
                .send(.hangUp, ["callId": .string(Office.identity(2))], title: "hang up", showsResult: false)
            ])
    }

    @Test func anotherOnesCallIsAskedAboutFirst() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("Alt-2", "x")
        #expect(office.asked().allSatisfy { if case .send = $0 { false } else { true } })
        office.press("Esc", "x", "y")
        #expect(
            office.asked() == [
                .send(.hangUp, ["callId": .string(Office.identity(8))], title: "hang up", showsResult: false)
            ])
    }

    @Test func nothingIsSentWhileTheLinkIsLost() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        office.take(.link(.lost(reason: "gone", retrySeconds: 1)))
        _ = office.asked()
        office.press("Ctrl-X")
        #expect(office.asked().isEmpty)
        #expect(office.state.notice?.text.hasPrefix("not connected") == true)
    }

    @Test func usersMayRebind() throws {
        let change = KeyChange(context: "switchboard", action: "hangUp", keys: ["F10"], place: "keys.toml:2")
        var office = try Office.open(keyChanges: [change])
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.press("Ctrl-X")
        #expect(office.asked().isEmpty)
        office.press("F10")
        #expect(office.asked().count == 1)
        let clash = KeyChange(context: "switchboard", action: "hangUp", keys: ["F7"], place: "keys.toml:2")
        #expect(throws: KeymapError.self) { try Office.open(keyChanges: [clash]) }
    }

    @Test func everyKeyOfTheTableIsReadable() throws {
        let office = try Office.open()
        for binding in office.state.keys.bindings {
            #expect(!binding.keys.isEmpty, "\(binding.action)")
            #expect(!binding.help.isEmpty, "\(binding.action)")
        }
    }

    @Test func ownSettingsAreChangedByKeyAndByWord() throws {
        var office = try Office.open()
        _ = office.asked()
        office.press("Ctrl-D")
        office.take(.settingsChanged(UserSettings(number: "101", doNotDisturb: true)))
        office.press("Ctrl-D", "Ctrl-F")
        office.type("103")
        office.press("Enter", ":")
        office.type("forward off")
        office.press("Enter", ":")
        office.type("presence at lunch")
        office.press("Enter")
        #expect(
            office.asked() == [
                .send(
                    .setDoNotDisturb, ["state": "on", "extension": "101"], title: "do not disturb", showsResult: false),
                .send(
                    .setDoNotDisturb, ["state": "off", "extension": "101"], title: "do not disturb", showsResult: false
                ),
                .send(.setForwarding, ["to": "103", "extension": "101"], title: "forward", showsResult: false),
                .send(.setForwarding, ["to": .null, "extension": "101"], title: "forward", showsResult: false),
                .send(.setPresence, ["text": "at lunch", "extension": "101"], title: "presence", showsResult: false),
            ])
    }

    @Test func aNoteIsMadeOfTheChosenCallAndChangedLater() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        _ = office.asked()
        office.press("Ctrl-N")
        office.type("calls back")
        office.press("Enter")
        let live = Office.identity(2)
        #expect(
            office.asked() == [
                .send(.setNote, ["callId": .string(live), "text": "calls back"], title: "note", showsResult: false)
            ])
        let record = try #require(office.state.exchange.records.first)
        office.take(.callNoted(CallNote(callId: record.callId, note: "sent the offer")))
        #expect(office.state.exchange.records.first?.note == "sent the offer")
        office.press("Alt-3", "n")
        office.type("!")
        office.press("Enter")
        #expect(
            office.asked() == [
                .send(
                    .setNote, ["callId": .string(record.callId), "text": "sent the offer!"], title: "note",
                    showsResult: false)
            ])
    }
}
