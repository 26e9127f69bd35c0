package import PBXModel

/// Sends all calls of an extension to another number, or no longer. The reply comes once that is stored.
package struct SetForwardingCommand: ControlCommand {
    package typealias Reply = UserSettings

    package static let row = CommandRow(
        .setForwarding, role: .user, summary: "forward all calls of an extension to a number, or no longer",
        parameters: [
            .optional(
                "to", .text(bytesMax: UserSettings.forwardsToBytesMax), "where its calls go; nowhere else without it"),
            .ownExtension,
        ],
        example: ["to": "103", "extension": "101"],
        result: #"{"number":"101","doNotDisturb":false,"forwardsTo":"103"}"#)

    package var target: String?
    /// nil: the peer's own.
    package var number: String?

    package init(to target: String?, of number: String? = nil) {
        self.target = target
        self.number = number
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        target = try parameters.optionalString("to")
        number = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        CommandParameters([
            "to": target.map(JSONValue.string) ?? .null, "extension": number.map(JSONValue.string) ?? .null,
        ])
    }
}
