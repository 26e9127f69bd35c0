/// Refuses a call at the phones of an extension, at which it rings.
package struct DeclineCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .decline, role: .agent, summary: "refuse a call at the phones of an extension, at which it rings",
        parameters: [
            .required("callId", .callID, "identity of the call, as the list of calls shows it"),
            .required("extension", .number, "extension at whose phone it rings"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "extension": "102"],
        result: "{}")

    package var callId: String
    package var party: String

    package init(callId: String, party: String) {
        self.callId = callId
        self.party = party
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        party = try parameters.string("extension")
    }

    package var parameters: CommandParameters { ["callId": .string(callId), "extension": .string(party)] }
}
