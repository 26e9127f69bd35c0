import ArgumentParser
import ControlProtocol

/// `pbxctl record ID`, `pbxctl record stop ID`
struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "record a call, or end its recording", subcommands: [Start.self, Stop.self],
        defaultSubcommand: Start.self)

    struct Start: AsyncParsableCommand {
        static let configuration = StartRecordingCommand.row.configuration(as: "start")
        @Argument(help: ArgumentHelp(StartRecordingCommand.row.help("callId"), valueName: "id"), completion: .calls)
        var callId: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            try await session.show(StartRecordingCommand(callId: callId)) { reply, _ in
                "call \(callId) is recorded to \(reply.file)\n"
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = StopRecordingCommand.row.configuration(as: "stop")
        @Argument(help: ArgumentHelp(StopRecordingCommand.row.help("callId"), valueName: "id"), completion: .calls)
        var callId: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            try await session.show(StopRecordingCommand(callId: callId)) { _, _ in
                "recording of call \(callId) ended\n"
            }
        }
    }
}
