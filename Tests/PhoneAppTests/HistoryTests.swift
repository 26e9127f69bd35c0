import Foundation
import PBXBase
import Testing

@testable import PhoneApp

struct HistoryTests {
    private func entry(_ second: Int, _ outcome: HistoryEntry.Outcome = .missed) -> HistoryEntry {
        HistoryEntry(
            at: ScreenedPhone.noon + .seconds(second), isOutgoing: false, name: "Ada \"the\" Caller",
            number: "10\(second)",
            uri: "sip:10\(second)@x", account: "sip:101@x", outcome: outcome, status: 486, talkSeconds: 7)
    }

    @Test func aLineIsReadAsItWasWritten() {
        for line in [HistoryLine.call(entry(1)), .seen(ScreenedPhone.noon)] {
            #expect(HistoryLine(line.text) == line)
            #expect(!line.text.contains("\n"))
        }
    }

    @Test(arguments: [
        "", "{", "null", "[]", "{}", #"{"at":"yesterday","number":"1","outgoing":true,"outcome":"missed"}"#,
        #"{"at":"2026-11-23T13:05:09.000Z","number":"1","outgoing":true,"outcome":"dreamt"}"#,
    ])
    func whatIsNoLineIsNothing(text: String) { #expect(HistoryLine(text) == nil) }

    @Test func theHistoryIsBounded() {
        let history = CallHistory((0..<CallHistory.entriesMax + 5).map { .call(entry($0)) })
        #expect(history.entries.count == CallHistory.entriesMax)
        #expect(history.entry(0) == entry(CallHistory.entriesMax + 4))
        #expect(history.entry(CallHistory.entriesMax) == nil)
    }

    @Test func onlyLaterMissedCallsAreNews() {
        var history = CallHistory([.call(entry(1)), .seen(ScreenedPhone.noon + .seconds(1)), .call(entry(2))])
        history.append(entry(3, .declined))
        #expect(history.missedCount == 1)
    }

    @Test(arguments: [
        (LineEnd.here, true, nil, HistoryEntry.Outcome.givenUp), (.here, false, nil, .declined),
        (.there, false, 5, .answered), (.missed, false, nil, .missed), (.declined, false, nil, .declined),
        (.refused(status: 486, phrase: ""), true, nil, .refused), (.lost, false, nil, .failed),
        (.lost, false, 5, .answered), (.transferred, true, 9, .answered),
    ])
    func anEndBecomesAnOutcome(
        end: LineEnd, isOutgoing: Bool, talkSeconds: Int?, outcome: HistoryEntry.Outcome
    ) {
        let entry = HistoryEntry(
            ScreenedPhone.summary(1, .ended, outgoing: isOutgoing), end, talkSeconds: talkSeconds,
            began: ScreenedPhone.noon, account: nil)
        #expect(entry.outcome == outcome)
        #expect(entry.target == "sip:102@pbx.example", "without an account it is called by address")
    }

    // MARK: On disk

    private func withFile(_ body: (HistoryFile, URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pbx-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try #require(HistoryFile(["XDG_STATE_HOME": folder.path]))
        try body(file, URL(fileURLWithPath: file.path))
    }

    @Test func missedCallsSurviveARestart() throws {
        try withFile { file, _ in
            #expect(file.read() == CallHistory())
            try file.append(.call(entry(1)))
            try file.append(.call(entry(2)))
            #expect(file.read().missedCount == 2)
            try file.append(.seen(ScreenedPhone.noon + .seconds(1)))
            #expect(file.read().missedCount == 1)
        }
    }

    @Test func aBrokenLineIsSkipped() throws {
        try withFile { file, url in
            try file.append(.call(entry(1)))
            var data = try Data(contentsOf: url)
            data.append(Data("{\"at\":\"2026\n\u{0}\u{1}garbage\n".utf8) + Data([0xFF, 0xFE, 0x0A]))
            try data.write(to: url)
            try file.append(.call(entry(2)))
            #expect(file.read().entries == [entry(1), entry(2)])
        }
    }

    @Test func aFileThatHasGrownIsWrittenAnew() throws {
        try withFile { file, url in
            try file.append(.seen(ScreenedPhone.noon))
            let lines = (0...HistoryFile.linesMax).map { HistoryLine.call(entry($0)).text + "\n" }.joined()
            try Data((HistoryLine.seen(ScreenedPhone.noon).text + "\n" + lines).utf8).write(to: url)
            let history = file.read()
            #expect(history.entries.count == CallHistory.entriesMax)
            let kept = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").count
            #expect(kept == CallHistory.entriesMax + 1)
            #expect(file.read() == history)
        }
    }

    @Test func aFolderThatCannotBeWrittenIsAProblemInWords() throws {
        let file = try #require(HistoryFile(["XDG_STATE_HOME": "/proc/nowhere"]))
        #expect(throws: PhoneSetupError.self) { try file.append(.seen(ScreenedPhone.noon)) }
        #expect(file.read() == CallHistory())
        #expect(HistoryFile([:]) == nil)
    }
}
