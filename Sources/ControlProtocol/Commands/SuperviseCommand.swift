import PBXModel

/// Seats a supervisor's phone beside a call: it listens, whispers to one party or joins in.
package struct SuperviseCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// The supervisor's call.
        package var callId: String
        package init(callId: String) { self.callId = callId }
    }

    package static let row = CommandRow(
        .supervise, role: .supervisor,
        summary: "let a supervisor's phone listen to a call, whisper or join in",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .required("extension", .number, "the supervisor's extension, whose phones ring"),
            .required("mode", .choice(SupervisionMode.allCases.map(\.rawValue)), "how the supervisor takes part"),
            .optional("beside", .number, "whom a whisper is meant for; who answered, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "extension": "101", "mode": "listen"],
        result: #"{"callId":"…"}"#)

    package var callId: String
    package var extensionNumber: String
    package var mode: String
    package var beside: String?

    package init(callId: String, extensionNumber: String, mode: String, beside: String? = nil) {
        self.callId = callId
        self.extensionNumber = extensionNumber
        self.mode = mode
        self.beside = beside
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        extensionNumber = try parameters.string("extension")
        mode = try parameters.string("mode")
        beside = try parameters.optionalString("beside")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = [
            "callId": .string(callId), "extension": .string(extensionNumber), "mode": .string(mode),
        ]
        if let beside { parameters.set("beside", .string(beside)) }
        return parameters
    }
}
