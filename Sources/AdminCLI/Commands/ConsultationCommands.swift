import ArgumentParser
import ControlProtocol

/// `pbxctl consult ID TO`
struct Consult: AsyncParsableCommand {
    static let configuration = TransferAttendedCommand.row.configuration(as: "consult")
    @Argument(help: ArgumentHelp(TransferAttendedCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Argument(help: ArgumentHelp(TransferAttendedCommand.row.help("destination")), completion: .numbers) var to: String
    @Option(
        help: ArgumentHelp(TransferAttendedCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(TransferAttendedCommand(callId: callId, destination: to, party: by)) { reply, _ in
            "call \(reply.callId): ringing \(to), call \(callId) waits\n"
        }
    }
}

/// `pbxctl swap ID`
struct Swap: AsyncParsableCommand {
    static let configuration = SwapCommand.row.configuration(as: "swap")
    @Argument(help: ArgumentHelp(SwapCommand.row.help("callId"), valueName: "id"), completion: .calls) var callId:
        String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(SwapCommand(callId: callId)) { _, _ in "the other party is spoken with now\n" }
    }
}

/// `pbxctl cancel ID`
struct CancelConsultation: AsyncParsableCommand {
    static let configuration = CancelTransferCommand.row.configuration(as: "cancel")
    @Argument(help: ArgumentHelp(CancelTransferCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(CancelTransferCommand(callId: callId)) { _, _ in "back with the party that waited\n" }
    }
}

/// `pbxctl three-way ID`
struct ThreeWay: AsyncParsableCommand {
    static let configuration = ThreeWayCommand.row.configuration(as: "three-way")
    @Argument(help: ArgumentHelp(ThreeWayCommand.row.help("callId"), valueName: "id"), completion: .calls) var callId:
        String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ThreeWayCommand(callId: callId)) { _, _ in "all three hear each other\n" }
    }
}
