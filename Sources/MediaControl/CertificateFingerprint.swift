/// Hash of a DTLS certificate as SDP states it (`a=fingerprint`, RFC 8122 §5): what makes a self-signed certificate
/// trustworthy, as far as the signalling is. Weaker hashes than SHA-256 are refused.
package struct CertificateFingerprint: Hashable, Sendable, CustomStringConvertible {
    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha256 = "sha-256"
        case sha384 = "sha-384"
        case sha512 = "sha-512"

        package var digestBytes: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    package let algorithm: Algorithm
    package let digest: [UInt8]

    /// nil when the digest's length is not the algorithm's.
    package init?(algorithm: Algorithm, digest: [UInt8]) {
        guard digest.count == algorithm.digestBytes else { return nil }
        self.algorithm = algorithm
        self.digest = digest
    }

    /// Reads the value of `a=fingerprint`: `sha-256 4A:AD:…`, in either case; nil when it is malformed or the hash is
    /// none of `Algorithm`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let algorithm = Algorithm(rawValue: parts[0].lowercased()) else { return nil }
        let octets = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard octets.count == algorithm.digestBytes else { return nil }
        var digest: [UInt8] = []
        for octet in octets {
            guard octet.utf8.count == 2, octet.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
                let value = UInt8(octet, radix: 16)
            else { return nil }
            digest.append(value)
        }
        self.init(algorithm: algorithm, digest: digest)
    }

    /// The value of `a=fingerprint`.
    package var description: String {
        let octets = digest.map { octet in
            let text = String(octet, radix: 16, uppercase: true)
            return octet < 16 ? "0" + text : text
        }
        return "\(algorithm.rawValue) \(octets.joined(separator: ":"))"
    }
}
