/// Asks somebody about a call before it is handed over: its other party waits with music meanwhile.
package struct TransferAttendedCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// The call with whom is asked.
        package var callId: String
        package init(callId: String) { self.callId = callId }
    }

    package static let row = CommandRow(
        .transferAttended, role: .agent, summary: "call a number about a call, whose other party waits meanwhile",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .required("destination", .number, "number to ask"),
            .optional("extension", .number, "the party that acts; the one that answered, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "destination": "103", "extension": "102"],
        result: #"{"callId":"…"}"#)

    package var callId: String
    package var destination: String
    package var party: String?

    package init(callId: String, destination: String, party: String? = nil) {
        self.callId = callId
        self.destination = destination
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        destination = try parameters.string("destination")
        party = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId), "destination": .string(destination)]
        if let party { parameters.set("extension", .string(party)) }
        return parameters
    }
}
