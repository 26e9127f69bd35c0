package import PBXModel

/// All internal numbers, by number.
package struct ListExtensionsCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var extensions: [ExtensionSnapshot]
        /// Numbers at which calls can be parked.
        package var parkingSlots: [String]?

        package init(extensions: [ExtensionSnapshot], parkingSlots: [String]? = nil) {
            self.extensions = extensions
            self.parkingSlots = parkingSlots
        }
    }

    package static let row = CommandRow(
        .listExtensions, role: .user, summary: "list extensions, ring groups and parking slots",
        result: #"{"extensions":[{"number":"101","name":"Ada","kind":"extension","registrations":1,"calls":0,…}],…}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
