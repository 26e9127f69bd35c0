import ArgumentParser
import ControlProtocol

/// `pbxctl status`
struct Status: AsyncParsableCommand {
    static let configuration = StatusCommand.row.configuration(as: "status")
    @OptionGroup var session: SessionOptions

    func run() async throws { try await session.show(StatusCommand(), view: StatusView.text) }
}

/// `pbxctl registrations`
struct Registrations: AsyncParsableCommand {
    static let configuration = ListRegistrationsCommand.row.configuration(as: "registrations")
    @Argument(help: ArgumentHelp(ListRegistrationsCommand.row.help("number")), completion: .numbers) var number: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ListRegistrationsCommand(number: number)) {
            RegistrationsView.text($0.registrations, $1)
        }
    }
}

/// `pbxctl extensions`
struct Extensions: AsyncParsableCommand {
    static let configuration = ListExtensionsCommand.row.configuration(as: "extensions")
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ListExtensionsCommand()) { ExtensionsView.text($0.extensions, $1) }
    }
}

/// `pbxctl records`
struct Records: AsyncParsableCommand {
    static let configuration = ListRecordsCommand.row.configuration(as: "records")
    @Option(name: .shortAndLong, help: ArgumentHelp("How many, latest first.", valueName: "n"))
    var limit = ListRecordsCommand.limitDefault
    @Option(help: ArgumentHelp(ListRecordsCommand.row.help("number")), completion: .numbers) var number: String?
    @OptionGroup var session: SessionOptions

    func validate() throws {
        guard (1...ListRecordsCommand.limitMax).contains(limit) else {
            throw ValidationError("--limit must be from 1 to \(ListRecordsCommand.limitMax), found \(limit)")
        }
    }

    func run() async throws {
        try await session.show(ListRecordsCommand(limit: limit, number: number)) { RecordsView.text($0.records, $1) }
    }
}
