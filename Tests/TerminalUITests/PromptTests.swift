import TerminalUI
import Testing

struct PromptTests {
    private func typed(_ keys: [String], into text: String = "") -> (text: String, cursor: Int) {
        var state = PromptState(text)
        for key in keys { _ = KeyEvent(key).map { state.handle($0) } }
        return (state.text, state.cursor)
    }

    @Test func editsAsShellsDo() {
        #expect(typed(["a", "b", "Left", "c"]) == ("acb", 2))
        #expect(typed(["Backspace", "Home", "Del"], into: "word") == ("or", 0))
        #expect(typed(["Ctrl-W"], into: "call  Ada ") == ("call  ", 6))
        #expect(typed(["Ctrl-A", "Ctrl-K"], into: "gone") == ("", 0))
        #expect(typed(["Ctrl-←", "Ctrl-U"], into: "one two") == ("two", 0))
        #expect(typed(["Backspace", "Left"]) == ("", 0))
    }

    @Test(arguments: ["F1", "Enter", "Alt-x", "Up"])
    func commandsAreLeftToOthers(key: String) throws {
        var state = PromptState()
        let isHandled = state.handle(try #require(KeyEvent(key)))
        #expect(!isHandled)
    }

    @Test func aLineHasAnEnd() {
        var state = PromptState()
        state.insert(String(repeating: "x", count: 10_000))
        #expect(state.text.count == PromptState.charactersMax)
        state.replace(with: "a\nb\u{1B}c")
        #expect(state.text == "abc")
    }

    @Test func aLongTextScrollsToItsCursor() {
        var canvas = Canvas(Size(width: 8, height: 1))
        Prompt(": ", PromptState("0123456789"), suggestion: "next").draw(in: &canvas)
        #expect(canvas.buffer.text(row: 0) == ": 56789n" || canvas.buffer.text(row: 0) == ": 56789…")
        #expect(canvas.cursor == Point(x: 7, y: 0))
    }

    @Test func completionAddsOnlyWhatIsCertain() {
        let words = ["hangUp", "hello", "help", "hold"]
        #expect(Completion.complete("he", among: words) == ("l", ["hello", "help"]))
        #expect(Completion.complete("HA", among: words) == ("ngUp", ["hangUp"]))
        #expect(Completion.complete("x", among: words) == ("", []))
    }
}
