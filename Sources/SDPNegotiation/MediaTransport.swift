package import MediaControl
package import PBXBase

/// What one side says of how its packets are protected and found, beside addresses and codecs: profile, SDES keys
/// (RFC 4568), DTLS (RFC 5763), ICE (RFC 8839), rtcp-mux (RFC 5761).
package struct MediaTransport: Hashable, Sendable {
    /// Who begins the DTLS handshake: the value of `a=setup` (RFC 4145 §4).
    package enum Setup: String, Hashable, Sendable {
        case active, passive, actpass, holdconn
    }

    package var profile: RTPProfile
    package var cryptos: [CryptoAttribute]
    package var fingerprints: [CertificateFingerprint]
    package var setup: Setup?
    package var ice: ICECredentials?
    package var hasRTCPMux: Bool

    package init(
        profile: RTPProfile = .avp, cryptos: [CryptoAttribute] = [], fingerprints: [CertificateFingerprint] = [],
        setup: Setup? = nil, ice: ICECredentials? = nil, hasRTCPMux: Bool = false
    ) {
        self.profile = profile
        self.cryptos = cryptos
        self.fingerprints = fingerprints
        self.setup = setup
        self.ice = ice
        self.hasRTCPMux = hasRTCPMux
    }

    /// DTLS is asked for, by the profile or (RFC 8643) beside a plain one.
    fileprivate var asksForDTLS: Bool { profile.usesDTLS || (!profile.isSecure && !fingerprints.isEmpty) }
}

/// Decides how the packets of one leg are protected: by the policy of its endpoint, and what the peer can.
package struct TransportNegotiator: Sendable {
    package let policy: EncryptionPolicy
    /// Of our DTLS certificate; nil: there is none, and DTLS is refused.
    private let fingerprint: CertificateFingerprint?
    private let offersDTLS: Bool

    /// What we offer by `a=crypto`: first what every phone knows that knows any.
    package static let profilesOffered: [SRTPProfile] = [.aesCM128HMACSHA1Tag80, .aeadAES128GCM, .aeadAES256GCM]

    /// - Parameter offersDTLS: our offers are what a browser takes: DTLS, ICE and rtcp-mux (RFC 8829).
    package init(policy: EncryptionPolicy, fingerprint: CertificateFingerprint?, offersDTLS: Bool = false) {
        self.policy = policy
        self.fingerprint = fingerprint
        self.offersDTLS = offersDTLS
    }

    /// What a first offer of ours says.
    ///
    /// `prefer` offers keys on a plain `RTP/AVP` line (RFC 8643): a peer that knows encryption takes one, any other
    /// ignores the attribute and answers in plain. Two `m=` lines, one of each kind, are refused by too many phones,
    /// and a second INVITE after a 488 costs the caller seconds.
    package func offer(random: inout some RandomSource) -> MediaTransport {
        if offersDTLS, policy != .off, let fingerprint {
            return MediaTransport(
                profile: .dtlsSAVPF, fingerprints: [fingerprint], setup: .actpass, ice: ICECredentials(from: &random),
                hasRTCPMux: true)
        }
        var transport = MediaTransport(profile: policy == .require ? .savp : .avp)
        guard policy != .off else { return transport }
        for (index, profile) in Self.profilesOffered.enumerated() {
            transport.cryptos.append(
                CryptoAttribute(tag: index + 1, keys: SRTPKeys(profile: profile, from: &random)))
        }
        return transport
    }

    /// A later offer of ours repeats what holds: keys and association stay.
    package func reoffer(_ current: MediaTransport) -> MediaTransport {
        var transport = current
        if transport.setup != nil { transport.setup = .actpass }
        return transport
    }

    /// What answers a peer's offer.
    /// - Parameters:
    ///   - current: what we said last on this leg, and the peer's offer or answer that went with it.
    package func answer(
        to peer: MediaTransport, current: (ours: MediaTransport, peers: MediaTransport)?,
        random: inout some RandomSource
    ) throws(SDPProblem) -> MediaTransport {
        guard policy != .off || !peer.profile.isSecure else { throw .unsupportedProfile(peer.profile.rawValue) }
        var transport = MediaTransport(profile: peer.profile, hasRTCPMux: peer.hasRTCPMux)
        if let remote = peer.ice {
            // The peer's other name is an ICE restart, which wants another of ours too (RFC 8839 §4.4.1.1).
            let isSame = current?.peers.ice == remote
            transport.ice = (isSame ? current?.ours.ice : nil) ?? ICECredentials(from: &random)
        }
        if policy != .off, peer.asksForDTLS, !peer.fingerprints.isEmpty, let fingerprint {
            transport.fingerprints = [fingerprint]
            transport.setup = setup(answering: peer.setup, current: current?.ours.setup)
            return transport
        }
        guard !peer.profile.usesDTLS else { throw .noSecurityInCommon(peer.profile.rawValue) }
        if policy != .off, let chosen = peer.cryptos.first {
            let profile = chosen.keys.profile
            let kept = current?.ours.cryptos.first { $0.keys.profile == profile }?.keys
            let keys = kept ?? SRTPKeys(profile: profile, from: &random)
            transport.cryptos = [CryptoAttribute(tag: chosen.tag, keys: keys)]
            return transport
        }
        guard !peer.profile.isSecure else { throw .noSecurityInCommon(peer.profile.rawValue) }
        guard policy != .require else { throw .encryptionRequired }
        return transport
    }

    /// RFC 5763 §5: the answer settles who begins. Waiting is right behind every NAT: the peer's first packet shows its
    /// address, and with ICE it is the peer that checks the way.
    private func setup(answering offered: MediaTransport.Setup?, current: MediaTransport.Setup?) -> MediaTransport.Setup
    {
        switch offered {
        case .passive: .active
        case .active, .holdconn, nil: .passive
        case .actpass: current == .active ? .active : .passive
        }
    }

    /// Checks the peer's answer to an offer of ours.
    package func verify(_ answer: MediaTransport, to offer: MediaTransport) throws(SDPProblem) {
        switch SecurityPlan(ours: offer, peers: answer) {
        case .sdes?, .dtls?: break
        case .plain?: guard policy != .require else { throw .encryptionRequired }
        case nil: throw .noSecurityInCommon(answer.profile.rawValue)
        }
    }
}

extension SecurityPlan {
    /// What both sides' last words come to; nil when that is nothing that could work.
    package init?(ours: MediaTransport, peers: MediaTransport) {
        if !ours.fingerprints.isEmpty, !peers.fingerprints.isEmpty, ours.setup != nil {
            let isClient = ours.setup == .active || (ours.setup == .actpass && peers.setup == .passive)
            self = .dtls(DTLSPlan(role: isClient ? .client : .server, remoteFingerprints: peers.fingerprints))
            return
        }
        for own in ours.cryptos {
            guard let other = peers.cryptos.first(where: { $0.tag == own.tag && $0.keys.profile == own.keys.profile })
            else { continue }
            self = .sdes(send: own.keys, receive: other.keys)
            return
        }
        guard !ours.profile.isSecure, !peers.profile.isSecure else { return nil }
        self = .plain
    }
}
