import PBXModel

/// All commands, and the one check that every door (socket, REST, WebSocket) puts a request through.
package enum CommandCatalogue {
    package static let commands: [any ControlCommand.Type] = [
        HelloCommand.self, SubscribeCommand.self, UnsubscribeCommand.self,
        StatusCommand.self, ListCallsCommand.self, ShowCallCommand.self, ListRegistrationsCommand.self,
        ListExtensionsCommand.self, ListRecordsCommand.self, TraceCommand.self,
        HangUpCommand.self, OriginateCommand.self, SendFaxCommand.self, ExplainCommand.self,
        HoldCommand.self, ResumeCommand.self, TransferBlindCommand.self, PullBackTransferCommand.self,
        TransferAttendedCommand.self, SwapCommand.self, CompleteTransferCommand.self, CancelTransferCommand.self,
        ThreeWayCommand.self,
        ParkCommand.self, ParkAndPageCommand.self, UnparkCommand.self, PickUpCommand.self,
        AnswerCommand.self, DeclineCommand.self, SendDigitsCommand.self,
        SuperviseCommand.self, ChangeSupervisionCommand.self,
        StartRecordingCommand.self, StopRecordingCommand.self,
        SetNoteCommand.self, PhoneAccountCommand.self,
        SearchDirectoryCommand.self, SetDoNotDisturbCommand.self, SetForwardingCommand.self, SetPresenceCommand.self,
        ReloadCommand.self, CheckConfigurationCommand.self, SetLogLevelCommand.self,
        BeginSelfTestCommand.self, EndSelfTestCommand.self,
    ]

    package static let rows: [CommandRow] = commands.map { $0.row }

    private static let rowByName = Dictionary(rows.map { ($0.name, $0) }) { first, _ in first }

    /// Turns a line's JSON into a request that a handler may trust.
    ///
    /// Throws a refusal that names what is wrong and carries the request's id as far as it could be read.
    package static func accept(_ message: JSONValue, role: Role) throws(RequestRefusal) -> ControlRequest {
        guard let members = message.object else {
            throw RequestRefusal(
                id: nil, failure: .malformed("request must be a JSON object, found \(message.kind)"))
        }
        let id: RequestID
        switch members["id"] {
        case .integer(let value): id = .integer(value)
        case .string(let text) where text.utf8.count <= ControlLimits.requestIDBytesMax: id = .text(text)
        case nil: throw RequestRefusal(id: nil, failure: .malformed("request has no \"id\""))
        default: throw RequestRefusal(id: nil, failure: .malformed("\"id\" must be an integer or a short string"))
        }
        do throws(ControlFailure) {
            let row = try row(members["command"])
            guard role >= row.role else { throw .roleMissing(row, has: role) }
            return ControlRequest(
                id: id, command: row.name, parameters: try parameters(members["params"], of: row))
        } catch {
            throw RequestRefusal(id: id, failure: error)
        }
    }

    private static func row(_ command: JSONValue?) throws(ControlFailure) -> CommandRow {
        guard let name = command?.string else { throw .malformed("\"command\" must be a string") }
        if let row = CommandName(rawValue: name).flatMap({ rowByName[$0] }) { return row }
        let names = CommandName.allCases.map(\.rawValue)
        throw ControlFailure(
            .unknownCommand, "unknown command \"\(shortened(name))\"",
            hint: suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" }
                ?? "commands: \(names.joined(separator: ", "))")
    }

    private static func parameters(
        _ params: JSONValue?, of row: CommandRow
    ) throws(ControlFailure) -> CommandParameters {
        var values: [String: JSONValue] = [:]
        switch params {
        case nil, .null: break
        case .object(let members): values = members.filter { $0.value != .null }
        case .some(let other): throw .malformed("\"params\" must be an object, found \(other.kind)")
        }
        // Sorted, so that of several mistakes the same one is reported every time.
        for name in values.keys.sorted() where !row.parameters.contains(where: { $0.name == name }) {
            let names = row.parameters.map(\.name)
            let known = names.isEmpty ? "\(row.name.rawValue) takes none" : "known: \(names.joined(separator: ", "))"
            throw ControlFailure(
                .unknownParameter, "unknown parameter \"\(shortened(name))\" of \(row.name.rawValue)",
                hint: suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" } ?? known)
        }
        for parameter in row.parameters {
            guard let value = values[parameter.name] else {
                if parameter.isRequired { throw .missing(parameter.name, hint: parameter.help) }
                continue
            }
            guard parameter.form.fits(value) else {
                throw .unfit(
                    parameter.name, expected: parameter.form.description, found: value, hint: parameter.help)
            }
        }
        return CommandParameters(values)
    }

    private static func shortened(_ text: String) -> String { text.count <= 40 ? text : "\(text.prefix(40))…" }
}

/// A request that never became a command, and the id that its reply should carry.
package struct RequestRefusal: Error, Hashable, Sendable {
    package var id: RequestID?
    package var failure: ControlFailure
}

extension ControlFailure {
    private static let formHint = #"send one object per line: {"id":1,"command":"status","params":{}}"#

    package static func malformed(_ message: String) -> ControlFailure {
        ControlFailure(.badRequest, message, hint: formHint)
    }

    static func roleMissing(_ row: CommandRow, has role: Role) -> ControlFailure {
        ControlFailure(
            .roleMissing, "\(row.name.rawValue) needs the role \(row.role.rawValue), you have \(role.rawValue)",
            hint: "ask an admin for the role \(row.role.rawValue)")
    }
}
