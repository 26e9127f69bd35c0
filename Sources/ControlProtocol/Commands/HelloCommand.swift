/// First word of a client: who it is; the reply says who the server is and what the peer may do.
package struct HelloCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// Program and its version: `pbxd`, `0.1.0`.
        package var name: String
        package var version: String
        package var `protocol`: ProtocolVersion
        package var user: String
        package var role: Role

        package init(name: String, version: String, protocol: ProtocolVersion = .current, peer: ControlPeer) {
            self.name = name
            self.version = version
            self.protocol = `protocol`
            user = peer.name
            role = peer.role
        }
    }

    package static let row = CommandRow(
        .hello, role: .user, summary: "greet the server and learn its protocol version and your role",
        parameters: [.optional("client", .text(bytesMax: 128), "name and version of the client, for the log")],
        example: ["client": "pbxctl 0.1.0"],
        result: #"{"name":"pbxd","version":"0.1.0","protocol":{"major":1,"minor":0},"user":"ada","role":"admin"}"#)

    package var client: String?

    package init(client: String?) { self.client = client }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        client = try parameters.optionalString("client")
    }

    package var parameters: CommandParameters { CommandParameters(["client": client.map(JSONValue.string) ?? .null]) }
}
