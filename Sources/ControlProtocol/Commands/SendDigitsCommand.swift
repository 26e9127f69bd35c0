/// Says digits to the other party of a call, as its phone's keys would.
package struct SendDigitsCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .sendDigits, role: .agent, summary: "send digits to the other party of a call",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .required("digits", .text(bytesMax: 64), "0 to 9, *, #, A to D"),
            .optional("extension", .number, "the party that says them; the one that answered, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "digits": "42#", "extension": "101"],
        result: "{}")

    package var callId: String
    package var digits: String
    package var party: String?

    package init(callId: String, digits: String, party: String? = nil) {
        self.callId = callId
        self.digits = digits
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        digits = try parameters.string("digits")
        party = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId), "digits": .string(digits)]
        if let party { parameters.set("extension", .string(party)) }
        return parameters
    }
}
