import FoundationEssentials
import Testing

/// `man/pbxctl.1` is generated from the command line's definition and committed. `PBX_X_RECORD=1 swift test --filter
/// ManualPageTests` writes it anew.
struct ManualPageTests {
    private var path: String {
        "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/man/pbxctl.1"
    }

    @Test func theCommittedPageIsTheGeneratedOne() throws {
        let page = try ManualPage().text
        if ProcessInfo.processInfo.environment["PBX_X_RECORD"] != nil {
            try Data(page.utf8).write(to: URL(filePath: path))
        }
        let committed = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(committed == page, "run PBX_X_RECORD=1 swift test --filter ManualPageTests")
    }

    @Test func everyCommandIsOnThePage() throws {
        let page = try ManualPage()
        for command in page.root.subcommands ?? [] where command.commandName != "help" {
            #expect(page.text.contains(".SS \(command.commandName.replacing("-", with: "\\-"))"))
        }
    }
}
