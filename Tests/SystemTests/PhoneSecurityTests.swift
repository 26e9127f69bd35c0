import SystemTestKit
import Testing

extension DemoTests {
    /// Our phone over TLS with a server that is not ours.
    @Suite(.serialized) struct PhoneSecurityTests {
        private let authority: CertificateAuthority
        private let kamailio: Kamailio
        private let folder: TemporaryFolder

        init() throws {
            authority = try CertificateAuthority()
            kamailio = try Kamailio(certificate: try authority.issue("IP:127.0.0.1,DNS:localhost"))
            folder = try TemporaryFolder()
        }

        private func phone(_ user: String, toneHertz: Double, trusts authority: CertificateAuthority) throws -> PBXPhone
        {
            try PBXPhone(
                toneHertz: toneHertz,
                arguments: [
                    "--account", "sip:\(user)@127.0.0.1:\(kamailio.securePort);transport=tls", "--password-file",
                    try folder.write(Kamailio.password, to: "password"), "--tls-ca", authority.file,
                ])
        }

        @Test("phones register at a Kamailio over TLS and call each other through it")
        func calls() throws {
            let first = try phone("101", toneHertz: 440, trusts: authority)
            let second = try phone("102", toneHertz: 1_000, trusts: authority)
            for phone in [first, second] { try phone.waitForEvent(#""event":"registered""#) }
            try first.dial("102")
            try first.wait(for: "active")
            try first.hear(seconds: 3)
            try second.hear(seconds: 3)
            try second.hangUp()
            try first.wait(for: "ended")
            #expect(try first.quit() == 0)
            #expect(try second.quit() == 0)
            #expect(try first.recording().shareHolding(hertz: 1_000) > 0.8)
            #expect(try second.recording().shareHolding(hertz: 440) > 0.8)
        }

        @Test("a server that cannot be trusted is not registered at, and it is said why")
        func distrust() throws {
            let phone = try phone("101", toneHertz: 440, trusts: try CertificateAuthority())
            try phone.waitForEvent(#""event":"noted""#, "does not trust")
            try phone.waitForEvent(#""event":"registrationFailed""#)
        }
    }
}
