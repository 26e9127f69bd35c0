import PBXBase
import TerminalUI
import Testing

struct LanguageTests {
    enum Key: CaseIterable { case held, taken }

    @Test(arguments: [("de_AT.UTF-8", Language.german), ("German", .german), ("en_GB", .english), ("fr_FR", .english)])
    func theLocaleChoosesTheLanguage(locale: String, language: Language) {
        #expect(Language(locale: locale) == language)
    }

    @Test func textsTakeValuesInTheirOwnOrder() {
        let texts = TextTable<Key>(.german) { key in
            switch key {
            case .held: ("held", "gehalten")
            case .taken: ("{0} was taken by {1}", "{1} hat {0} angenommen")
            }
        }
        #expect(texts[.held] == "gehalten")
        #expect(texts(.taken, "0:07", "Ada {0}") == "Ada {0} hat 0:07 angenommen")
        #expect(texts.incompleteKeys.isEmpty)
    }

    @Test func missingTextsAndPlacesAreFound() {
        let texts = TextTable<Key>(.english) { key in
            switch key {
            case .held: ("held", "")
            case .taken: ("by {0}", "von")
            }
        }
        #expect(texts.incompleteKeys == [.held, .taken])
    }

    /// 2026-11-23 13:05:09 UTC.
    private let moment = WallTime(microseconds: 1_795_439_109_000_000)

    @Test(arguments: [
        ("de_DE", "23.11.2026", "14:05:09", "12.345"), ("en_GB", "23/11/2026", "14:05:09", "12,345"),
        ("en_US", "11/23/2026", "2:05:09 PM", "12,345"), ("C", "2026-11-23", "14:05:09", "12345"),
    ])
    func timesAndNumbersAreWrittenTheLocalWay(locale: String, date: String, clock: String, number: String) {
        let format = LocalFormat(habit: .init(locale: locale)) { _ in 3_600 }
        #expect(format.date(moment) == date)
        #expect(format.clock(moment) == clock)
        #expect(format.number(12_345) == number)
        #expect(format.moment(moment, now: moment) == clock)
        #expect(format.moment(moment, now: moment + .seconds(86_400)).hasPrefix(date))
    }

    @Test func durationsAreShort() {
        let format = LocalFormat(habit: .international)
        #expect(format.duration(.seconds(7)) == "0:07")
        #expect(format.duration(.seconds(754)) == "12:34")
        #expect(format.duration(.seconds(3_723)) == "1:02:03")
        #expect(format.duration(.seconds(-5)) == "0:00")
        #expect(format.number(-1_234) == "-1234")
    }

    @Test(
        arguments: [("│", 1, "|"), ("é", 1, "e"), ("Ü", 1, "U"), ("漢", 2, "??"), ("…", 1, "~"), ("a", 1, "a")]
            as [(Character, Int, String)])
    func aTerminalWithoutUTF8GetsASCIIOfTheSameWidth(character: Character, columns: Int, text: String) {
        #expect(PlainCharacters.replacement(for: character, columns: columns) == text)
    }

    @Test func linearViewSaysWhatChanged() {
        var view = LinearView()
        let first = view.lines(for: [LinearItem(id: "1", text: "1: ringing, Ada")]) { _ in "1: ended" }
        let same = view.lines(for: [LinearItem(id: "1", text: "1: ringing, Ada")]) { _ in "1: ended" }
        let changed = view.lines(for: [LinearItem(id: "1", text: "1: talking, A\u{1B}da")]) { _ in "1: ended" }
        let gone = view.lines(for: []) { _ in "1: ended" }
        #expect([first, same, changed, gone] == [["1: ringing, Ada"], [], ["1: talking, A da"], ["1: ended"]])
    }
}
