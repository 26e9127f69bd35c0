/// Joins the other parties of two calls of one extension, which leaves both.
package struct CompleteTransferCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .completeTransfer, role: .agent, summary: "join the other parties of two calls, and leave both",
        parameters: [
            .required("callId", .callID, "identity of the first call, as the list of calls shows it"),
            .optional("with", .callID, "the second call; the only other one of who leaves, unless said otherwise"),
            .optional("extension", .number, "the party that leaves; the one that answered the first call, if not said"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "extension": "102"],
        result: "{}")

    package var callId: String
    package var with: String?
    package var party: String?

    package init(callId: String, with: String? = nil, party: String? = nil) {
        self.callId = callId
        self.with = with
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        with = try parameters.optionalString("with")
        party = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId)]
        if let with { parameters.set("with", .string(with)) }
        if let party { parameters.set("extension", .string(party)) }
        return parameters
    }
}
