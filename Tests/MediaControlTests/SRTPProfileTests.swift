import MediaControl
import Testing

struct SRTPProfileTests {
    /// RFC 3711 §8.2, RFC 4568 §6.2, RFC 5764 §4.1.2, RFC 7714 §12 and §14.2.
    @Test(arguments: [
        (SRTPProfile.aesCM128HMACSHA1Tag80, "AES_CM_128_HMAC_SHA1_80", UInt16(1), 30, 10, 10),
        (.aesCM128HMACSHA1Tag32, "AES_CM_128_HMAC_SHA1_32", 2, 30, 4, 10),
        (.aeadAES128GCM, "AEAD_AES_128_GCM", 7, 28, 16, 16),
        (.aeadAES256GCM, "AEAD_AES_256_GCM", 8, 44, 16, 16),
    ])
    func figuresAreTheStandards(
        profile: SRTPProfile, name: String, identifier: UInt16, keyAndSaltBytes: Int, rtpTag: Int, rtcpTag: Int
    ) {
        #expect(profile.suiteName == name)
        #expect(SRTPProfile(suiteName: name) == profile)
        #expect(profile.dtlsIdentifier == identifier)
        #expect(SRTPProfile(dtlsIdentifier: identifier) == profile)
        #expect(profile.masterKeyBytes + profile.masterSaltBytes == keyAndSaltBytes)
        #expect(profile.rtpTagBytes == rtpTag)
        #expect(profile.rtcpTagBytes == rtcpTag)
        #expect(rtcpTag + 4 <= SRTPProfile.overheadBytesMax)
    }

    @Test func otherNamesAreNoProfile() {
        #expect(SRTPProfile(suiteName: "aes_cm_128_hmac_sha1_80") == nil)
        #expect(SRTPProfile(suiteName: "F8_128_HMAC_SHA1_80") == nil)
        #expect(SRTPProfile(dtlsIdentifier: 5) == nil)
    }
}
