import ControlProtocol
import Testing

struct CommandCatalogueTests {
    private func refusal(_ message: JSONValue, role: Role = .admin) -> RequestRefusal? {
        do throws(RequestRefusal) {
            _ = try CommandCatalogue.accept(message, role: role)
            return nil
        } catch {
            return error
        }
    }

    @Test func hasExactlyOneRowPerCommand() {
        #expect(
            CommandCatalogue.rows.map(\.name).sorted { $0.rawValue < $1.rawValue }
                == CommandName.allCases.sorted { $0.rawValue < $1.rawValue })
    }

    @Test func everyExampleIsAcceptedAndTyped() throws {
        for command in CommandCatalogue.commands {
            let row = command.row
            let message: JSONValue = [
                "id": 1, "command": .string(row.name.rawValue), "params": .object(row.example.values),
            ]
            let request = try CommandCatalogue.accept(message, role: row.role)
            #expect(request.command == row.name)
            let typed = try command.init(request.parameters)
            let again = try command.init(typed.parameters)
            #expect(typed.parameters == again.parameters)
        }
    }

    @Test func aTypedCommandReachesItsHandlerUnchanged() throws {
        let request = ControlRequest(id: .integer(7), ListRecordsCommand(limit: 5, number: "101"))
        let message: JSONValue = [
            "id": 7, "command": .string(request.command.rawValue), "params": .object(request.parameters.values),
        ]
        let accepted = try CommandCatalogue.accept(message, role: .admin)
        let command = try ListRecordsCommand(accepted.parameters)
        #expect(accepted.id == .integer(7))
        #expect(command.limit == 5)
        #expect(command.number == "101")
    }

    static let malformed: [(JSONValue, String, RequestID?)] = [
        ([1, 2], "request must be a JSON object, found a list", nil),
        (["command": "status"], #"request has no "id""#, nil),
        (["id": true, "command": "status"], #""id" must be an integer or a short string"#, nil),
        (["id": "a"], #""command" must be a string"#, .text("a")),
        (["id": 2, "command": "status", "params": [1]], #""params" must be an object, found a list"#, .integer(2)),
    ]

    @Test(arguments: malformed)
    func refusesWhatIsNoRequest(message: JSONValue, text: String, id: RequestID?) {
        let refusal = refusal(message)
        #expect(refusal?.failure.code == .badRequest)
        #expect(refusal?.failure.message == text)
        #expect(refusal?.id == id)
        #expect(refusal?.failure.hint?.isEmpty == false)
    }

    static let mistakes: [(String, JSONValue, ControlFailure.Code, String)] = [
        ("hangUp", [:], .missingParameter, #"missing parameter "callId""#),
        ("hangUp", ["callId": .null], .missingParameter, #"missing parameter "callId""#),
        (
            "hangUp", ["callId": 5], .badParameter,
            #"parameter "callId" must be a string of 1 to 64 bytes, found 5"#
        ),
        ("hangUp", ["callId": ""], .badParameter, #"parameter "callId" must be a string of 1 to 64 bytes, found """#),
        ("hangUp", ["calId": "x"], .unknownParameter, #"unknown parameter "calId" of hangUp"#),
        ("status", ["x": 1], .unknownParameter, #"unknown parameter "x" of status"#),
        (
            "listRecords", ["limit": 0], .badParameter,
            #"parameter "limit" must be an integer from 1 to 1000, found 0"#
        ),
        (
            "subscribe", ["topics": ["calls", "weather"]], .badParameter,
            #"parameter "topics" must be a list of calls, registrations, settings, system, found a list"#
        ),
        (
            "setLogLevel", ["level": "loud"], .badParameter,
            #"parameter "level" must be one of trace, debug, info, notice, warning, error, critical, found "loud""#
        ),
        ("statsu", [:], .unknownCommand, #"unknown command "statsu""#),
    ]

    @Test(arguments: mistakes)
    func namesWhatIsWrongWithParameters(
        command: String, params: JSONValue, code: ControlFailure.Code, text: String
    ) {
        let failure = refusal(["id": 1, "command": .string(command), "params": params])?.failure
        #expect(failure?.code == code)
        #expect(failure?.message == text)
    }

    @Test(arguments: [
        ("statsu", "did you mean \"status\"?"), ("hangup", "did you mean \"hangUp\"?"),
        ("listcall", "did you mean \"listCalls\"?"),
    ])
    func suggestsTheNearestCommand(command: String, hint: String) {
        #expect(refusal(["id": 1, "command": .string(command)])?.failure.hint == hint)
    }

    @Test func listsTheCommandsWhenNoneIsNear() {
        #expect(refusal(["id": 1, "command": "make coffee"])?.failure.hint?.contains("checkConfiguration") == true)
    }

    @Test func refusesEveryCommandBelowItsRoleAndSaysWhichIsMissing() {
        for row in CommandCatalogue.rows {
            for role in Role.allCases where role < row.role {
                let failure = refusal(["id": 1, "command": .string(row.name.rawValue)], role: role)?.failure
                #expect(failure?.code == .roleMissing)
                #expect(
                    failure?.message
                        == "\(row.name.rawValue) needs the role \(row.role.rawValue), you have \(role.rawValue)")
            }
        }
    }
}
