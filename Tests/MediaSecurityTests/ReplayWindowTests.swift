import Testing

@testable import MediaSecurity

struct ReplayWindowTests {
    @Test(arguments: [0, 1, 1_000, 0xFFFF_FFFF_FFFF] as [UInt64])
    func eachIndexIsTakenOnce(first: UInt64) throws {
        var window = ReplayWindow()
        try window.check(first)
        window.insert(first)
        #expect(throws: SRTPError.replayed) { try window.check(first) }
        try window.check(first + 1)
    }

    @Test func thoseBehindAreTakenAsLongAsTheWindowReaches() throws {
        var window = ReplayWindow()
        window.insert(1_000)
        try window.check(873)
        #expect(throws: SRTPError.tooOld) { try window.check(872) }
        window.insert(873)
        #expect(throws: SRTPError.replayed) { try window.check(873) }
        #expect(window.highest == 1_000)
        window.insert(1_001)
        #expect(throws: SRTPError.tooOld) { try window.check(873) }
        #expect(throws: SRTPError.replayed) { try window.check(1_000) }
        try window.check(999)
    }

    @Test func aLeapForgetsWhatLiesBehind() throws {
        var window = ReplayWindow()
        window.insert(1)
        window.insert(1 << 40)
        #expect(throws: SRTPError.tooOld) { try window.check(1) }
        try window.check((1 << 40) - 127)
    }

    /// RFC 3711 §3.3.1: highest index so far, sequence number, index that it means.
    @Test(
        arguments: [
            (0, 65_535, 65_535), (10, 65_000, 65_000), (65_530, 3, 65_539), (65_539, 65_530, 65_530),
            (65_539, 4, 65_540), (100_000, 34_464, 100_000), (98_304, 0, 65_536), (98_305, 0, 131_072),
            (131_071, 0, 131_072), (65_536, 32_768, 98_304), (65_536, 32_769, 32_769),
        ] as [(UInt64, UInt16, UInt64)])
    func sequenceNumberMeansTheNearestIndex(highest: UInt64, sequence: UInt16, index: UInt64) {
        var stream = SRTPStream(ssrc: 1)
        stream.rtp.insert(highest)
        #expect(stream.index(of: sequence) == index)
    }
}
