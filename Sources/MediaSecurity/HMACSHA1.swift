import COpenSSL

/// HMAC-SHA1 under one key (RFC 2104), with the two pads hashed ahead: what is left per message is the message itself
/// and one more block. Plain memory; copying it allocates nothing.
struct HMACSHA1 {
    static let tagBytes = 20
    private static let blockBytes = 64

    private var inner = SHA_CTX()
    private var outer = SHA_CTX()

    init(key: [UInt8]) {
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        defer { OPENSSL_cleanse(&block, block.count) }
        if key.count > Self.blockBytes {
            SHA1(key, key.count, &block)
        } else {
            block.replaceSubrange(0..<key.count, with: key)
        }
        for index in block.indices { block[index] ^= 0x36 }
        SHA1_Init(&inner)
        SHA1_Update(&inner, block, block.count)
        for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
        SHA1_Init(&outer)
        SHA1_Update(&outer, block, block.count)
    }

    /// Writes the tag of `message`, followed by `suffix` if there is one, to the 20 bytes at `tag`.
    func authenticate(
        _ message: UnsafeRawBufferPointer, suffix: UInt32? = nil, into tag: UnsafeMutablePointer<UInt8>
    ) {
        var hash = inner
        SHA1_Update(&hash, message.baseAddress, message.count)
        if var bigEndian = suffix?.bigEndian { SHA1_Update(&hash, &bigEndian, 4) }
        SHA1_Final(tag, &hash)
        hash = outer
        SHA1_Update(&hash, tag, Self.tagBytes)
        SHA1_Final(tag, &hash)
    }

    /// Whether the first `count` bytes of the tag are those at `expected`, found out in constant time.
    func isAuthentic(
        _ message: UnsafeRawBufferPointer, suffix: UInt32? = nil, expected: UnsafeRawPointer, count: Int
    ) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.tagBytes) { tag in
            guard let base = tag.baseAddress, count <= Self.tagBytes else { return false }
            authenticate(message, suffix: suffix, into: base)
            return CRYPTO_memcmp(base, expected, count) == 0
        }
    }
}
