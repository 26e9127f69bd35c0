import PBXBase
import PhoneApp
import TerminalUI
import Testing

/// The phone book, the history, and typed commands.
struct PhonePagesTests {
    // MARK: Phone book

    @Test func lettersSearchAndEnterCallsTheFirstFound() throws {
        var phone = try ScreenedPhone.registered()
        phone.type("weiss")
        phone.press("Enter")
        #expect(phone.commands() == [.call("+49305550147", account: 0)])
        #expect(phone.state.dial == DialField())
    }

    @Test func anotherOneFoundIsChosen() throws {
        var phone = try ScreenedPhone.registered()
        phone.type("b")
        phone.press("Backspace")
        phone.type("10")
        phone.press("Down", "Down", "Enter")
        #expect(phone.commands() == [.call("106", account: 0)])
    }

    @Test func aNumberIsCalledAsTypedThoughSomebodyIsFoundByIt() throws {
        var phone = try ScreenedPhone.registered()
        phone.type("10")
        phone.press("Enter")
        #expect(phone.commands() == [.call("10", account: 0)])
    }

    @Test func anAddressMayBeTyped() throws {
        var phone = try ScreenedPhone.registered()
        phone.type("sip:bob@192.0.2.7:5070")
        phone.press("Enter")
        #expect(phone.commands() == [.call("sip:bob@192.0.2.7:5070", account: 0)])
    }

    @Test func whoIsInNoBookMayBeAUserOfTheServer() throws {
        var phone = try ScreenedPhone.registered()
        phone.type("bob")
        phone.press("Enter")
        #expect(phone.commands() == [.call("bob", account: 0)])
        phone.type("nobody known")
        phone.press("Enter")
        #expect(phone.commands().isEmpty)
    }

    @Test func nobodyIsCalledBecauseTheBookBeginsWithThem() throws {
        var phone = try ScreenedPhone.registered()
        phone.press("Alt-3", "Enter")
        #expect(phone.commands().isEmpty)
        phone.press("Down", "Enter")
        #expect(phone.commands() == [.call("102", account: 0)])
    }

    @Test func callersWithoutANameAreNamedByTheBook() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .incoming, "106")
        #expect(phone.asked() == [.alert("Fritz Müller (106)")])
    }

    // MARK: History

    @Test func missedCallsAreNewsUntilTheyAreLookedAt() throws {
        var phone = try ScreenedPhone.registered(history: ScreenedPhone.history)
        #expect(phone.screen().buffer.text(row: 0).contains("History 2!"))
        phone.press("Alt-2")
        #expect(phone.asked() == [.markSeen(ScreenedPhone.noon)])
        #expect(phone.state.history.missedCount == 0)
        phone.press("Alt-1", "Alt-2")
        #expect(phone.asked().isEmpty)
    }

    @Test func enterCallsBack() throws {
        var phone = try ScreenedPhone.registered(history: ScreenedPhone.history)
        phone.press("Alt-2", "Down", "Enter")
        #expect(phone.commands() == [.call("107", account: 0)])
        #expect(phone.state.page == .phone)
        // With the account that it came by, whichever is chosen for other calls.
        phone.take(.entered("account 2"))
        phone.press("Alt-2", "Enter")
        #expect(phone.commands() == [.call("107", account: 0)])
    }

    @Test func aCallThatEndsStandsInTheHistory() throws {
        var phone = try ScreenedPhone.registered()
        var recorder = HistoryRecorder(accounts: ["sip:101@pbx.example"])
        let summary = ScreenedPhone.summary(1, .incoming)
        #expect(recorder.told(.line(summary), at: ScreenedPhone.noon) == nil)
        let later = ScreenedPhone.noon + .seconds(20)
        let entry = recorder.told(.ended(summary, .missed, talkSeconds: nil), at: later)
        #expect(entry?.at == ScreenedPhone.noon)
        #expect(entry?.outcome == .missed)
        if let entry { phone.take(.remembered(entry)) }
        #expect(phone.state.history.missedCount == 1)
    }

    // MARK: Typed commands

    @Test(arguments: [
        ("call 102", [PhoneCommand.call("102", account: 0)]), ("call müller", [.call("106", account: 0)]),
        ("hangup #2", [.hangUp(LineNumber(8))]), ("hangup", [.hangUp(LineNumber(7))]),
        ("hold", [.hold(LineNumber(7))]), ("resume", [.resume(LineNumber(8))]),
        ("transfer #2 anna", [.transfer(LineNumber(8), to: "101")]),
        ("digits 12", [.digits("12", .media, LineNumber(7))]),
        ("connect #2 #1", [.connect(LineNumber(8), LineNumber(7))]),
        ("connect", [.connect(LineNumber(8), LineNumber(7))]),
        ("join", [.join([])]), ("mute", [.mute(true)]), ("volume speaker 50", [.volume(.speaker, .to(50))]),
        ("record #1 talk.wav", [.record("talk.wav", LineNumber(7))]), ("register", [.register]),
    ])
    func commandsNameLinesByTheirPlaces(text: String, commands: [PhoneCommand]) throws {
        var phone = try ScreenedPhone.registered()
        phone.line(7, .active)
        phone.line(8, .held, "103")
        _ = phone.asked()
        phone.press(":")
        phone.type(text)
        phone.press("Enter")
        #expect(phone.commands() == commands)
        #expect(phone.state.overlay == nil)
    }

    @Test func theAccountOfCallsIsChosen() throws {
        var phone = try ScreenedPhone.registered()
        phone.take(.entered("account 2"))
        phone.take(.entered("call 5"))
        #expect(phone.commands() == [.call("5", account: 1)])
        phone.take(.entered("account 3"))
        #expect(phone.state.notice?.text == "usage: account 1-2")
    }

    @Test(arguments: [
        ("dance", "unknown command \"dance\""), ("hangp", "unknown command \"hangp\" → hangup?"),
        ("hangup #4", "no call on line 4"), ("digits", "usage: digits [#LINE] DIGITS"),
    ])
    func whatIsNotUnderstoodIsAnsweredInWords(line: String, words: String) throws {
        var phone = try ScreenedPhone.registered()
        phone.take(.entered(line))
        #expect(phone.commands().isEmpty)
        #expect(phone.state.notice == Notice(words, isError: true))
    }

    @Test func tabCompletesCommandsAndLines() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .active)
        _ = phone.asked()
        phone.press(":")
        phone.type("hang")
        phone.press("Tab")
        phone.type(" #")
        phone.press("Tab", "Enter")
        #expect(phone.commands() == [.hangUp(LineNumber(1))])
        phone.press(":", "Up", "Enter")
        #expect(phone.commands() == [.hangUp(LineNumber(1))])
    }

    // MARK: News

    @Test func textsOfThePhoneNameLinesByTheirPlaces() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(7, .active)
        phone.told(.failed("line #7: the other side refused to be held (488)"))
        #expect(phone.state.notice?.text == "line 1: the other side refused to be held (488)")
    }

    @Test func whyACallEndedIsSaid() throws {
        var phone = try ScreenedPhone.registered()
        phone.line(1, .ringing, "199", outgoing: true)
        phone.end(1, .refused(status: 486, phrase: "Busy Here"))
        #expect(phone.state.notice == Notice("1: 199: busy", isError: true))
    }

    @Test func aRegistrationThatComesBackIsSaid() throws {
        var phone = try ScreenedPhone.registered()
        _ = phone.asked()
        phone.told(.registrationFailed(account: 0, status: 503, phrase: "", isFinal: false))
        #expect(phone.asked() == [.alert("101@pbx.example: not registered: 503")])
        phone.told(.registrationFailed(account: 0, status: 408, phrase: "", isFinal: false))
        #expect(phone.asked().isEmpty)
        phone.told(.registered(account: 0, seconds: 60))
        #expect(phone.state.notice?.text == "101@pbx.example: registered")
    }
}
