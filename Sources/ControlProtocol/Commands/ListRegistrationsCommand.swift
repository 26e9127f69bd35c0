package import PBXModel

/// Phones that are registered now, by number.
package struct ListRegistrationsCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var registrations: [RegistrationSnapshot]
        package init(registrations: [RegistrationSnapshot]) { self.registrations = registrations }
    }

    package static let row = CommandRow(
        .listRegistrations, role: .agent, summary: "list the phones that are registered",
        parameters: [.optional("number", .number, "only those of this extension")],
        example: ["number": "101"],
        result: #"{"registrations":[{"number":"101","contact":"sip:…","expiresAt":"…",…}]}"#)

    package var number: String?

    package init(number: String? = nil) { self.number = number }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        number = try parameters.optionalString("number")
    }

    package var parameters: CommandParameters { CommandParameters(["number": number.map(JSONValue.string) ?? .null]) }
}
