import MediaControl
import Testing

struct CertificateFingerprintTests {
    private static let digest = (0..<32).map { UInt8($0 * 8) }
    private static let text =
        "sha-256 00:08:10:18:20:28:30:38:40:48:50:58:60:68:70:78:80:88:90:98:A0:A8:B0:B8:C0:C8:D0:D8:E0:E8:F0:F8"

    @Test func textAndValueAgree() throws {
        let fingerprint = try #require(CertificateFingerprint(Self.text))
        #expect(fingerprint.algorithm == .sha256)
        #expect(fingerprint.digest == Self.digest)
        #expect(fingerprint.description == Self.text)
        #expect(CertificateFingerprint(Self.text.lowercased()) == fingerprint)
        #expect(CertificateFingerprint("SHA-256 " + Self.text.dropFirst(8)) == fingerprint)
    }

    @Test(arguments: [
        "", "sha-256", "sha-256 ", "sha-256 00", "sha-384 " + text.dropFirst(8), text + ":00",
        text.replacing("F8", with: "+8"),
        text.replacing("F8", with: "F"), text.replacing("F8", with: "GG"), text.replacing(":", with: " "),
        // RFC 8122 §5: weak hashes must not be used.
        "sha-1 " + Array(repeating: "AB", count: 20).joined(separator: ":"),
        "md5 " + Array(repeating: "AB", count: 16).joined(separator: ":"),
    ])
    func malformedAndWeakOnesAreRefused(text: String) {
        #expect(CertificateFingerprint(text) == nil)
    }

    @Test(arguments: CertificateFingerprint.Algorithm.allCases)
    func lengthIsTheAlgorithms(algorithm: CertificateFingerprint.Algorithm) throws {
        let digest = Array(repeating: UInt8(7), count: algorithm.digestBytes)
        let fingerprint = try #require(CertificateFingerprint(algorithm: algorithm, digest: digest))
        #expect(CertificateFingerprint(fingerprint.description) == fingerprint)
        #expect(CertificateFingerprint(algorithm: algorithm, digest: digest + [0]) == nil)
    }
}
