import Crypto

/// The hash of a digest exchange (RFC 7616 §3.2, RFC 8760): MD5 as most phones have it, SHA-256 as the newer ones do.
package enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable {
    case md5 = "MD5"
    case sha256 = "SHA-256"

    /// - Parameter name: as in the `algorithm` parameter, in any case; absent means MD5.
    package init?(name: String?) {
        guard let name else {
            self = .md5
            return
        }
        switch name.uppercased() {
        case "MD5": self = .md5
        case "SHA-256": self = .sha256
        default: return nil
        }
    }

    /// Length of a hash in bytes; in hexadecimal it is twice that.
    var byteCount: Int {
        switch self {
        case .md5: Insecure.MD5Digest.byteCount
        case .sha256: SHA256Digest.byteCount
        }
    }

    func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        // The pointers do not outlive their calls.
        case .md5: unsafe Insecure.MD5.hash(data: bytes).withUnsafeBytes { unsafe Array($0) }
        case .sha256: unsafe SHA256.hash(data: bytes).withUnsafeBytes { unsafe Array($0) }
        }
    }
}

extension [UInt8] {
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    mutating func append(hexadecimal bytes: some Sequence<UInt8>) {
        for byte in bytes {
            append(DigestHexadecimal.digit(byte >> 4))
            append(DigestHexadecimal.digit(byte & 15))
        }
    }
}
