/// A way to encrypt and authenticate RTP, under the names that SDP and DTLS have for it.
package enum SRTPProfile: Hashable, Sendable, CaseIterable {
    /// AES-128 in counter mode, tag of 80 bits (RFC 3711).
    case aesCM128HMACSHA1Tag80
    /// The same with a tag of 32 bits on RTP; RTCP keeps 80 (RFC 4568 §6.2.2, RFC 5764 §4.1.2).
    case aesCM128HMACSHA1Tag32
    /// AES-128 in Galois/counter mode, tag of 128 bits (RFC 7714).
    case aeadAES128GCM
    /// AES-256 in Galois/counter mode, tag of 128 bits (RFC 7714).
    case aeadAES256GCM

    /// What any profile may add to a packet: how much room a buffer needs behind the plain one.
    package static let overheadBytesMax = 20

    /// Crypto suite in `a=crypto` (RFC 4568 §6.2, RFC 7714 §14.2).
    package var suiteName: String {
        switch self {
        case .aesCM128HMACSHA1Tag80: "AES_CM_128_HMAC_SHA1_80"
        case .aesCM128HMACSHA1Tag32: "AES_CM_128_HMAC_SHA1_32"
        case .aeadAES128GCM: "AEAD_AES_128_GCM"
        case .aeadAES256GCM: "AEAD_AES_256_GCM"
        }
    }

    /// The profile with this name in `a=crypto`; suites are compared with their case (RFC 4568 §9.2).
    package init?(suiteName: some StringProtocol) {
        guard let profile = Self.allCases.first(where: { $0.suiteName == suiteName }) else { return nil }
        self = profile
    }

    /// Protection profile in the DTLS extension `use_srtp` (RFC 5764 §4.1.2, RFC 7714 §14.2).
    package var dtlsIdentifier: UInt16 {
        switch self {
        case .aesCM128HMACSHA1Tag80: 0x0001
        case .aesCM128HMACSHA1Tag32: 0x0002
        case .aeadAES128GCM: 0x0007
        case .aeadAES256GCM: 0x0008
        }
    }

    package init?(dtlsIdentifier: UInt16) {
        guard let profile = Self.allCases.first(where: { $0.dtlsIdentifier == dtlsIdentifier }) else { return nil }
        self = profile
    }

    package var masterKeyBytes: Int { self == .aeadAES256GCM ? 32 : 16 }
    package var masterSaltBytes: Int { isAEAD ? 12 : 14 }

    /// One operation encrypts and authenticates (RFC 7714); else two do (RFC 3711).
    package var isAEAD: Bool { self == .aeadAES128GCM || self == .aeadAES256GCM }

    /// Authentication tag of an RTP packet.
    package var rtpTagBytes: Int {
        switch self {
        case .aesCM128HMACSHA1Tag80: 10
        case .aesCM128HMACSHA1Tag32: 4
        case .aeadAES128GCM, .aeadAES256GCM: 16
        }
    }

    /// Authentication tag of an RTCP packet, which also carries an index of four bytes.
    package var rtcpTagBytes: Int { isAEAD ? 16 : 10 }
}
