package import PBXModel

/// All internal numbers, by number.
package struct ListExtensionsCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var extensions: [ExtensionSnapshot]
        package init(extensions: [ExtensionSnapshot]) { self.extensions = extensions }
    }

    package static let row = CommandRow(
        .listExtensions, role: .user, summary: "list extensions and ring groups",
        result: #"{"extensions":[{"number":"101","name":"Ada","kind":"extension","registrations":1,"calls":0,…}]}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
