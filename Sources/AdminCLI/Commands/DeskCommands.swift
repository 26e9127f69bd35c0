import ArgumentParser
import ControlProtocol

/// `pbxctl answer ID EXTENSION`
struct Answer: AsyncParsableCommand {
    static let configuration = AnswerCommand.row.configuration(as: "answer")
    @Argument(help: ArgumentHelp(AnswerCommand.row.help("callId"), valueName: "id"), completion: .calls) var callId:
        String
    @Argument(help: ArgumentHelp(AnswerCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var at: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(AnswerCommand(callId: callId, party: at)) { _, _ in
            "call \(callId): phone of \(at) is told to answer\n"
        }
    }
}

/// `pbxctl decline ID EXTENSION`
struct Decline: AsyncParsableCommand {
    static let configuration = DeclineCommand.row.configuration(as: "decline")
    @Argument(help: ArgumentHelp(DeclineCommand.row.help("callId"), valueName: "id"), completion: .calls) var callId:
        String
    @Argument(help: ArgumentHelp(DeclineCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var at: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(DeclineCommand(callId: callId, party: at)) { _, _ in
            "call \(callId) is declined at \(at)\n"
        }
    }
}

/// `pbxctl digits ID DIGITS`
struct Digits: AsyncParsableCommand {
    static let configuration = SendDigitsCommand.row.configuration(as: "digits")
    @Argument(help: ArgumentHelp(SendDigitsCommand.row.help("callId"), valueName: "id"), completion: .calls) var callId:
        String
    @Argument(help: ArgumentHelp(SendDigitsCommand.row.help("digits"))) var digits: String
    @Option(help: ArgumentHelp(SendDigitsCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(SendDigitsCommand(callId: callId, digits: digits, party: by)) { _, _ in
            "sent \(digits)\n"
        }
    }
}

/// `pbxctl page ID TO`
struct ParkAndPage: AsyncParsableCommand {
    static let configuration = ParkAndPageCommand.row.configuration(as: "page")
    @Argument(help: ArgumentHelp(ParkAndPageCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Argument(help: ArgumentHelp(ParkAndPageCommand.row.help("destination")), completion: .numbers) var to: String
    @Option(help: ArgumentHelp(ParkAndPageCommand.row.help("slot"))) var slot: String?
    @Option(help: ArgumentHelp(ParkAndPageCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ParkAndPageCommand(callId: callId, destination: to, slot: slot, party: by)) { reply, _ in
            "call \(callId) is parked at \(reply.slot), ringing \(to)\n"
        }
    }
}

/// `pbxctl supervise ID EXTENSION MODE`
struct Supervise: AsyncParsableCommand {
    static let configuration = SuperviseCommand.row.configuration(as: "supervise")
    @Argument(help: ArgumentHelp(SuperviseCommand.row.help("callId"), valueName: "id"), completion: .calls) var callId:
        String
    @Argument(help: ArgumentHelp(SuperviseCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var from: String
    @Argument(help: ArgumentHelp(SuperviseCommand.row.help("mode"))) var mode: String
    @Option(help: ArgumentHelp(SuperviseCommand.row.help("beside"), valueName: "extension"), completion: .numbers)
    var beside: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(SuperviseCommand(callId: callId, extensionNumber: from, mode: mode, beside: beside)) {
            reply, _ in "call \(reply.callId): ringing \(from)\n"
        }
    }
}

/// `pbxctl supervision ID MODE`
struct ChangeSupervision: AsyncParsableCommand {
    static let configuration = ChangeSupervisionCommand.row.configuration(as: "supervision")
    @Argument(help: ArgumentHelp(ChangeSupervisionCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Argument(help: ArgumentHelp(ChangeSupervisionCommand.row.help("mode"))) var mode: String
    @Option(
        help: ArgumentHelp(ChangeSupervisionCommand.row.help("beside"), valueName: "extension"), completion: .numbers)
    var beside: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ChangeSupervisionCommand(callId: callId, mode: mode, beside: beside)) { _, _ in
            "changed to \(mode)\n"
        }
    }
}
