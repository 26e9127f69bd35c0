import TerminalUI
import Testing

struct CharacterWidthTests {
    @Test(
        arguments: [
            ("a", 1), (" ", 1), ("ü", 1), ("u\u{308}", 1), ("ß", 1), ("│", 1), ("…", 1), ("●", 1), ("±", 1), ("α", 1),
            ("漢", 2), ("カ", 2), ("한", 2), ("ａ", 2), ("😀", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1),
            ("1️⃣", 2), ("⌚", 2), ("\u{20000}", 2),
            ("\u{301}", 0), ("\u{200B}", 0), ("\u{202E}", 0), ("\n", 0), ("\u{1B}", 0), ("\u{7F}", 0), ("\u{9B}", 0),
        ] as [(Character, Int)])
    func aGraphemeTakesTheColumnsOfItsKind(character: Character, columns: Int) {
        #expect(CharacterWidth.columns(of: character) == columns)
    }

    @Test func aTextTakesTheSumOfItsGraphemes() {
        #expect(CharacterWidth.columns(of: "Jörg 漢字!") == 10)
    }
}
