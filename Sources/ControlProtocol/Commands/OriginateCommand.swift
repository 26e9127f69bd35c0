/// Places a call for an extension: rings its own phones first, and the target once one of them is picked up.
package struct OriginateCommand: ControlCommand {
    /// Given as soon as the call exists; what becomes of it is told by events.
    package struct Reply: Hashable, Sendable, Codable {
        package var callId: String
        package init(callId: String) { self.callId = callId }
    }

    package static let row = CommandRow(
        .originate, role: .agent, summary: "ring an extension's phones and connect them to a number",
        parameters: [
            .required("from", .number, "extension whose phones ring first"),
            .required("to", .number, "number to call once one of them is picked up"),
        ],
        example: ["from": "101", "to": "102"],
        result: #"{"callId":"…"}"#)

    package var from: String
    package var to: String

    package init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        from = try parameters.string("from")
        to = try parameters.string("to")
    }

    package var parameters: CommandParameters { ["from": .string(from), "to": .string(to)] }
}
