package import PBXModel

/// All calls that are up, oldest first.
package struct ListCallsCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var calls: [CallSnapshot]
        package init(calls: [CallSnapshot]) { self.calls = calls }
    }

    package static let row = CommandRow(
        .listCalls, role: .agent, summary: "list the calls that are up",
        result: #"{"calls":[{"callId":"…","state":"active","from":"101","to":"102",…}]}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
