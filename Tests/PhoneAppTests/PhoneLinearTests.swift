import PBXBase
import PhoneApp
import TerminalTestKit
import TerminalUI
import Testing

struct PhoneLinearTests {
    /// A morning in linear mode, as it is printed.
    private func story(_ language: Language) throws -> String {
        var phone = try ScreenedPhone(language: language, history: ScreenedPhone.history)
        var view = LinearView()
        var lines = [PhoneScreen.greeting(phone.state)]
        func say() {
            let state = phone.state
            lines += view.lines(for: PhoneScreen.items(state)) { PhoneScreen.farewell($0, state) }
        }
        func enter(_ line: String) {
            phone.take(.entered(line))
            lines += PhoneScreen.answer(to: line, phone.state)
            say()
        }
        say()
        phone.told(.registered(account: 0, seconds: 600))
        say()
        phone.line(1, .incoming, "103", name: "Cem Çelik")
        say()
        phone.pass(seconds: 5)
        say()
        enter("1")
        phone.line(1, .active, "103", name: "Cem Çelik", codec: "opus", encrypted: true)
        say()
        phone.line(2, .incoming, "0301234567")
        say()
        enter("decline")
        phone.end(2, .declined)
        say()
        enter("digits 12#")
        enter("hold")
        phone.line(1, .held, "103", name: "Cem Çelik", codec: "opus", encrypted: true)
        say()
        enter("find mul")
        enter("call #1")
        enter("nonsense")
        phone.end(1, .there, talkSeconds: 65)
        say()
        phone.told(.registrationFailed(account: 0, status: 503, phrase: "Service Unavailable", isFinal: false))
        say()
        phone.pass(seconds: 60)
        say()
        for line in ["phone", "history", "book", "log", "help"] { enter(line) }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(arguments: Language.allCases) func changesAreLines(language: Language) throws {
        let text = try story(language)
        let mismatch = SnapshotFile.mismatch(text, named: "linear-\(language.rawValue)")
        #expect(mismatch == nil, "\(mismatch ?? "")")
        #expect(!text.unicodeScalars.contains { (0x2500...0x257F).contains($0.value) || $0.value == 0x1B })
    }
}
