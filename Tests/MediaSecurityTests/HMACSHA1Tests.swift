import Testing

@testable import MediaSecurity

struct HMACSHA1Tests {
    /// RFC 2202 §3.
    @Test(arguments: [
        (Array(repeating: UInt8(0x0B), count: 20), Array("Hi There".utf8), "b617318655057264e28bc0b6fb378c8ef146be00"),
        (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (
            Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50),
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3"
        ),
        (
            Array(repeating: 0xAA, count: 80), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        ),
    ])
    func tagsAreTheStandards(key: [UInt8], message: [UInt8], expected: String) {
        let code = HMACSHA1(key: key)
        #expect(tag(code, message) == bytes(expected))
        // The saved state is not used up.
        #expect(tag(code, message) == bytes(expected))
    }

    @Test func suffixIsPartOfTheMessage() {
        let code = HMACSHA1(key: [1, 2, 3])
        #expect(tag(code, [9, 8, 7], suffix: 0x0102_0304) == tag(code, [9, 8, 7, 1, 2, 3, 4]))
    }

    @Test func oneWrongBitIsFound() {
        let code = HMACSHA1(key: [1])
        var expected = Array(tag(code, [5, 6]).prefix(10))
        func isAuthentic() -> Bool {
            [UInt8]([5, 6]).withUnsafeBytes { message in
                expected.withUnsafeBytes { tag in
                    tag.baseAddress.map { code.isAuthentic(message, expected: $0, count: 10) } ?? false
                }
            }
        }
        #expect(isAuthentic())
        expected[9] ^= 1
        #expect(!isAuthentic())
    }

    private func tag(_ code: HMACSHA1, _ message: [UInt8], suffix: UInt32? = nil) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: HMACSHA1.tagBytes)
        message.withUnsafeBytes { code.authenticate($0, suffix: suffix, into: &tag) }
        return tag
    }
}
