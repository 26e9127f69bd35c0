import PBXBase
import PhoneApp
import TerminalUI
import Testing

/// What keys do.
struct PhoneKeysTests {
    // MARK: Digits, which mean one thing at a time

    @Test func withoutACallDigitsDial() throws {
        var phone = try ScreenedPhone.registered()
        #expect(phone.keyLine().hasPrefix("0 …9 dial"))
        phone.type("+49")
        phone.press("Backspace")
        phone.type("4 30")
        #expect(phone.state.dial.prompt.text == "+44 30")
        phone.press("Enter")
        #expect(phone.commands() == [.call("+4430", account: 0)])
        #expect(!phone.state.dial.isOpen)
    }

    @Test func whileRingingDigitsPickLines() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .incoming)
        phone.line(2, .incoming, "103")
        #expect(phone.keyLine().hasPrefix("1 …6 lines"))
        _ = phone.asked()
        phone.type("2")
        #expect(phone.commands() == [.answer(LineNumber(2))])
        phone.type("5")
        #expect(phone.state.notice?.text == "no call on line 5")
    }

    @Test func whileTalkingDigitsAreTones() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        phone.line(2, .held, "103")
        #expect(phone.keyLine().hasPrefix("0 …9*# tones"))
        _ = phone.asked()
        phone.type("1*#")
        #expect(
            phone.commands() == ["1", "*", "#"].map { .digits($0, .media, LineNumber(1)) })
        #expect(phone.state.notice?.text == "sent: 1*#")
        // Lines are picked all the same, by the keys that never mean digits.
        phone.press("F2")
        #expect(phone.commands() == [.resume(LineNumber(2))])
    }

    @Test func whileTypingDigitsAreTyped() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.type("/12")
        #expect(phone.state.dial.prompt.text == "12")
        #expect(phone.commands().isEmpty)
        #expect(phone.keyLine().hasPrefix("Enter call"))
        phone.press("Enter")
        #expect(phone.commands() == [.call("12", account: 0)])
    }

    @Test func plusAndMinusAreTheVolumeDuringACall() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.type("+-")
        #expect(phone.commands() == [.volume(.speaker, .by(10)), .volume(.speaker, .by(-10))])
        phone.told(.volume(SoundVolumes(speaker: 70)))
        #expect(phone.state.notice?.text == "volume 70 %")
    }

    // MARK: Calls

    @Test func enterAnswersTheOldestCall() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .incoming)
        phone.line(2, .incoming, "103")
        _ = phone.asked()
        phone.press("Enter")
        #expect(phone.commands() == [.answer(LineNumber(1))])
    }

    @Test func aSecondCallIsToldOfAndTakesTheOthersPlace() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.line(2, .incoming, "103", name: "Cem")
        #expect(phone.asked() == [.alert("Cem (103)")])
        #expect(phone.state.notice?.text == "Cem (103) calls: answering holds the other call")
        phone.press("Enter")
        #expect(phone.commands() == [.answer(LineNumber(2))])
        phone.line(2, .active, "103", name: "Cem")
        phone.line(1, .held)
        phone.press("F1")
        #expect(phone.commands() == [.resume(LineNumber(1))])
    }

    @Test func escNeverHangsUpAndOneKeyDoes() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        phone.line(2, .held, "103")
        _ = phone.asked()
        phone.press("F9", "Esc", "Esc", "Tab", "Esc", "Esc")
        #expect(phone.asked().isEmpty)
        phone.press("Ctrl-X")
        #expect(phone.commands() == [.hangUp(LineNumber(1))])
        phone.press("Down", "Ctrl-X")
        #expect(phone.commands() == [.hangUp(LineNumber(2))])
    }

    @Test func decliningIsForWhatRings() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.press("Ctrl-D")
        #expect(phone.asked().isEmpty)
        phone.line(2, .incoming, "103")
        phone.press("Ctrl-D")
        #expect(phone.commands() == [.decline(LineNumber(2))])
    }

    @Test func aLineMustBePickedWhereNoneStandsOut() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .incoming)
        phone.line(2, .incoming, "103")
        _ = phone.asked()
        phone.press("Ctrl-X")
        #expect(phone.asked().isEmpty)
        #expect(phone.state.notice?.text == "pick a line first")
    }

    @Test func holdAndGoOn() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.press("F7")
        #expect(phone.commands() == [.hold(LineNumber(1))])
        phone.line(1, .held)
        phone.press("F7")
        phone.press("Enter")
        #expect(phone.commands() == [.resume(LineNumber(1)), .resume(LineNumber(1))])
    }

    @Test func aBlindTransferAsksWhereTo() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.press("F9")
        #expect(phone.state.dial.purpose == .transfer(LineNumber(1)))
        phone.type("mull")
        phone.press("Enter")
        #expect(phone.commands() == [.transfer(LineNumber(1), to: "106")])
        phone.told(.transferring(LineNumber(1), status: 100))
        phone.told(.transferring(LineNumber(1), status: 486))
        #expect(phone.state.notice?.isError == true)
    }

    @Test func whoeverIsTypedAlreadyIsTransferredToAtOnce() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.type("/103")
        phone.press("F9")
        #expect(phone.commands() == [.transfer(LineNumber(1), to: "103")])
    }

    @Test func theEndOfACallEndsItsTransfer() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        phone.press("F9")
        phone.end(1, .there, talkSeconds: 5)
        #expect(!phone.state.dial.isOpen)
        #expect(phone.state.notice?.text == "1: Björn Bär: hung up there (0:05)")
    }

    @Test func twoCallsAreConnected() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.press("F10")
        #expect(phone.asked().isEmpty)
        phone.line(1, .held)
        phone.line(2, .active, "103", outgoing: true)
        phone.press("F10")
        #expect(phone.commands() == [.connect(LineNumber(1), LineNumber(2))])
        phone.told(.transferring(LineNumber(1), status: 200))
        phone.end(1, .transferred, talkSeconds: 9)
        phone.end(2, .there, talkSeconds: 5)
        #expect(phone.state.notice?.text == "Björn Bär and 103 are connected")
    }

    @Test func amongThreeCallsThePartnerIsNamed() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .held)
        phone.line(2, .held, "103")
        phone.line(3, .active, "104")
        _ = phone.asked()
        phone.press("F10")
        #expect(phone.asked().isEmpty)
        phone.press("2")
        #expect(phone.commands() == [.connect(LineNumber(2), LineNumber(3))])
        #expect(phone.state.overlay == nil)
    }

    @Test func aConferenceIsJoinedAndTakenApart() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .held)
        phone.line(2, .active, "103")
        _ = phone.asked()
        phone.press("Ctrl-G")
        #expect(phone.commands() == [.join([])])
        phone.line(1, .active, conference: true)
        phone.line(2, .active, "103", conference: true)
        phone.press("Ctrl-G")
        #expect(phone.commands() == [.split])
    }

    @Test func muteIsToggledByWhatThePhoneTells() throws {
        var phone = try ScreenedPhone.registered(hasCard: false)
        phone.press("F8")
        phone.told(.volume(SoundVolumes(isMicrophoneMuted: true)))
        #expect(phone.state.notice?.text == "the microphone is muted: nobody hears you")
        phone.press("F8")
        #expect(phone.commands() == [.mute(true), .mute(false)])
    }

    @Test func theLastNumberIsKnownFromTheHistory() throws {
        var phone = try ScreenedPhone.registered(history: ScreenedPhone.history)
        phone.press("Ctrl-R")
        #expect(phone.commands() == [.call("106", account: 0)])
        // Enter offers it, and calls only when pressed again.
        phone.press("Enter")
        #expect(phone.commands().isEmpty)
        phone.press("Enter")
        #expect(phone.commands() == [.call("106", account: 0)])
    }

    // MARK: Leaving

    @Test func leavingAsksWhileThereAreCalls() throws {
        var phone = try ScreenedPhone.registered()
        phone.press("Ctrl-C")
        #expect(phone.asked().last == .quit)
        phone.line(1, .active)
        _ = phone.asked()
        phone.press("Ctrl-C", "Esc", "Ctrl-C")
        #expect(phone.asked().isEmpty)
        phone.press("y")
        #expect(phone.asked() == [.quit])
    }

    // MARK: The table

    @Test func usersMayRebind() throws {
        let change = KeyChange(
            context: "phone.everywhere", action: "hangUp", keys: ["F11"], place: "keys.toml:2")
        var phone = try ScreenedPhone.registered(keyChanges: [change])
        phone.line(1, .active)
        _ = phone.asked()
        phone.press("Ctrl-X")
        #expect(phone.asked().isEmpty)
        #expect(phone.keyLine().contains("F11 hang up"))
        phone.press("F11")
        #expect(phone.commands() == [.hangUp(LineNumber(1))])
        let clash = KeyChange(context: "phone.everywhere", action: "hangUp", keys: ["F7"], place: "keys.toml:2")
        #expect(throws: KeymapError.self) { try ScreenedPhone.registered(keyChanges: [clash]) }
    }

    @Test func everyKeyOfTheTableIsReadable() throws {
        let phone = try ScreenedPhone.registered()
        for binding in phone.state.keys.bindings {
            #expect(!binding.keys.isEmpty, "\(binding.action)")
            #expect(!binding.help.isEmpty, "\(binding.action)")
        }
    }
}
