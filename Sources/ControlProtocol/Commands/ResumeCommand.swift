/// Ends the hold of a call.
package struct ResumeCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .resume, role: .agent, summary: "go on with a call that is on hold",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .optional("extension", .number, "the party whose hold ends; whoever holds, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "extension": "102"],
        result: "{}")

    package var callId: String
    package var party: String?

    package init(callId: String, party: String? = nil) {
        self.callId = callId
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        party = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId)]
        if let party { parameters.set("extension", .string(party)) }
        return parameters
    }
}
