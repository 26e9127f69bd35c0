import Foundation
import PhoneApp
import Testing

/// The manual page has a row for whatever the program has one for.
@Suite struct ManualPageTests {
    private func page() throws -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        let text = try String(contentsOf: folder.appendingPathComponent("man/pbx-phone.1"), encoding: .utf8)
        return text.replacingOccurrences(of: "\\-", with: "-")
    }

    @Test(arguments: HeadlessVerb.allCases)
    func explainsTheCommand(verb: HeadlessVerb) throws {
        let summary = verb.summary.prefix(1).uppercased() + verb.summary.dropFirst()
        #expect(try page().contains(".B \(verb.usage)\n\(summary).\n"))
    }

    @Test(arguments: PhoneFileRow.all.map { [$0.key, $0.summary] })
    func explainsTheSetting(row: [String]) throws {
        let summary = row[1].prefix(1).uppercased() + row[1].dropFirst()
        #expect(try page().contains(".B \(row[0])\n\(summary).\n"))
    }

    @Test(arguments: PhoneExit.allCases)
    func explainsTheExitStatus(exit: PhoneExit) throws {
        let meaning = exit.meaning.prefix(1).uppercased() + exit.meaning.dropFirst()
        #expect(try page().contains(".B \(exit.rawValue)\n\(meaning).\n"))
    }
}
