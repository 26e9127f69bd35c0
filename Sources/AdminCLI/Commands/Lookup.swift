import ArgumentParser
import ControlProtocol

/// `pbxctl directory WORDS`
struct Lookup: AsyncParsableCommand {
    static let configuration = SearchDirectoryCommand.row.configuration(as: "directory")
    @Argument(help: ArgumentHelp(SearchDirectoryCommand.row.help("query"), valueName: "words")) var words: [String] = []
    @Option(name: .shortAndLong, help: ArgumentHelp("How many, the best fit first.", valueName: "n"))
    var limit = SearchDirectoryCommand.limitDefault
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let query = words.joined(separator: " ")
        let command = SearchDirectoryCommand(query: query.isEmpty ? nil : query, limit: limit)
        try await session.show(command, view: DirectoryView.text)
    }
}
