/// How the packets of one port are protected: part of a `MediaPlan`.
package enum SecurityPlan: Hashable, Sendable {
    /// RTP as it is.
    case plain
    /// SRTP with the keys of `a=crypto` (RFC 4568): `send` is from our SDP, `receive` from the peer's; the two may be
    /// of different profiles. Contexts, with their roll-over counters, outlive a new plan with the same keys.
    /// Keys to send with that a plan has dropped must not come back: the count would begin anew, and two packets
    /// encrypted under one number give both away.
    case sdes(send: SRTPKeys, receive: SRTPKeys)
    /// SRTP with keys from a DTLS handshake on the port itself (RFC 5764). The association outlives a new plan with
    /// the same parameters.
    case dtls(DTLSPlan)
}

/// What SDP says about the DTLS association of a port.
package struct DTLSPlan: Hashable, Sendable {
    /// Who begins (RFC 5763 §5, `a=setup`).
    package enum Role: Hashable, Sendable {
        /// We are `active`: we send the first message.
        case client
        /// We are `passive`: we wait for it.
        case server
    }

    package var role: Role
    /// The peer's certificate must match one of these; never empty.
    package var remoteFingerprints: [CertificateFingerprint]
    /// What we offer or accept, the best first.
    package var profiles: [SRTPProfile]
    /// Changes whenever signalling wants a new association though nothing else changed (`a=tls-id`, RFC 8842 §5).
    package var generation: UInt32

    package init(
        role: Role, remoteFingerprints: [CertificateFingerprint], profiles: [SRTPProfile] = preferredProfiles,
        generation: UInt32 = 0
    ) {
        self.role = role
        self.remoteFingerprints = remoteFingerprints
        self.profiles = profiles
        self.generation = generation
    }

    /// Galois/counter mode first: it is the cheaper one.
    package static let preferredProfiles: [SRTPProfile] = [
        .aeadAES128GCM, .aeadAES256GCM, .aesCM128HMACSHA1Tag80, .aesCM128HMACSHA1Tag32,
    ]
}

/// Why a port's DTLS association did not come about, or ended.
package enum SecurityFailure: Hashable, Sendable, CustomStringConvertible {
    /// The peer's certificate is not the one that its SDP names.
    case fingerprintMismatched
    /// The peer sent no certificate.
    case certificateMissing
    /// No SRTP profile in common (RFC 5764 §4.1.1).
    case profileMissing
    /// The peer did not answer in time.
    case timedOut
    /// The peer ended the handshake with this alert (RFC 5246 §7.2).
    case refused(alert: UInt8)
    /// The peer broke the protocol, or asked for what we refuse (DTLS 1.0, weak ciphers).
    case protocolViolated
    /// The peer closed the association (`close_notify`).
    case closed
    /// The machine could not do its part: memory, or the cryptographic library.
    case internalError

    package var description: String {
        switch self {
        case .fingerprintMismatched: "the peer's certificate does not match the fingerprint in its sdp"
        case .certificateMissing: "the peer sent no certificate"
        case .profileMissing: "no srtp profile in common"
        case .timedOut: "the peer did not answer the dtls handshake"
        case .refused(let alert): "the peer refused the dtls handshake with alert \(alert)"
        case .protocolViolated: "the peer broke the dtls protocol"
        case .closed: "the peer closed the dtls association"
        case .internalError: "the cryptographic library failed"
        }
    }
}
