import MediaControl
import SDPNegotiation
import Testing

struct CodecPolicyTests {
    private let offered = [
        MediaFormat(payloadType: 101, name: "telephone-event", clockRate: 8_000),
        MediaFormat(payloadType: 63, name: "red", clockRate: 48_000, channels: 2, parameters: "111/111"),
        MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000),
        MediaFormat(payloadType: 97, name: "speex", clockRate: 16_000),
        MediaFormat(payloadType: 13, name: "CN", clockRate: 8_000),
        MediaFormat(payloadType: 8, name: "pcma", clockRate: 8_000),
        MediaFormat(payloadType: 98, name: "speex", clockRate: 8_000),
        MediaFormat(payloadType: 111, name: "OPUS", clockRate: 48_000, channels: 2),
    ]

    @Test(arguments: [
        (["opus", "G722", "PCMA", "PCMU", "*"], [111, 8, 0, 97, 98, 13, 101] as [UInt8]),
        (["PCMU", "PCMA"], [0, 8, 13, 101]), (["*"], [0, 97, 8, 98, 111, 13, 101]),
        (["*", "PCMU"], [97, 8, 98, 111, 0, 13, 101]), (["speex"], [97, 98, 13, 101]), ([], [13, 101]),
    ])
    func ordersAndFilters(names: [String], expected: [UInt8]) {
        #expect(CodecPolicy(names: names).filtered(offered).map(\.payloadType) == expected)
    }
}

struct MediaFormatMatchingTests {
    private func amr(_ parameters: String?) -> MediaFormat {
        MediaFormat(payloadType: 96, name: "AMR", clockRate: 8_000, parameters: parameters)
    }

    @Test(arguments: [
        ("octet-align=1", "octet-align=1; mode-set=7", true), ("octet-align=1", nil, false),
        ("octet-align=0", nil, true), ("Octet-Align=1;crc=1", "crc=1;octet-align=1", true), ("crc=1", "crc=0", false),
    ])
    func packingsOfAMRDiffer(left: String?, right: String?, isCompatible: Bool) {
        #expect(amr(left).isCompatible(with: amr(right)) == isCompatible)
    }

    @Test func wishesOfTheReceiverDoNotMatter() {
        let left = MediaFormat(payloadType: 18, name: "G729", clockRate: 8_000, parameters: "annexb=no")
        let right = MediaFormat(payloadType: 18, name: "g729", clockRate: 8_000)
        #expect(left.isCompatible(with: right))
    }

    @Test func staticNumbers() {
        #expect(StaticPayloadTypes.format(9)?.clockRate == 8_000)
        #expect(StaticPayloadTypes.format(10)?.channels == 2)
        #expect(StaticPayloadTypes.format(1) == nil)
        #expect(StaticPayloadTypes.format(34) == nil)
        #expect(StaticPayloadTypes.format(96) == nil)
    }
}
