import COpenSSL
import MediaControl

/// Encryption and authentication of one kind of packet (RTP or RTCP) under one session key, in place. Cipher contexts
/// are made ahead; per packet they only get a new initial vector.
struct SRTPTransform: ~Copyable {
    let isAEAD: Bool
    let tagBytes: Int
    private let cipher: OpaquePointer
    private let authentication: HMACSHA1
    /// The session salt as the upper bytes of 128 bits.
    private let saltHigh: UInt64
    private let saltLow: UInt64

    /// `tagBytes` is that of the profile for this kind of packet; `isSealing` is the only direction ever used.
    init(
        profile: SRTPProfile, keys: SRTPSessionKeys, tagBytes: Int, isSealing: Bool
    ) throws(MediaSecurityError) {
        isAEAD = profile.isAEAD
        self.tagBytes = tagBytes
        authentication = HMACSHA1(key: keys.authentication)
        saltHigh = keys.salt.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        let rest = keys.salt.dropFirst(8)
        saltLow = rest.reduce(0) { $0 << 8 | UInt64($1) } << UInt64(64 - 8 * rest.count)
        guard let context = EVP_CIPHER_CTX_new() else { throw .libraryFailed(step: "EVP_CIPHER_CTX_new") }
        let algorithm =
            switch profile {
            case .aesCM128HMACSHA1Tag80, .aesCM128HMACSHA1Tag32: EVP_aes_128_ctr()
            case .aeadAES128GCM: EVP_aes_128_gcm()
            case .aeadAES256GCM: EVP_aes_256_gcm()
            }
        // Counter mode is its own inverse.
        guard EVP_CipherInit_ex(context, algorithm, nil, keys.encryption, nil, isSealing ? 1 : 0) == 1 else {
            EVP_CIPHER_CTX_free(context)
            throw .libraryFailed(step: "EVP_CipherInit_ex")
        }
        cipher = context
    }

    deinit { EVP_CIPHER_CTX_free(cipher) }

    /// What of the cipher's context is read for every packet.
    private static let cipherBytes = 192

    /// Has memory that the next packet needs fetched while something else goes on.
    func prefetch() { pbx_openssl_prefetch(UnsafeRawPointer(cipher), Self.cipherBytes) }

    /// Counter mode over `bytes` (RFC 3711 §4.1.1).
    func applyCounterMode(
        to bytes: UnsafeMutableRawBufferPointer, ssrc: UInt32, index: UInt64
    ) throws(SRTPError) {
        try setVector(high: UInt64(ssrc), low: index << 16)
        try update(bytes, isAssociated: false)
    }

    /// Galois/counter mode (RFC 7714 §8.1): encrypts `secret` in place, covers `associated` and then `trailing` as
    /// well, and writes the tag.
    func seal(
        _ secret: UnsafeMutableRawBufferPointer, associated: UnsafeMutableRawBufferPointer,
        trailing: UnsafeMutableRawBufferPointer? = nil, tag: UnsafeMutableRawPointer, ssrc: UInt32, index: UInt64
    ) throws(SRTPError) {
        try begin(associated: associated, trailing: trailing, ssrc: ssrc, index: index)
        try update(secret, isAssociated: false)
        try finish()
        guard pbx_openssl_get_tag(cipher, Int32(tagBytes), tag) == 1 else { throw .cipherFailed }
    }

    /// The reverse of `seal`; what it throws for a wrong tag is `unauthentic`, and `secret` is garbage then.
    func open(
        _ secret: UnsafeMutableRawBufferPointer, associated: UnsafeMutableRawBufferPointer,
        trailing: UnsafeMutableRawBufferPointer? = nil, tag: UnsafeMutableRawPointer, ssrc: UInt32, index: UInt64
    ) throws(SRTPError) {
        try begin(associated: associated, trailing: trailing, ssrc: ssrc, index: index)
        try update(secret, isAssociated: false)
        guard pbx_openssl_set_tag(cipher, Int32(tagBytes), tag) == 1 else { throw .cipherFailed }
        do { try finish() } catch { throw .unauthentic }
    }

    /// Writes the tag of `message` and `suffix` (HMAC-SHA1, RFC 3711 §4.2).
    func authenticate(_ message: UnsafeRawBufferPointer, suffix: UInt32?, tag: UnsafeMutableRawPointer) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: HMACSHA1.tagBytes) { whole in
            guard let base = whole.baseAddress else { return }
            authentication.authenticate(message, suffix: suffix, into: base)
            tag.copyMemory(from: base, byteCount: tagBytes)
        }
    }

    func isAuthentic(_ message: UnsafeRawBufferPointer, suffix: UInt32?, tag: UnsafeRawPointer) -> Bool {
        authentication.isAuthentic(message, suffix: suffix, expected: tag, count: tagBytes)
    }

    private func begin(
        associated: UnsafeMutableRawBufferPointer, trailing: UnsafeMutableRawBufferPointer?, ssrc: UInt32,
        index: UInt64
    ) throws(SRTPError) {
        // 16 zero bits, SSRC, 48 bits of index, in 96 bits (RFC 7714 §8.1, §9.1).
        try setVector(high: UInt64(ssrc) << 16 | index >> 32, low: index << 32)
        try update(associated, isAssociated: true)
        if let trailing { try update(trailing, isAssociated: true) }
    }

    private func setVector(high: UInt64, low: UInt64) throws(SRTPError) {
        var vector = ((saltHigh ^ high).bigEndian, (saltLow ^ low).bigEndian)
        let isSet = withUnsafeBytes(of: &vector) { bytes in
            EVP_CipherInit_ex(cipher, nil, nil, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), -1) == 1
        }
        guard isSet else { throw .cipherFailed }
    }

    private func update(_ bytes: UnsafeMutableRawBufferPointer, isAssociated: Bool) throws(SRTPError) {
        guard bytes.count > 0, let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var written: Int32 = 0
        guard EVP_CipherUpdate(cipher, isAssociated ? nil : base, &written, base, Int32(bytes.count)) == 1 else {
            throw .cipherFailed
        }
    }

    private func finish() throws(SRTPError) {
        var nothing: (UInt64, UInt64) = (0, 0)
        var written: Int32 = 0
        let isFinished = withUnsafeMutableBytes(of: &nothing) { bytes in
            EVP_CipherFinal_ex(cipher, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &written) == 1
        }
        guard isFinished else { throw .cipherFailed }
    }
}
