/// Rings an taker for the call in a parking slot.
package struct UnparkCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var callId: String
        package init(callId: String) { self.callId = callId }
    }

    package static let row = CommandRow(
        .unpark, role: .agent, summary: "ring an extension and connect it to the call in a parking slot",
        parameters: [
            .required("slot", .number, "parking slot"),
            .required("extension", .number, "extension that fetches the call"),
        ],
        example: ["slot": "701", "extension": "103"],
        result: #"{"callId":"…"}"#)

    package var slot: String
    package var taker: String

    package init(slot: String, taker: String) {
        self.slot = slot
        self.taker = taker
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        slot = try parameters.string("slot")
        taker = try parameters.string("extension")
    }

    package var parameters: CommandParameters { ["slot": .string(slot), "extension": .string(taker)] }
}
