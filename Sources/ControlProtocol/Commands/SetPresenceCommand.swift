package import PBXModel

/// What the user of an extension says about himself. The reply comes once that is stored.
package struct SetPresenceCommand: ControlCommand {
    package typealias Reply = UserSettings

    package static let row = CommandRow(
        .setPresence, role: .user, summary: "say something about yourself that colleagues see, or nothing any more",
        parameters: [
            .optional(
                "text", .text(bytesMax: UserSettings.presenceBytesMax), "what is said; nothing without it"),
            .ownExtension,
        ],
        example: ["text": "at lunch until one", "extension": "101"],
        result: #"{"number":"101","doNotDisturb":false,"presence":"at lunch until one"}"#)

    package var text: String?
    /// nil: the peer's own.
    package var number: String?

    package init(text: String?, of number: String? = nil) {
        self.text = text
        self.number = number
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        text = try parameters.optionalString("text")
        number = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        CommandParameters([
            "text": text.map(JSONValue.string) ?? .null, "extension": number.map(JSONValue.string) ?? .null,
        ])
    }
}
