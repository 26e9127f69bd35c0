import MediaControl
import PBXBase
import Testing

struct SRTPKeysTests {
    @Test(arguments: SRTPProfile.allCases)
    func keyAndSaltComeApartAsTheyWerePutTogether(profile: SRTPProfile) {
        var random = SeededRandom(seed: 1)
        let keys = SRTPKeys(profile: profile, from: &random)
        #expect(SRTPKeys(profile: profile, keyAndSalt: keys.keyAndSalt) == keys)
        #expect(SRTPKeys(profile: profile, keyAndSalt: keys.keyAndSalt.dropLast()) == nil)
        #expect(SRTPKeys(profile: profile, keyAndSalt: keys.keyAndSalt + [0]) == nil)
        #expect(SRTPKeys(profile: profile, from: &random) != keys)
    }

    @Test func noTextShowsTheKeys() throws {
        let keys = try #require(
            SRTPKeys(
                profile: .aesCM128HMACSHA1Tag80, masterKey: Array(repeating: 171, count: 16),
                masterSalt: Array(repeating: 171, count: 14)))
        var dumped = ""
        dump(SecurityPlan.sdes(send: keys, receive: keys), to: &dumped)
        for text in [
            "\(keys)", String(reflecting: keys), "\(MediaPlan(security: .sdes(send: keys, receive: keys)))", dumped,
        ] {
            #expect(text.contains("AES_CM_128_HMAC_SHA1_80 keys (secret)"))
            #expect(!text.contains("171"))
        }
    }
}
