import COpenSSL
package import MediaControl

/// Who we are in DTLS: a key pair and a self-signed certificate, made at start and used for every call, and the
/// settings that all handshakes share. Making one takes a millisecond or so and belongs off the media threads.
package final class DTLSIdentity: @unchecked Sendable {
    // Sharing is safe: nothing changes after init, and OpenSSL counts references to an SSL_CTX atomically and guards
    // what little it changes in one by locks of its own (openssl-threads(7)).

    /// The certificate says nothing but its key; peers know it by its fingerprint.
    private static let validitySeconds = 10 * 365 * 86_400
    /// Clocks of peers may lag.
    private static let backdatedSeconds = 86_400

    /// What our SDP says (`a=fingerprint`).
    package let fingerprint: CertificateFingerprint
    let context: OpaquePointer
    /// Makes cookies that only we can have made.
    let cookieKey: HMACSHA1

    package init() throws(MediaSecurityError) {
        guard let key = pbx_openssl_generate_p256() else { throw .libraryFailed(step: "EVP_EC_gen") }
        defer { EVP_PKEY_free(key) }
        let certificate = try Self.certificate(of: key)
        defer { X509_free(certificate) }
        var digest = [UInt8](repeating: 0, count: 32)
        guard X509_digest(certificate, EVP_sha256(), &digest, nil) == 1,
            let fingerprint = CertificateFingerprint(algorithm: .sha256, digest: digest)
        else { throw .libraryFailed(step: "X509_digest") }
        var secret = [UInt8](repeating: 0, count: 32)
        guard RAND_bytes(&secret, Int32(secret.count)) == 1 else {
            throw .libraryFailed(step: "RAND_bytes")
        }
        self.fingerprint = fingerprint
        cookieKey = HMACSHA1(key: secret)
        context = try Self.context(certificate: certificate, key: key)
    }

    deinit { SSL_CTX_free(context) }

    private static func certificate(of key: OpaquePointer) throws(MediaSecurityError) -> OpaquePointer {
        guard let certificate = X509_new() else { throw .libraryFailed(step: "X509_new") }
        var serial: UInt64 = 0
        let name = X509_NAME_new()
        defer { X509_NAME_free(name) }
        let commonName = Array("pbx-x".utf8)
        let isMade =
            withUnsafeMutableBytes(of: &serial) {
                RAND_bytes($0.baseAddress?.assumingMemoryBound(to: UInt8.self), 8) == 1
            }
            && X509_set_version(certificate, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -backdatedSeconds) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), validitySeconds) != nil
            && X509_NAME_add_entry_by_txt(
                name, "CN", pbx_openssl_utf8_string(), commonName, Int32(commonName.count), -1, 0)
                == 1
            && X509_set_subject_name(certificate, name) == 1
            && X509_set_issuer_name(certificate, name) == 1
            && X509_set_pubkey(certificate, key) == 1 && X509_sign(certificate, key, EVP_sha256()) > 0
        guard isMade else {
            X509_free(certificate)
            throw .libraryFailed(step: "X509_sign")
        }
        return certificate
    }

    /// DTLS 1.2 alone (RFC 8996 has put an end to 1.0), with forward secrecy and without renegotiation; certificates
    /// are asked for from both sides and judged by fingerprint.
    private static func context(
        certificate: OpaquePointer, key: OpaquePointer
    ) throws(MediaSecurityError) -> OpaquePointer {
        guard let context = SSL_CTX_new(DTLS_method()) else {
            throw .libraryFailed(step: "SSL_CTX_new")
        }
        pbx_openssl_set_options(context)
        pbx_openssl_set_session_cache_off(context)
        pbx_openssl_set_release_buffers(context)
        let isSet =
            pbx_openssl_set_min_version(context, DTLS1_2_VERSION) == 1
            && pbx_openssl_set_max_version(context, DTLS1_2_VERSION) == 1
            && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES128:!aNULL") == 1
            && pbx_openssl_set_groups(context, "X25519:P-256:P-384") == 1
            && SSL_CTX_use_certificate(context, certificate) == 1
            && SSL_CTX_use_PrivateKey(context, key) == 1
        guard isSet else {
            SSL_CTX_free(context)
            throw .libraryFailed(step: "SSL_CTX_set")
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        SSL_CTX_set_cert_verify_callback(context, { store, _ in DTLSWire.checkCertificate(store) }, nil)
        SSL_CTX_set_cookie_generate_cb(context) { ssl, cookie, count in
            DTLSWire.makeCookie(ssl, cookie, count)
        }
        SSL_CTX_set_cookie_verify_cb(context) { ssl, cookie, count in
            DTLSWire.checkCookie(ssl, cookie, count)
        }
        return context
    }
}
