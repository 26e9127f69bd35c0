import ArgumentParser
import ControlProtocol
import Foundation

/// `pbxctl calls`, `pbxctl calls show ID`, `pbxctl calls hangup ID`
struct Calls: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "list, show or end calls", subcommands: [List.self, Show.self, HangUp.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = ListCallsCommand.row.configuration(as: "list")
        @OptionGroup var session: SessionOptions

        func run() async throws { try await session.show(ListCallsCommand()) { CallsView.text($0.calls, $1) } }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = ShowCallCommand.row.configuration(as: "show")
        @Argument(help: ArgumentHelp(ShowCallCommand.row.help("callId"), valueName: "id"), completion: .calls)
        var callId: String
        @OptionGroup var session: SessionOptions

        func run() async throws { try await session.show(ShowCallCommand(callId: callId), view: CallView.text) }
    }
}

/// `pbxctl hangup ID`
struct HangUp: AsyncParsableCommand {
    static let configuration = HangUpCommand.row.configuration(as: "hangup")
    @Argument(help: ArgumentHelp(HangUpCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(HangUpCommand(callId: callId)) { _, _ in "call \(callId) ended\n" }
    }
}

/// `pbxctl note ID TEXT`
struct Note: AsyncParsableCommand {
    static let configuration = SetNoteCommand.row.configuration(as: "note")
    @Argument(help: ArgumentHelp(SetNoteCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Argument(help: ArgumentHelp(SetNoteCommand.row.help("text"), valueName: "text")) var words: [String] = []
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let text = words.joined(separator: " ")
        try await session.show(SetNoteCommand(callId: callId, text: text.isEmpty ? nil : text)) { reply, _ in
            reply.note.map { "call \(reply.callId): \"\($0.printable)\"\n" } ?? "call \(reply.callId): no note\n"
        }
    }
}

/// `pbxctl originate FROM TO`
struct Originate: AsyncParsableCommand {
    static let configuration = OriginateCommand.row.configuration(as: "originate")
    @Argument(help: ArgumentHelp(OriginateCommand.row.help("from")), completion: .numbers) var from: String
    @Argument(help: ArgumentHelp(OriginateCommand.row.help("to")), completion: .numbers) var to: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(OriginateCommand(from: from, to: to)) { reply, _ in
            "call \(reply.callId): ringing \(from), then \(to)\n"
        }
    }
}

/// `pbxctl fax FROM TO FILE`
struct SendFax: AsyncParsableCommand {
    static let configuration = SendFaxCommand.row.configuration(as: "fax")
    @Argument(help: ArgumentHelp(SendFaxCommand.row.help("from"))) var from: String
    @Argument(help: ArgumentHelp(SendFaxCommand.row.help("to")), completion: .numbers) var to: String
    @Argument(
        help: ArgumentHelp("TIFF file that the daemon may read", valueName: "file"),
        completion: .file(extensions: ["tif", "tiff"]))
    var file: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        // The daemon has a folder of its own.
        let path = URL(filePath: file).standardized.path(percentEncoded: false)
        try await session.show(SendFaxCommand(from: from, to: to, file: path)) { reply, _ in
            "call \(reply.callId): calling \(to), then sending \(path)\n"
        }
    }
}

/// `pbxctl explain FROM TO`
struct Explain: AsyncParsableCommand {
    static let configuration = ExplainCommand.row.configuration(as: "explain")
    @Argument(help: ArgumentHelp(ExplainCommand.row.help("from")), completion: .numbers) var from: String
    @Argument(help: ArgumentHelp(ExplainCommand.row.help("to")), completion: .numbers) var to: String
    @OptionGroup var session: SessionOptions

    func run() async throws { try await session.show(ExplainCommand(from: from, to: to), view: RouteView.text) }
}
