import PBXModel

/// Changes how a supervisor takes part in a call.
package struct ChangeSupervisionCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .changeSupervision, role: .supervisor, summary: "change how a supervisor takes part in a call",
        parameters: [
            .required("callId", .callID, "identity of the supervisor's call"),
            .required("mode", .choice(SupervisionMode.allCases.map(\.rawValue)), "how the supervisor takes part"),
            .optional("beside", .number, "whom a whisper is meant for; who answered, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "mode": "whisper", "beside": "102"],
        result: "{}")

    package var callId: String
    package var mode: String
    package var beside: String?

    package init(callId: String, mode: String, beside: String? = nil) {
        self.callId = callId
        self.mode = mode
        self.beside = beside
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        mode = try parameters.string("mode")
        beside = try parameters.optionalString("beside")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId), "mode": .string(mode)]
        if let beside { parameters.set("beside", .string(beside)) }
        return parameters
    }
}
