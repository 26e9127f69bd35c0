import MediaControl
import PBXBase
import PhoneApp
import TerminalTestKit
import TerminalUI
import Testing

struct PhoneScreenTests {
    /// Small, usual, large.
    static let sizes = [(80, 24), (132, 43), (200, 60)]

    private func check(_ phone: ScreenedPhone, _ name: String) {
        let mismatch = SnapshotFile.mismatch(phone.screen(), named: name)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    private func show(_ page: PhonePage, on phone: inout ScreenedPhone) {
        while phone.state.page != page { phone.press("Tab") }
    }

    @Test(arguments: PhonePage.allCases, sizes)
    func aBusyPhone(page: PhonePage, size: (Int, Int)) throws {
        var phone = try ScreenedPhone.registered(size.0, size.1, history: ScreenedPhone.history)
        phone.getBusy()
        show(page, on: &phone)
        check(phone, "\(page)-full")
    }

    @Test(arguments: PhonePage.allCases, sizes)
    func aNewPhone(page: PhonePage, size: (Int, Int)) throws {
        var phone = try ScreenedPhone(size.0, size.1, book: PhoneBook())
        show(page, on: &phone)
        check(phone, "\(page)-empty")
    }

    @Test(arguments: PhonePage.allCases, sizes)
    func aLostRegistrationIsSaidWithItsAge(page: PhonePage, size: (Int, Int)) throws {
        var phone = try ScreenedPhone.registered(size.0, size.1, history: ScreenedPhone.history)
        phone.getBusy()
        phone.press("Esc")
        phone.told(.registrationFailed(account: 0, status: 503, phrase: "Service Unavailable", isFinal: false))
        phone.pass(seconds: 42)
        show(page, on: &phone)
        check(phone, "\(page)-stale")
    }

    @Test(arguments: PhonePage.allCases, sizes)
    func anErrorSaysWhatToDo(page: PhonePage, size: (Int, Int)) throws {
        var phone = try ScreenedPhone.registered(size.0, size.1, history: ScreenedPhone.history)
        phone.getBusy()
        show(page, on: &phone)
        phone.told(.failed("line #2: the other side refused to be held (488)"))
        check(phone, "\(page)-error")
    }

    /// As with `NO_COLOR`: what told things apart by colour would be alike here.
    @Test(arguments: PhonePage.allCases)
    func withoutColours(page: PhonePage) throws {
        var phone = try ScreenedPhone.registered(history: ScreenedPhone.history)
        phone.getBusy()
        show(page, on: &phone)
        let mismatch = SnapshotFile.mismatch(phone.screen().withoutColours, named: "\(page)-plain")
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test(arguments: PhonePage.allCases)
    func inGerman(page: PhonePage) throws {
        var phone = try ScreenedPhone.registered(language: .german, history: ScreenedPhone.history)
        phone.getBusy()
        show(page, on: &phone)
        check(phone, "\(page)-german")
    }

    @Test func onANarrowTallScreen() throws {
        var phone = try ScreenedPhone.registered(84, 60, history: ScreenedPhone.history)
        phone.getBusy()
        check(phone, "phone-portrait")
    }

    /// What a terminal without colours shows tells as much: every coloured word has its own sign or attribute.
    @Test func withoutColourNothingIsLost() throws {
        var phone = try ScreenedPhone.registered(132, 43, history: ScreenedPhone.history)
        phone.getBusy()
        let text = ScreenSnapshot.text(of: phone.screen().buffer)
        for word in ["● for you", "▶ talking", "‖ on hold", "‖ both hold", "◐ ringing", "● registered", "✗ missed"] {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func aQuietPhoneSaysWhatItsDigitsDo() throws {
        let phone = try ScreenedPhone.registered()
        check(phone, "idle")
    }

    @Test func aSearchNarrowsThePhoneBook() throws {
        var phone = try ScreenedPhone.registered()
        phone.type("mul")
        check(phone, "search")
        phone.press("Esc")
        phone.type("0301")
        check(phone, "dialling")
    }

    @Test func overlays() throws {
        var phone = try ScreenedPhone.registered()
        phone.getBusy()
        phone.press("F9")
        phone.type("10")
        check(phone, "transfer")
        phone.press("Esc", "F10")
        check(phone, "partner")
        phone.press("Esc", ":")
        phone.type("h")
        check(phone, "command-line")
        phone.press("Esc", "Ctrl-C")
        check(phone, "leaving")
    }

    @Test(arguments: [(1, 1), (20, 3), (39, 24), (80, 13), (40, 14), (83, 24), (84, 24)])
    func anySizeIsDrawn(width: Int, height: Int) throws {
        var phone = try ScreenedPhone.registered(width, height, history: ScreenedPhone.history)
        phone.getBusy()
        for page in PhonePage.allCases {
            show(page, on: &phone)
            for keys in ["", ":", "Ctrl-C", "F10"] {
                phone.press(keys)
                #expect(phone.screen().buffer.size == Size(width: width, height: height))
                if !keys.isEmpty { phone.press("Esc") }
            }
        }
    }

    @Test func tooSmallSaysWhatIsNeededAndWhoWaits() throws {
        var phone = try ScreenedPhone.registered(39, 10)
        phone.getBusy()
        check(phone, "too-small")
    }

    @Test(arguments: Language.allCases) func noTextIsMissing(language: Language) {
        #expect(PhoneText.table(language).incompleteKeys.isEmpty)
    }
}
