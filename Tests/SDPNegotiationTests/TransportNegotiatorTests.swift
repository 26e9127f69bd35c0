import MediaControl
import PBXBase
import SDPNegotiation
import Testing

private let fingerprint = CertificateFingerprint(algorithm: .sha256, digest: Array(0..<32))
private let fingerprints = [fingerprint].compactMap(\.self)

private func keys(_ profile: SRTPProfile, _ seed: UInt64) -> SRTPKeys {
    var random = SeededRandom(seed: seed)
    return SRTPKeys(profile: profile, from: &random)
}

private func negotiator(_ policy: EncryptionPolicy) -> TransportNegotiator {
    TransportNegotiator(policy: policy, fingerprint: fingerprint)
}

/// How a leg is protected, by its endpoint's policy and what the peer can.
@Suite struct TransportNegotiatorTests {
    private var random: any RandomSource = SeededRandom(seed: 7)

    private mutating func answer(_ peer: MediaTransport, _ policy: EncryptionPolicy) throws -> MediaTransport {
        try negotiator(policy).answer(to: peer, current: nil, random: &random)
    }

    @Test(arguments: [
        (EncryptionPolicy.off, RTPProfile.avp, 0), (.prefer, .avp, 3), (.require, .savp, 3),
    ])
    mutating func offers(policy: EncryptionPolicy, profile: RTPProfile, keyCount: Int) {
        let offer = negotiator(policy).offer(random: &random)
        #expect(offer.profile == profile)
        #expect(offer.cryptos.map(\.tag) == Array(1..<(keyCount + 1)))
        #expect(Set(offer.cryptos.map(\.keys)).count == keyCount)
    }

    @Test mutating func theFirstKeyThatWeKnowIsTakenWithItsTag() throws {
        let peer = MediaTransport(
            profile: .savp,
            cryptos: [
                CryptoAttribute(tag: 4, keys: keys(.aeadAES256GCM, 1)),
                CryptoAttribute(tag: 5, keys: keys(.aesCM128HMACSHA1Tag80, 2)),
            ])
        let ours = try answer(peer, .prefer)
        #expect(ours.profile == .savp)
        #expect(ours.cryptos.map(\.tag) == [4])
        #expect(
            SecurityPlan(ours: ours, peers: peer)
                == .sdes(send: ours.cryptos[0].keys, receive: keys(.aeadAES256GCM, 1)))
    }

    @Test(arguments: [EncryptionPolicy.off, .prefer, .require])
    mutating func keysOnAPlainLineAreTakenWherePolicyAllows(policy: EncryptionPolicy) throws {
        let peer = MediaTransport(cryptos: [CryptoAttribute(tag: 1, keys: keys(.aesCM128HMACSHA1Tag32, 3))])
        let ours = try answer(peer, policy)
        #expect(ours.profile == .avp)
        #expect(ours.cryptos.isEmpty == (policy == .off))
    }

    private mutating func refusal(of peer: MediaTransport, _ policy: EncryptionPolicy) -> SDPProblem? {
        do throws(SDPProblem) {
            _ = try negotiator(policy).answer(to: peer, current: nil, random: &random)
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func whatPolicyForbidsIsRefused() {
        let secure = MediaTransport(
            profile: .savp, cryptos: [CryptoAttribute(tag: 1, keys: keys(.aeadAES128GCM, 3))])
        #expect(refusal(of: secure, .off) == .unsupportedProfile("RTP/SAVP"))
        #expect(refusal(of: MediaTransport(), .require) == .encryptionRequired)
        #expect(refusal(of: MediaTransport(profile: .savp), .prefer) == .noSecurityInCommon("RTP/SAVP"))
        #expect(refusal(of: secure, .require) == nil)
    }

    @Test(arguments: [
        (MediaTransport.Setup.actpass, MediaTransport.Setup.passive, DTLSPlan.Role.server),
        (.active, .passive, .server), (.passive, .active, .client),
    ])
    mutating func aHandshakeIsBegunByOneSide(
        offered: MediaTransport.Setup, answered: MediaTransport.Setup, role: DTLSPlan.Role
    ) throws {
        let ice = ICECredentials(usernameFragment: "abcd", password: "abcdefghijklmnopqrstuv")
        let peer = MediaTransport(
            profile: .dtlsSAVPF, fingerprints: fingerprints, setup: offered, ice: ice, hasRTCPMux: true)
        let ours = try answer(peer, .prefer)
        #expect(ours.profile == .dtlsSAVPF && ours.hasRTCPMux && ours.ice != nil)
        #expect(ours.setup == answered)
        #expect(SecurityPlan(ours: ours, peers: peer) == .dtls(DTLSPlan(role: role, remoteFingerprints: fingerprints)))
    }

    @Test mutating func aBrowserIsOfferedWhatItTakes() {
        let browser = TransportNegotiator(policy: .prefer, fingerprint: fingerprint, offersDTLS: true)
        let offer = browser.offer(random: &random)
        #expect(offer.profile == .dtlsSAVPF && offer.setup == .actpass && offer.hasRTCPMux && offer.ice != nil)
        var answer = offer
        answer.setup = .passive
        #expect(throws: Never.self) { try browser.verify(answer, to: offer) }
        #expect(
            SecurityPlan(ours: offer, peers: answer) == .dtls(DTLSPlan(role: .client, remoteFingerprints: fingerprints))
        )
        let without = TransportNegotiator(policy: .prefer, fingerprint: nil, offersDTLS: true)
        #expect(without.offer(random: &random).profile == .avp)
    }

    @Test mutating func keysAndCredentialsLastUntilThePeerChangesIts() throws {
        func peer(_ name: String) -> MediaTransport {
            MediaTransport(
                cryptos: [CryptoAttribute(tag: 1, keys: keys(.aeadAES128GCM, 3))],
                ice: ICECredentials(usernameFragment: name, password: "abcdefghijklmnopqrstuv"))
        }
        let first = try answer(peer("abcd"), .prefer)
        let second = try negotiator(.prefer).answer(
            to: peer("abcd"), current: (ours: first, peers: peer("abcd")), random: &random)
        #expect(first == second)
        let restarted = try negotiator(.prefer).answer(
            to: peer("efgh"), current: (ours: first, peers: peer("abcd")), random: &random)
        #expect(restarted.ice != first.ice)
        #expect(restarted.cryptos == first.cryptos)
    }

    @Test mutating func anAnswerMustFitThePolicy() throws {
        let preferred = negotiator(.prefer).offer(random: &random)
        #expect(throws: Never.self) { try negotiator(.prefer).verify(MediaTransport(), to: preferred) }
        let required = negotiator(.require).offer(random: &random)
        #expect(throws: SDPProblem.noSecurityInCommon("RTP/AVP")) {
            try negotiator(.require).verify(MediaTransport(), to: required)
        }
        let taken = MediaTransport(
            profile: .savp, cryptos: [CryptoAttribute(tag: 2, keys: keys(.aeadAES128GCM, 9))])
        #expect(throws: Never.self) { try negotiator(.require).verify(taken, to: required) }
        #expect(
            SecurityPlan(ours: required, peers: taken)
                == .sdes(send: required.cryptos[1].keys, receive: keys(.aeadAES128GCM, 9)))
    }

    @Test func noTextShowsAKey() {
        let secret = CryptoAttribute(tag: 1, keys: keys(.aeadAES128GCM, 0x41))
        var transport = MediaTransport(profile: .savp, cryptos: [secret])
        transport.ice = ICECredentials(usernameFragment: "abcd", password: "passwordpasswordpassword")
        var dumped = ""
        dump(transport, to: &dumped)
        for text in ["\(transport)", dumped] {
            #expect(!text.contains("\(secret.keys.masterKey)") && !text.contains("passwordpassword"))
        }
    }
}
