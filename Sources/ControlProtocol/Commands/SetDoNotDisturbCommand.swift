package import PBXModel

/// Keeps an extension's phones from ringing, or lets them ring again. The reply comes once that is stored.
package struct SetDoNotDisturbCommand: ControlCommand {
    package typealias Reply = UserSettings

    package static let row = CommandRow(
        .setDoNotDisturb, role: .user, summary: "keep an extension's phones from ringing, or let them ring again",
        parameters: [
            .required("state", .choice(["on", "off"]), "on: its phones do not ring"), .ownExtension,
        ],
        example: ["state": "on", "extension": "101"],
        result: #"{"number":"101","doNotDisturb":true}"#)

    package var isOn: Bool
    /// nil: the peer's own.
    package var number: String?

    package init(isOn: Bool, of number: String? = nil) {
        self.isOn = isOn
        self.number = number
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        isOn = try parameters.string("state") == "on"
        number = try parameters.optionalString("extension")
    }

    package var parameters: CommandParameters {
        CommandParameters(["state": .string(isOn ? "on" : "off"), "extension": number.map(JSONValue.string) ?? .null])
    }
}

extension ParameterRow {
    /// Whose setting it is; others' take a role that the own one does not.
    static let ownExtension = ParameterRow.optional(
        "extension", .number, "whose it is: your own unless said otherwise; others' need the role supervisor")
}
