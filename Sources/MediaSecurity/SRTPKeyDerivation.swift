import COpenSSL
import MediaControl

/// The keys of one kind of packet, made from the master keys (RFC 3711 §4.3, RFC 7714 §11), with a key derivation rate
/// of zero: once for good.
struct SRTPSessionKeys {
    /// What a session key is for (RFC 3711 §4.3.2); RTCP's labels follow three later.
    private enum Label {
        static let encryption: UInt8 = 0
        static let authentication: UInt8 = 1
        static let salt: UInt8 = 2
        static let rtcpOffset: UInt8 = 3
    }

    var encryption: [UInt8]
    /// Not used by authenticated encryption.
    var authentication: [UInt8]
    /// 14 bytes, or 12 for authenticated encryption.
    var salt: [UInt8]

    init(encryption: [UInt8], authentication: [UInt8], salt: [UInt8]) {
        self.encryption = encryption
        self.authentication = authentication
        self.salt = salt
    }

    init(_ keys: SRTPKeys, isRTCP: Bool) throws(MediaSecurityError) {
        let offset = isRTCP ? Label.rtcpOffset : 0
        encryption = try Self.derive(keys, label: Label.encryption + offset, count: keys.masterKey.count)
        authentication = try Self.derive(keys, label: Label.authentication + offset, count: HMACSHA1.tagBytes)
        salt = try Self.derive(keys, label: Label.salt + offset, count: keys.masterSalt.count)
    }

    mutating func erase() {
        OPENSSL_cleanse(&encryption, encryption.count)
        OPENSSL_cleanse(&authentication, authentication.count)
        OPENSSL_cleanse(&salt, salt.count)
    }

    /// AES in counter mode as a generator (RFC 3711 §4.3.3; with 256 bits: RFC 6188 §3).
    private static func derive(_ keys: SRTPKeys, label: UInt8, count: Int) throws(MediaSecurityError) -> [UInt8] {
        // The salt, filled up with zeros, is the counter's start; the label meets its eighth byte.
        var counter = keys.masterSalt + [UInt8](repeating: 0, count: 16 - keys.masterSalt.count)
        counter[7] ^= label
        defer { OPENSSL_cleanse(&counter, counter.count) }
        guard let context = EVP_CIPHER_CTX_new() else { throw .libraryFailed(step: "EVP_CIPHER_CTX_new") }
        defer { EVP_CIPHER_CTX_free(context) }
        let cipher = keys.masterKey.count == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr()
        let zeros = [UInt8](repeating: 0, count: count)
        var derived = zeros
        var written: Int32 = 0
        guard EVP_EncryptInit_ex(context, cipher, nil, keys.masterKey, counter) == 1,
            EVP_EncryptUpdate(context, &derived, &written, zeros, Int32(count)) == 1, Int(written) == count
        else { throw .libraryFailed(step: "EVP_EncryptUpdate") }
        return derived
    }
}
