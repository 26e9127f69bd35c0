/// Rings an extension beside the phones that a call rings at.
package struct PickUpCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var callId: String
        package init(callId: String) { self.callId = callId }
    }

    package static let row = CommandRow(
        .pickUp, role: .agent, summary: "ring an extension beside the phones that a call rings at",
        parameters: [
            .required("extension", .number, "extension that takes the call"),
            .optional("callId", .callID, "identity of the call; the one that rings longest, unless said otherwise"),
        ],
        example: ["extension": "103", "callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a"],
        result: #"{"callId":"…"}"#)

    package var taker: String
    package var callId: String?

    package init(taker: String, callId: String? = nil) {
        self.taker = taker
        self.callId = callId
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        taker = try parameters.string("extension")
        callId = try parameters.optionalString("callId")
    }

    package var parameters: CommandParameters {
        var parameters: CommandParameters = ["extension": .string(taker)]
        if let callId { parameters.set("callId", .string(callId)) }
        return parameters
    }
}
