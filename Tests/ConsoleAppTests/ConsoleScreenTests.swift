import ConsoleApp
import ControlProtocol
import PBXModel
import TerminalTestKit
import TerminalUI
import Testing

struct ConsoleScreenTests {
    /// Small, usual, large.
    static let sizes = [(80, 24), (132, 43), (200, 60)]

    private func check(_ office: Office, _ name: String) {
        let mismatch = SnapshotFile.mismatch(office.screen(), named: name)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test(arguments: Screen.allCases, sizes)
    func aBusyOffice(screen: Screen, size: (Int, Int)) throws {
        var office = try Office.open(size.0, size.1)
        office.getBusy()
        office.press("Alt-\((Screen.allCases.firstIndex(of: screen) ?? 0) + 1)")
        if screen == .help { office.press("?") }
        if screen == .switchboard { office.press("2") }
        if screen == .ladder { office.showLadder() }
        check(office, "\(screen)-full")
    }

    @Test(arguments: Screen.allCases, sizes)
    func anEmptyOffice(screen: Screen, size: (Int, Int)) throws {
        var office = try Office(size.0, size.1)
        office.take(
            .link(.connected(HelloCommand.Reply(name: "pbxd", version: "0.1.0", peer: .init(name: "ada", role: .user))))
        )
        while office.state.screen != screen { office.press("Tab") }
        check(office, "\(screen)-empty")
    }

    @Test(arguments: Screen.allCases, sizes)
    func aLostLinkLeavesTheDataWithItsAge(screen: Screen, size: (Int, Int)) throws {
        var office = try Office.open(size.0, size.1)
        office.getBusy()
        if screen == .ladder { office.showLadder() }
        office.take(.link(.lost(reason: "connection to the daemon was lost", retrySeconds: 5)))
        office.pass(seconds: 42)
        while office.state.screen != screen { office.press("Tab") }
        check(office, "\(screen)-stale")
    }

    @Test(arguments: Screen.allCases, sizes)
    func anErrorSaysWhatToDo(screen: Screen, size: (Int, Int)) throws {
        var office = try Office.open(size.0, size.1)
        office.getBusy()
        if screen == .ladder { office.showLadder() }
        while office.state.screen != screen { office.press("Tab") }
        let failure = ControlFailure(.noSuchCall, "no call \"0199\"", hint: "it may have ended")
        office.take(.commandDone(title: "hang up", showsResult: false, .failure(failure)))
        check(office, "\(screen)-error")
    }

    /// As with `NO_COLOR`: what told things apart by colour would be alike here.
    @Test(arguments: Screen.allCases)
    func withoutColours(screen: Screen) throws {
        var office = try Office.open()
        office.getBusy()
        if screen == .ladder { office.showLadder() }
        while office.state.screen != screen { office.press("Tab") }
        let mismatch = SnapshotFile.mismatch(office.screen().withoutColours, named: "\(screen)-plain")
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test(arguments: Screen.allCases)
    func inGerman(screen: Screen) throws {
        var office = try Office.open(language: .german)
        office.getBusy()
        if screen == .ladder { office.showLadder() }
        while office.state.screen != screen { office.press("Tab") }
        check(office, "\(screen)-german")
    }

    /// What a terminal without colours shows tells as much: every coloured word has its own sign or attribute.
    @Test func withoutColourNothingIsLost() throws {
        var office = try Office.open()
        office.getBusy()
        office.press("2")
        let canvas = office.screen()
        let text = ScreenSnapshot.text(of: canvas.buffer)
        for word in ["● for you", "▶ talking", "‖ on hold", "◐ ringing", "● busy", "○ free", "· no phone"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func overlays() throws {
        var office = try Office.open()
        office.getBusy()
        office.press(":")
        office.type("h")
        check(office, "command-line")
        office.press("Esc", "Alt-2", "x")
        check(office, "confirmation")
        office.press("Esc")
        office.take(
            .commandDone(
                title: "status", showsResult: true,
                .success([
                    "version": "0.1.0", "calls": 2, "listeners": [["transport": "udp", "address": "127.0.0.1:5060"]],
                ])))
        check(office, "result")
    }

    @Test func aSearchNarrowsTheDirectory() throws {
        var office = try Office.open()
        office.type("mul")
        check(office, "search")
        office.press("Esc")
        office.type("zzz")
        check(office, "search-nobody")
    }

    @Test(arguments: [(1, 1), (20, 3), (39, 24), (80, 11), (40, 12), (83, 24), (84, 24)])
    func anySizeIsDrawn(width: Int, height: Int) throws {
        var office = try Office.open(width, height)
        office.getBusy()
        for screen in Screen.allCases {
            while office.state.screen != screen { office.press("Tab") }
            for overlay in ["", ":", "x"] {
                office.press(overlay)
                let canvas = office.screen()
                #expect(canvas.buffer.size == Size(width: width, height: height))
                office.press("Esc")
                if office.state.screen != screen { office.take(.key(KeyEvent(.tab))) }
                while office.state.screen != screen { office.press("Tab") }
            }
        }
    }

    @Test func tooSmallSaysWhatIsNeededAndWhoWaits() throws {
        var office = try Office.open(39, 10)
        office.getBusy()
        check(office, "too-small")
    }

    @Test(arguments: Language.allCases) func noTextIsMissing(language: Language) {
        #expect(ConsoleText.table(language).incompleteKeys.isEmpty)
    }

    @Test(arguments: [Language.english, .german])
    func whatUsersHaveSetStandsBesideThem(language: Language) throws {
        var office = try Office.open(language: language)
        office.take(.settingsChanged(UserSettings(number: "101", doNotDisturb: true, presence: "writing")))
        office.take(.settingsChanged(UserSettings(number: "102", doNotDisturb: true, forwardsTo: "105")))
        office.take(.settingsChanged(UserSettings(number: "104", presence: "at lunch")))
        check(office, "switchboard-settings-\(language)")
    }

    @Test func whoCallsFromOutsideIsKnownByThePhoneBook() throws {
        var office = try Office.open()
        let contact = DirectoryEntry(
            number: "0301234567", name: "Theo Brandt", kind: .contact, company: "Hafenwerke")
        let colleague = DirectoryEntry(number: "105", name: "Éva Łoś", department: "Workshop")
        office.take(.directoryListed([colleague, contact]))
        office.take(.callChanged(Office.call(1, "0301234567", "BERLIN", "101", .ringing, 7), .callRinging))
        check(office, "switchboard-contact")
    }

    @Test(arguments: [Screen.switchboard, .calls, .history])
    func notesStandBesideTheirCalls(screen: Screen) throws {
        var office = try Office.open()
        var call = Office.call(2, "104", "Dora Dietrich", "101", .active, 125)
        call.note = "wants an offer by Friday"
        office.take(.callChanged(call, .callUpdated))
        var record = Office.record(0, of: 0x100)
        record.note = "called back"
        office.take(.callEnded(record))
        office.press("Alt-\((Screen.allCases.firstIndex(of: screen) ?? 0) + 1)")
        check(office, "\(screen)-note")
    }
}
