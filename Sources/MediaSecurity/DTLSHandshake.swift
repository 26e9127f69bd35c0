import COpenSSL
package import MediaControl
package import PBXBase

/// The DTLS association of one port (RFC 5764): a machine over OpenSSL whose inputs are datagrams and time, and whose
/// outputs are datagrams and, in the end, SRTP keys.
///
///     waiting ──first message──▶ handshaking ──finished──▶ secured ──close_notify──▶ failed(.closed)
///        └── as client: start ──────┘  └── alert, wrong certificate, time ──▶ failed
///
/// What a step wants sent is taken with `nextDatagram`. Retransmission follows OpenSSL's own clock: `deadline` says
/// when to look again. Each handshake costs half a millisecond of CPU and keeps some 60 KB: it is set-up, not the
/// packet path.
package struct DTLSHandshake: ~Copyable {
    /// From the first message to the end of the handshake.
    package static let durationMax = Interval.seconds(20)
    /// The first retransmission; each further one takes twice as long. RFC 9147 §5.8.2 allows less than a second where
    /// people wait.
    private static let retransmissionMicroseconds: UInt32 = 250_000
    private static let retransmissionMicrosecondsMax: UInt32 = 4_000_000
    /// RFC 5764 §4.2.
    private static let exporterLabel = "EXTRACTOR-dtls_srtp"

    package enum State: Hashable, Sendable {
        case waiting
        case handshaking
        case secured
        case failed(SecurityFailure)
    }

    package private(set) var state = State.waiting
    /// The other end, once it has proved that it is there: a client by its cookie, a server by its certificate.
    package private(set) var remote: Endpoint?
    private var keys: DTLSKeys?
    private var lastSource: Endpoint?
    private let plan: DTLSPlan
    private let identity: DTLSIdentity
    private let ssl: OpaquePointer
    private let wire: UnsafeMutablePointer<DTLSWire>
    /// A client's address has to be proved by a cookie before it costs us anything (RFC 6347 §4.2.1).
    private var mustProveAddress: Bool
    private let verifiesAddress: Bool
    /// When the first message of a peer that is there came, or ours went.
    package private(set) var startedAt: Instant?
    private var retransmitsAt: Instant?

    /// `verifiesAddress`: as server, ask for a cookie first; without use where connectivity checks have proved the
    /// address already.
    package init(_ plan: DTLSPlan, identity: DTLSIdentity, verifiesAddress: Bool) throws(MediaSecurityError) {
        guard let ssl = SSL_new(identity.context) else { throw .libraryFailed(step: "SSL_new") }
        let wire = UnsafeMutablePointer<DTLSWire>.allocate(capacity: 1)
        wire.initialize(to: DTLSWire(cookieKey: identity.cookieKey, fingerprints: plan.remoteFingerprints))
        guard let bio = DTLSWire.bio(over: wire), DTLSWire.attach(wire, to: ssl),
            SSL_set_tlsext_use_srtp(ssl, Self.names(of: plan.profiles)) == 0
        else {
            SSL_free(ssl)
            wire.deinitialize(count: 1)
            wire.deallocate()
            throw .libraryFailed(step: "SSL_set")
        }
        SSL_set_bio(ssl, bio, bio)
        pbx_openssl_set_mtu(ssl, DTLSWire.datagramBytesMax)
        DTLS_set_timer_cb(ssl) { _, former in
            former == 0
                ? DTLSHandshake.retransmissionMicroseconds
                : min(2 * former, DTLSHandshake.retransmissionMicrosecondsMax)
        }
        switch plan.role {
        case .client: SSL_set_connect_state(ssl)
        case .server: SSL_set_accept_state(ssl)
        }
        self.plan = plan
        self.identity = identity
        self.ssl = ssl
        self.wire = wire
        self.verifiesAddress = plan.role == .server && verifiesAddress
        mustProveAddress = self.verifiesAddress
    }

    deinit {
        SSL_free(ssl)
        wire.deinitialize(count: 1)
        wire.deallocate()
    }

    /// When `timeout` is due; nil when nothing is pending.
    package var deadline: Instant? {
        guard state == .handshaking, let startedAt else { return nil }
        return .earliest(startedAt + Self.durationMax, retransmitsAt)
    }

    /// As client, makes the first message; a server waits for it.
    package mutating func start(now: Instant) {
        guard state == .waiting, plan.role == .client else { return }
        begin(now: now)
        step(now: now)
    }

    /// Takes a datagram that looks like DTLS.
    package mutating func receive(_ datagram: UnsafeRawBufferPointer, from source: Endpoint, now: Instant) {
        guard datagram.count > 0 else { return }
        switch state {
        case .failed: return
        case .waiting, .handshaking:
            // Whoever has proved its address has the handshake to itself.
            if verifiesAddress, let remote, source != remote { return }
            lastSource = source
            wire.pointee.arrived = datagram
            wire.pointee.source = source
            if mustProveAddress, !isAddressProved() {
                wire.pointee.arrived = nil
                return
            }
            if state == .waiting { begin(now: now) }
            if plan.role == .server { remote = source }
            step(now: now)
            if state == .secured { remote = source }
        case .secured:
            wire.pointee.arrived = datagram
            readRecords()
        }
        wire.pointee.arrived = nil
    }

    /// Retransmits what is due, or gives up.
    package mutating func timeout(now: Instant) {
        guard let deadline, now >= deadline, let startedAt else { return }
        if now >= startedAt + Self.durationMax {
            fail(.timedOut)
            return
        }
        ERR_clear_error()
        if pbx_openssl_dtls_handle_timeout(ssl) < 0 { fail(.timedOut) }
        scheduleRetransmission(now: now)
    }

    /// Tells the peer that the association ends (`close_notify`); call once, before it is forgotten.
    package mutating func close() {
        guard state == .secured else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
    }

    /// The keys of both directions, once after the state has become `secured`.
    package mutating func takeKeys() -> DTLSKeys? {
        defer { keys = nil }
        return keys
    }

    /// Where datagrams go; nil for a client that has not been answered: where the peer's SDP says.
    package var target: Endpoint? {
        if let remote { return remote }
        return plan.role == .server ? lastSource : nil
    }

    /// What is to be sent to `target`, in order; nil when there is no more.
    package mutating func nextDatagram() -> [UInt8]? {
        wire.pointee.departing.isEmpty ? nil : wire.pointee.departing.removeFirst()
    }
}

extension DTLSHandshake {
    private static func names(of profiles: [SRTPProfile]) -> String {
        profiles.map { profile in
            switch profile {
            case .aesCM128HMACSHA1Tag80: "SRTP_AES128_CM_SHA1_80"
            case .aesCM128HMACSHA1Tag32: "SRTP_AES128_CM_SHA1_32"
            case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
            case .aeadAES256GCM: "SRTP_AEAD_AES_256_GCM"
            }
        }.joined(separator: ":")
    }

    private mutating func begin(now: Instant) {
        state = .handshaking
        startedAt = now
    }

    /// Stateless until a ClientHello brings the cookie that its sender was given; OpenSSL keeps that message for the
    /// handshake.
    private mutating func isAddressProved() -> Bool {
        ERR_clear_error()
        guard let address = BIO_ADDR_new() else { return false }
        defer { BIO_ADDR_free(address) }
        guard DTLSv1_listen(ssl, address) == 1 else { return false }
        mustProveAddress = false
        return true
    }

    private mutating func step(now: Instant) {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            finish()
            return
        }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: scheduleRetransmission(now: now)
        default: fail(failureReason())
        }
    }

    private mutating func finish() {
        retransmitsAt = nil
        // Whatever the library thinks of the certificate, there must have been one.
        guard let certificate = SSL_get0_peer_certificate(ssl), !wire.pointee.isMismatched else {
            fail(.certificateMissing)
            return
        }
        _ = certificate
        guard let selected = SSL_get_selected_srtp_profile(ssl),
            let profile = SRTPProfile(dtlsIdentifier: UInt16(truncatingIfNeeded: selected.pointee.id))
        else {
            fail(.profileMissing)
            return
        }
        guard let keys = exportKeys(profile) else {
            fail(.internalError)
            return
        }
        self.keys = keys
        state = .secured
    }

    /// RFC 5764 §4.2: client's key, server's key, client's salt, server's salt.
    private func exportKeys(_ profile: SRTPProfile) -> DTLSKeys? {
        let key = profile.masterKeyBytes
        let salt = profile.masterSaltBytes
        var material = [UInt8](repeating: 0, count: 2 * (key + salt))
        defer { OPENSSL_cleanse(&material, material.count) }
        let label = Self.exporterLabel
        guard
            SSL_export_keying_material(ssl, &material, material.count, label, label.utf8.count, nil, 0, 0) == 1,
            let client = SRTPKeys(
                profile: profile, masterKey: Array(material[..<key]),
                masterSalt: Array(material[2 * key..<2 * key + salt])),
            let server = SRTPKeys(
                profile: profile, masterKey: Array(material[key..<2 * key]),
                masterSalt: Array(material[(2 * key + salt)...]))
        else { return nil }
        return switch plan.role {
        case .client: DTLSKeys(send: client, receive: server)
        case .server: DTLSKeys(send: server, receive: client)
        }
    }

    /// After the handshake: a repeated last flight is answered by OpenSSL, application data is nothing to us.
    private mutating func readRecords() {
        ERR_clear_error()
        var bytes: (UInt64, UInt64) = (0, 0)
        while true {
            let count = withUnsafeMutableBytes(of: &bytes) { SSL_read(ssl, $0.baseAddress, Int32($0.count)) }
            if count > 0 { continue }
            switch SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
            case SSL_ERROR_ZERO_RETURN:
                SSL_shutdown(ssl)
                fail(.closed)
                return
            default:
                fail(failureReason())
                return
            }
        }
    }

    private mutating func fail(_ failure: SecurityFailure) {
        state = .failed(failure)
        retransmitsAt = nil
        keys = nil
    }

    private func failureReason() -> SecurityFailure {
        if wire.pointee.isMismatched { return .fingerprintMismatched }
        let reason = ERR_GET_REASON(ERR_peek_error())
        if reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE { return .certificateMissing }
        // Alerts of the peer are counted from a thousand.
        if reason > SSL_AD_REASON_OFFSET, reason <= SSL_AD_REASON_OFFSET + 255 {
            return .refused(alert: UInt8(reason - SSL_AD_REASON_OFFSET))
        }
        return .protocolViolated
    }

    private mutating func scheduleRetransmission(now: Instant) {
        var left = timeval()
        guard state == .handshaking, pbx_openssl_dtls_timeout(ssl, &left) == 1 else {
            retransmitsAt = nil
            return
        }
        // Never at once: a clock that the library sees otherwise than we do must not make us spin.
        let microseconds = max(1_000, Int(left.tv_sec) * 1_000_000 + Int(left.tv_usec))
        retransmitsAt = now + .microseconds(min(microseconds, Int(Self.retransmissionMicrosecondsMax)))
    }
}

/// What a handshake agreed on: both directions, under one profile.
package struct DTLSKeys: Hashable, Sendable {
    package let send: SRTPKeys
    package let receive: SRTPKeys

    package var profile: SRTPProfile { send.profile }
}
