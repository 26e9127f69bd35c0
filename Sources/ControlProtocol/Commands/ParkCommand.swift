/// Parks the other party of a call in a slot, where it hears music until somebody fetches it.
package struct ParkCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var slot: String
        package init(slot: String) { self.slot = slot }
    }

    package static let row = CommandRow(
        .park, role: .agent, summary: "park the other party of a call",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .optional("slot", .number, "parking slot; the first free one, unless said otherwise"),
            .optional("extension", .number, "the party that acts; the one that answered, unless said otherwise"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "slot": "701", "extension": "102"],
        result: #"{"slot":"…"}"#)

    package var callId: String
    package var slot: String?
    package var party: String?

    package init(callId: String, slot: String? = nil, party: String? = nil) {
        self.callId = callId
        self.slot = slot
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        slot = try parameters.optionalString("slot")
        party = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["callId": .string(callId)]
        if let slot { parameters.set("slot", .string(slot)) }
        if let party { parameters.set("extension", .string(party)) }
        return parameters
    }
}
