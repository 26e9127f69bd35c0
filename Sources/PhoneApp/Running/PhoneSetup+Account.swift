import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransport

extension PhoneSetup {
    /// Where TLS connections leave from: beside TCP, as 5061 is beside 5060.
    static func securePort(_ port: UInt16) -> UInt16 { port &+ 1 }
}

extension PhoneSetup.Account {
    /// The account as the phone knows it; nil when nothing listens at its address.
    func phoneAccount(
        _ bound: [SIPListener], displayName: String?, encryption: EncryptionPolicy, registers: Bool
    ) -> PhoneAccount? {
        // A TLS connection has no listener; it leaves from beside that of TCP.
        let listening: SIPTransportKind = transport == .tls ? .tcp : transport
        guard let listener = bound.first(where: { $0.transport == listening && $0.endpoint.address == local }) else {
            return nil
        }
        var own = listener.endpoint
        if transport == .tls { own.port = PhoneSetup.securePort(own.port) }
        return PhoneAccount(
            user: user, domain: domain, displayName: displayName ?? self.displayName, authenticationUser: authUser,
            key: key,
            flow: Flow(transport: transport, local: own, remote: server), encryption: encryption,
            registers: registers)
    }
}
