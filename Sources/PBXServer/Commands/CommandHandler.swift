import CallControl
import ControlProtocol

/// Does one command of the control protocol. Each command has a file of its name here that says how; no rule of the
/// PBX lives in one.
protocol HandledCommand: ControlCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply
}

/// From a checked request to its reply.
struct CommandDispatcher: Sendable {
    let daemon: Daemon

    func reply(to request: ControlRequest, from peer: ControlPeer) async -> ControlReply {
        do {
            return try await run(command(request.command), request, peer)
        } catch let failure as ControlFailure {
            return ControlReply(id: request.id, failure: failure)
        } catch let refusal as CallRefusal {
            return ControlReply(id: request.id, failure: ControlFailure(refusal))
        } catch {
            let failure = ControlFailure(.internalError, "\(request.command.rawValue) failed: \(error)")
            return ControlReply(id: request.id, failure: failure)
        }
    }

    private func run<Command: HandledCommand>(
        _ type: Command.Type, _ request: ControlRequest, _ peer: ControlPeer
    ) async throws -> ControlReply {
        let command = try Command(request.parameters)
        return ControlReply(id: request.id, result: try await command.reply(to: peer, by: daemon))
    }

    private func command(_ name: CommandName) -> any HandledCommand.Type {
        switch name {
        case .hello: HelloCommand.self
        case .subscribe: SubscribeCommand.self
        case .unsubscribe: UnsubscribeCommand.self
        case .status: StatusCommand.self
        case .listCalls: ListCallsCommand.self
        case .showCall: ShowCallCommand.self
        case .listRegistrations: ListRegistrationsCommand.self
        case .listExtensions: ListExtensionsCommand.self
        case .listRecords: ListRecordsCommand.self
        case .trace: TraceCommand.self
        case .hangUp: HangUpCommand.self
        case .originate: OriginateCommand.self
        case .sendFax: SendFaxCommand.self
        case .hold: HoldCommand.self
        case .resume: ResumeCommand.self
        case .transferBlind: TransferBlindCommand.self
        case .pullBackTransfer: PullBackTransferCommand.self
        case .transferAttended: TransferAttendedCommand.self
        case .swap: SwapCommand.self
        case .completeTransfer: CompleteTransferCommand.self
        case .cancelTransfer: CancelTransferCommand.self
        case .threeWay: ThreeWayCommand.self
        case .park: ParkCommand.self
        case .parkAndPage: ParkAndPageCommand.self
        case .unpark: UnparkCommand.self
        case .pickUp: PickUpCommand.self
        case .answer: AnswerCommand.self
        case .decline: DeclineCommand.self
        case .sendDigits: SendDigitsCommand.self
        case .supervise: SuperviseCommand.self
        case .changeSupervision: ChangeSupervisionCommand.self
        case .startRecording: StartRecordingCommand.self
        case .stopRecording: StopRecordingCommand.self
        case .setNote: SetNoteCommand.self
        case .phoneAccount: PhoneAccountCommand.self
        case .searchDirectory: SearchDirectoryCommand.self
        case .setDoNotDisturb: SetDoNotDisturbCommand.self
        case .setForwarding: SetForwardingCommand.self
        case .setPresence: SetPresenceCommand.self
        case .explain: ExplainCommand.self
        case .reload: ReloadCommand.self
        case .checkConfiguration: CheckConfigurationCommand.self
        case .setLogLevel: SetLogLevelCommand.self
        case .beginSelfTest: BeginSelfTestCommand.self
        case .endSelfTest: EndSelfTestCommand.self
        }
    }
}
