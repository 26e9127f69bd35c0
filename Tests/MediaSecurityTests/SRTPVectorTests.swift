import MediaControl
import Testing

@testable import MediaSecurity

/// The standards' own examples.
struct SRTPVectorTests {
    /// RFC 3711 B.3.
    @Test func sessionKeysAreTheStandards() throws {
        let keys = try #require(
            SRTPKeys(
                profile: .aesCM128HMACSHA1Tag80, masterKey: bytes("E1F97A0D3E018BE0D64FA32C06DE4139"),
                masterSalt: bytes("0EC675AD498AFEEBB6960B3AABE6")))
        let session = try SRTPSessionKeys(keys, isRTCP: false)
        #expect(session.encryption == bytes("C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(session.salt == bytes("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(session.authentication == bytes("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"))
    }

    /// RFC 3711 B.2.
    @Test func counterModeIsTheStandards() throws {
        let keys = SRTPSessionKeys(
            encryption: bytes("2B7E151628AED2A6ABF7158809CF4F3C"), authentication: [],
            salt: bytes("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"))
        let transform = try SRTPTransform(
            profile: .aesCM128HMACSHA1Tag80, keys: keys, tagBytes: 10, isSealing: true)
        let keystream = try [UInt8](repeating: 0, count: 48).changed { (buffer, count) throws(SRTPError) in
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<count])
            try transform.applyCounterMode(to: part, ssrc: 0, index: 0)
            return count
        }
        #expect(
            keystream
                == bytes(
                    """
                    E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB
                    41E95B3BB0A2E8DD477901E4FCA894C0
                    """))
    }

    private static let galoisSalt = bytes("517569642070726f2071756f")
    private static let galoisPacket = bytes(
        """
        8040f17b 8041f8d3 5501a0b2 47616c6c 696120657374206f6d6e69732064697669736120696e207061727465732074726573
        """)
    private static let galoisReport = bytes(
        """
        81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef
        deadbeef
        """)

    /// RFC 7714 §16.1.1 and §16.2.1: one packet, keys 00 01 02 ….
    @Test(arguments: [
        (
            SRTPProfile.aeadAES128GCM,
            """
            8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf
            8833899d 7f27beb1 6a9152cf 765ee439 0cce
            """
        ),
        (
            .aeadAES256GCM,
            """
            8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799
            b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13
            """
        ),
    ])
    func galoisModeOfRTPIsTheStandards(profile: SRTPProfile, expected: String) throws {
        var sender = try context(profile, .sending)
        let protected = try Self.galoisPacket.changed { (buffer, count) throws(SRTPError) in
            try sender.protectRTP(buffer, count: count)
        }
        #expect(protected == bytes(expected))
        var receiver = try context(profile, .receiving)
        let plain = try protected.changed { (buffer, count) throws(SRTPError) in
            try receiver.unprotectRTP(buffer, count: count)
        }
        #expect(plain == Self.galoisPacket)
    }

    /// RFC 7714 §17.1 and §17.3, whose index is 0x5D4.
    @Test(arguments: [
        (
            SRTPProfile.aeadAES128GCM,
            """
            81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded
            0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4
            """
        ),
        (
            .aeadAES256GCM,
            """
            81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047
            6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4
            """
        ),
    ])
    func galoisModeOfRTCPIsTheStandards(profile: SRTPProfile, expected: String) throws {
        var receiver = try context(profile, .receiving)
        let plain = try bytes(expected).changed { (buffer, count) throws(SRTPError) in
            try receiver.unprotectRTCP(buffer, count: count)
        }
        #expect(plain == Self.galoisReport)
        // Sending counts from zero: the packet of that number must be the same.
        var sender = try context(profile, .sending)
        var protected: [UInt8] = []
        for _ in 0...0x5D4 {
            protected = try Self.galoisReport.changed { (buffer, count) throws(SRTPError) in
                try sender.protectRTCP(buffer, count: count)
            }
        }
        #expect(protected == bytes(expected))
    }

    private func context(_ profile: SRTPProfile, _ direction: SRTPContext.Direction) throws -> SRTPContext {
        let keys = SRTPSessionKeys(
            encryption: (0..<profile.masterKeyBytes).map { UInt8($0) }, authentication: [], salt: Self.galoisSalt)
        return try SRTPContext(profile: profile, rtpKeys: keys, rtcpKeys: keys, direction)
    }
}
