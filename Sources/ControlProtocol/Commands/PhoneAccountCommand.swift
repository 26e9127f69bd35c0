/// What a phone on this machine needs to register as the peer's own extension, so that nobody need set one up. The
/// credential is what digest authentication needs of the password, never the password, and only its owner gets it.
package struct PhoneAccountCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// The extension.
        package var number: String
        package var name: String
        /// Host of its address of record.
        package var domain: String
        /// The listener to register at, as this machine reaches it.
        package var transport: String
        package var address: String
        package var port: UInt16
        /// Whether its audio is encrypted: `off`, `prefer`, `require`.
        package var srtp: String
        package var realm: String
        /// H(number:realm:password) as hexadecimal (RFC 7616 §3.4.2).
        package var digestMD5: String
        package var digestSHA256: String

        package init(
            number: String, name: String, domain: String, transport: String, address: String, port: UInt16,
            srtp: String, realm: String, digestMD5: String, digestSHA256: String
        ) {
            self.number = number
            self.name = name
            self.domain = domain
            self.transport = transport
            self.address = address
            self.port = port
            self.srtp = srtp
            self.realm = realm
            self.digestMD5 = digestMD5
            self.digestSHA256 = digestSHA256
        }
    }

    package static let row = CommandRow(
        .phoneAccount, role: .user, summary: "tell a phone of yours on this machine how to register as your extension",
        result: #"{"number":"101","name":"Ada","transport":"udp","address":"127.0.0.1","port":5060,"realm":"…",…}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
