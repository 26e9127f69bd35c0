import COpenSSL
import MediaControl
import PBXBase

/// What OpenSSL's callbacks need of one handshake: the datagram that just came, those that are to leave, and whom to
/// expect. It lives at a fixed address, which the library keeps.
///
/// A BIO of our own hands datagrams over one by one: OpenSSL's memory BIO would run them together.
struct DTLSWire {
    /// Datagrams of one step that wait to be sent; a flight has fewer.
    static let datagramsMax = 16
    /// Fits through any path that carries IPv6 (RFC 8200 §5: 1,280 bytes with its headers).
    static let datagramBytesMax = 1_200
    private static let cookieBytes = HMACSHA1.tagBytes

    let cookieKey: HMACSHA1
    let fingerprints: [CertificateFingerprint]
    var arrived: UnsafeRawBufferPointer?
    var departing: [[UInt8]] = []
    var source = Endpoint(.ipv4Any, port: 0)
    var isMismatched = false

    init(cookieKey: HMACSHA1, fingerprints: [CertificateFingerprint]) {
        self.cookieKey = cookieKey
        self.fingerprints = fingerprints
        departing.reserveCapacity(Self.datagramsMax)
    }

    // MARK: - The BIO

    /// One for the process; the library keeps it.
    nonisolated(unsafe) private static let method: OpaquePointer? = {
        guard let method = BIO_meth_new(pbx_openssl_bio_type(), "pbx-x datagrams") else { return nil }
        BIO_meth_set_create(method) { bio in
            BIO_set_init(bio, 1)
            return 1
        }
        BIO_meth_set_read(method) { bio, bytes, count in DTLSWire.read(bio, bytes, count) }
        BIO_meth_set_write(method) { bio, bytes, count in DTLSWire.write(bio, bytes, count) }
        BIO_meth_set_ctrl(method) { _, command, _, _ in DTLSWire.control(command) }
        return method
    }()

    /// A BIO over the wire at this address.
    static func bio(over wire: UnsafeMutablePointer<DTLSWire>) -> OpaquePointer? {
        guard let method, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, wire)
        return bio
    }

    private static func wire(of bio: OpaquePointer?) -> UnsafeMutablePointer<DTLSWire>? {
        BIO_get_data(bio)?.assumingMemoryBound(to: DTLSWire.self)
    }

    private static func read(
        _ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int32
    ) -> Int32 {
        pbx_openssl_bio_clear_retry(bio)
        guard let wire = wire(of: bio), let arrived = wire.pointee.arrived,
            let from = arrived.baseAddress, let bytes,
            count > 0
        else {
            pbx_openssl_bio_set_retry_read(bio)
            return -1
        }
        wire.pointee.arrived = nil
        let taken = min(arrived.count, Int(count))
        UnsafeMutableRawPointer(bytes).copyMemory(from: from, byteCount: taken)
        return Int32(taken)
    }

    private static func write(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32)
        -> Int32
    {
        pbx_openssl_bio_clear_retry(bio)
        guard let wire = wire(of: bio), let bytes, count > 0 else { return -1 }
        // One more is a datagram lost, which DTLS is made for.
        if wire.pointee.departing.count < datagramsMax {
            wire.pointee.departing.append(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))))
        }
        return count
    }

    private static func control(_ command: Int32) -> Int {
        switch command {
        case BIO_CTRL_FLUSH: 1
        case BIO_CTRL_DGRAM_QUERY_MTU, BIO_CTRL_DGRAM_GET_MTU, BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
            datagramBytesMax
        default: 0
        }
    }

    // MARK: - Certificate and cookie

    private static let sslIndex: Int32 = 0

    static func attach(_ wire: UnsafeMutablePointer<DTLSWire>, to ssl: OpaquePointer) -> Bool {
        SSL_set_ex_data(ssl, sslIndex, wire) == 1
    }

    private static func wire(ofSSL ssl: OpaquePointer?) -> UnsafeMutablePointer<DTLSWire>? {
        SSL_get_ex_data(ssl, sslIndex)?.assumingMemoryBound(to: DTLSWire.self)
    }

    /// Takes the place of the library's verification: the certificate is its own authority, its fingerprint decides
    /// (RFC 8122 §6.2).
    static func checkCertificate(_ store: OpaquePointer?) -> Int32 {
        let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
        guard let store, let ssl, let wire = wire(ofSSL: OpaquePointer(ssl)) else { return 0 }
        let certificate = X509_STORE_CTX_get0_cert(store)
        if wire.pointee.fingerprints.contains(where: { matches($0, certificate) }) { return 1 }
        wire.pointee.isMismatched = true
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
        return 0
    }

    private static func matches(_ fingerprint: CertificateFingerprint, _ certificate: OpaquePointer?)
        -> Bool
    {
        let algorithm =
            switch fingerprint.algorithm {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        var digest = [UInt8](repeating: 0, count: fingerprint.algorithm.digestBytes)
        return X509_digest(certificate, algorithm, &digest, nil) == 1 && digest == fingerprint.digest
    }

    static func makeCookie(
        _ ssl: OpaquePointer?, _ cookie: UnsafeMutablePointer<UInt8>?,
        _ count: UnsafeMutablePointer<UInt32>?
    ) -> Int32 {
        guard let wire = wire(ofSSL: ssl), let cookie, let count else { return 0 }
        wire.pointee.writeCookie(to: cookie)
        count.pointee = UInt32(cookieBytes)
        return 1
    }

    static func checkCookie(_ ssl: OpaquePointer?, _ cookie: UnsafePointer<UInt8>?, _ count: UInt32)
        -> Int32
    {
        guard let wire = wire(ofSSL: ssl), let cookie, count == UInt32(cookieBytes) else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: cookieBytes) { expected in
            guard let base = expected.baseAddress else { return 0 }
            wire.pointee.writeCookie(to: base)
            return CRYPTO_memcmp(base, cookie, cookieBytes) == 0 ? 1 : 0
        }
    }

    /// RFC 6347 §4.2.1: a keyed hash over the client's address.
    private func writeCookie(to cookie: UnsafeMutablePointer<UInt8>) {
        var name = (
            source.address.high, source.address.low, source.port, source.address.isIPv6 ? 1 : 0 as UInt16
        )
        withUnsafeBytes(of: &name) {
            cookieKey.authenticate(UnsafeRawBufferPointer(rebasing: $0[0..<20]), into: cookie)
        }
    }
}
