import ArgumentParser
import ControlProtocol

/// `pbxctl hold ID`
struct Hold: AsyncParsableCommand {
    static let configuration = HoldCommand.row.configuration(as: "hold")
    @Argument(help: ArgumentHelp(HoldCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Option(help: ArgumentHelp(HoldCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(HoldCommand(callId: callId, party: by)) { _, _ in "call \(callId) is on hold\n" }
    }
}

/// `pbxctl resume ID`
struct Resume: AsyncParsableCommand {
    static let configuration = ResumeCommand.row.configuration(as: "resume")
    @Argument(help: ArgumentHelp(ResumeCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Option(help: ArgumentHelp(ResumeCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ResumeCommand(callId: callId, party: by)) { _, _ in "call \(callId) goes on\n" }
    }
}

/// `pbxctl transfer ID TO`
struct Transfer: AsyncParsableCommand {
    static let configuration = TransferBlindCommand.row.configuration(as: "transfer")
    @Argument(help: ArgumentHelp(TransferBlindCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Argument(help: ArgumentHelp(TransferBlindCommand.row.help("destination")), completion: .numbers) var to: String
    @Option(
        help: ArgumentHelp(TransferBlindCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let command = TransferBlindCommand(callId: callId, destination: to, party: by)
        try await session.show(command) { _, _ in "call \(callId): ringing \(to)\n" }
    }
}

/// `pbxctl join ID`
struct Join: AsyncParsableCommand {
    static let configuration = CompleteTransferCommand.row.configuration(as: "join")
    @Argument(help: ArgumentHelp(CompleteTransferCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Option(help: ArgumentHelp(CompleteTransferCommand.row.help("with"), valueName: "id"), completion: .calls)
    var with: String?
    @Option(
        help: ArgumentHelp(CompleteTransferCommand.row.help("extension"), valueName: "extension"),
        completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(CompleteTransferCommand(callId: callId, with: with, party: by)) { _, _ in
            "call \(callId) goes on between the two others\n"
        }
    }
}

/// `pbxctl pullback ID`
struct PullBack: AsyncParsableCommand {
    static let configuration = PullBackTransferCommand.row.configuration(as: "pullback")
    @Argument(help: ArgumentHelp(PullBackTransferCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(PullBackTransferCommand(callId: callId)) { _, _ in "call \(callId) comes back\n" }
    }
}

/// `pbxctl park ID`
struct ParkCall: AsyncParsableCommand {
    static let configuration = ParkCommand.row.configuration(as: "park")
    @Argument(help: ArgumentHelp(ParkCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var callId: String
    @Option(help: ArgumentHelp(ParkCommand.row.help("slot"))) var slot: String?
    @Option(help: ArgumentHelp(ParkCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var by: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let command = ParkCommand(callId: callId, slot: slot, party: by)
        try await session.show(command) { reply, _ in "call \(callId) is parked at \(reply.slot)\n" }
    }
}

/// `pbxctl unpark SLOT EXTENSION`
struct Unpark: AsyncParsableCommand {
    static let configuration = UnparkCommand.row.configuration(as: "unpark")
    @Argument(help: ArgumentHelp(UnparkCommand.row.help("slot"))) var slot: String
    @Argument(help: ArgumentHelp(UnparkCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var taker: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(UnparkCommand(slot: slot, taker: taker)) { reply, _ in
            "call \(reply.callId): ringing \(taker)\n"
        }
    }
}

/// `pbxctl pickup EXTENSION`
struct PickUp: AsyncParsableCommand {
    static let configuration = PickUpCommand.row.configuration(as: "pickup")
    @Argument(help: ArgumentHelp(PickUpCommand.row.help("extension"), valueName: "extension"), completion: .numbers)
    var taker: String
    @Option(help: ArgumentHelp(PickUpCommand.row.help("callId"), valueName: "id"), completion: .calls)
    var call: String?
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(PickUpCommand(taker: taker, callId: call)) { reply, _ in
            "call \(reply.callId): ringing \(taker)\n"
        }
    }
}
