/// Parks the other party of a call and calls somebody about it, whose phones are asked to answer by themselves.
package struct ParkAndPageCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// Where the call is parked.
        package var slot: String
        /// The call to the number.
        package var callId: String
        package init(slot: String, callId: String) {
            self.slot = slot
            self.callId = callId
        }
    }

    package static let row = CommandRow(
        .parkAndPage, role: .agent, summary: "park the other party of a call and tell a number of it",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .required("destination", .number, "number to tell; its phones answer by themselves if they can"),
            .optional("slot", .number, "parking slot; the first free one, unless said otherwise"),
            .optional("extension", .number, "the party that acts; the one that answered, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "destination": "500", "extension": "102"],
        result: #"{"slot":"…","callId":"…"}"#)

    package var callId: String
    package var destination: String
    package var slot: String?
    package var party: String?

    package init(callId: String, destination: String, slot: String? = nil, party: String? = nil) {
        self.callId = callId
        self.destination = destination
        self.slot = slot
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        destination = try parameters.string("destination")
        slot = try parameters.optionalString("slot")
        party = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId), "destination": .string(destination)]
        if let slot { parameters.set("slot", .string(slot)) }
        if let party { parameters.set("extension", .string(party)) }
        return parameters
    }
}
