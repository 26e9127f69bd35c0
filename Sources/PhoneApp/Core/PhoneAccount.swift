import PBXBase
package import SDPNegotiation
package import SIPGrammar
package import SIPUserAgent

/// A registration that the phone keeps, and as whom it calls: the place of an account among the phone's.
package struct PhoneAccount: Hashable, Sendable {
    /// User part of the address of record.
    package var user: String
    /// Host of the address of record, with its port where that is not the default.
    package var domain: String
    package var displayName: String?
    /// User name for digest authentication, where it is not `user`.
    package var authenticationUser: String?
    package var key: DigestKey
    /// To the account's server, from the listener that it answers at.
    package var flow: Flow
    package var encryption: EncryptionPolicy
    /// False: calls go through the server, which is not told where we are.
    package var registers: Bool

    package init(
        user: String, domain: String, displayName: String? = nil, authenticationUser: String? = nil, key: DigestKey,
        flow: Flow, encryption: EncryptionPolicy = .off, registers: Bool = true
    ) {
        self.user = user
        self.domain = domain
        self.displayName = displayName
        self.authenticationUser = authenticationUser
        self.key = key
        self.flow = flow
        self.encryption = encryption
        self.registers = registers
    }

    /// `sip:101@pbx.example`.
    package var addressOfRecord: String { "sip:\(user)@\(domain)" }

    var username: String { authenticationUser ?? user }
    private var transportParameter: String { flow.transport == .udp ? "" : ";transport=\(flow.transport.uriName)" }
    /// Request-URI of REGISTER.
    var registrar: String { "sip:\(domain)\(transportParameter)" }
    /// From value without tag.
    var fromAddress: String {
        guard let uri = try? SIPURI(ascii: Array(addressOfRecord.utf8)[...]) else { return "<\(addressOfRecord)>" }
        return SIPNameAddress(displayName: displayName, uri: uri).description
    }

    /// The Request-URI of a number at this account's server.
    func uri(ofNumber number: String) -> String {
        var uri = SIPURI(user: number, host: "", port: nil)
        uri.user = number
        let prefix = uri.description.prefix { $0 != "@" }
        return "\(prefix)@\(domain)\(transportParameter)"
    }
}
