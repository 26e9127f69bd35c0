import Logging
import Testing

@testable import PBXServer

/// The two forms of a log line, and what the network cannot do to them.
@Suite struct LineLogHandlerTests {
    private func line(_ format: LogForm, _ message: String, isUnderJournal: Bool = false) -> String {
        LineLogHandler(
            label: "test", control: LogControl(level: .info, format: format), isUnderJournal: isUnderJournal
        ).line(.warning, message, [(key: "call", value: "7"), (key: "peer", value: "10.0.0.1\nforged")])
    }

    @Test func `for people: time, level, message, fields`() {
        let words = line(.human, "no answer").split(separator: " ").map(String.init)
        #expect(words.first?.hasSuffix("Z") == true)
        #expect(words.dropFirst() == ["warning", "no", "answer", "call=7", "peer=10.0.0.1\\u{a}forged"])
    }

    @Test func `in the journal: priority instead of time and level`() {
        #expect(line(.human, "no answer", isUnderJournal: true).hasPrefix("<4>no answer call=7"))
    }

    @Test(arguments: ["\n", "\r", "\u{1B}[2J", "\u{9B}2J", "\u{7F}", "\u{85}", "\u{2028}"])
    func `text cannot forge a line or move the cursor`(evil: String) {
        let made = line(.human, "from \(evil)!")
        #expect(made.contains("from \\u{"))
        #expect(!made.contains(evil))
    }

    @Test func `as JSON: one object with escapes`() {
        let made = line(.json, "say \"hi\" \\ \n")
        #expect(made.hasPrefix("{\"time\":\""))
        #expect(
            made.hasSuffix(
                ",\"level\":\"warning\",\"message\":\"say \\\"hi\\\" \\\\ \\u000a\",\"call\":\"7\","
                    + "\"peer\":\"10.0.0.1\\u000aforged\"}"))
    }
}
