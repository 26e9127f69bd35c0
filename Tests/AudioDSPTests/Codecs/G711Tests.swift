import AudioDSP
import Testing

struct G711Tests {
    @Test(
        arguments: [
            (G711.Law.mu, [0x00: -32_124, 0x01: -31_100, 0x2A: -5_372, 0x55: -716, 0x7F: 0, 0x80: 32_124, 0xFF: 0]),
            (.a, [0x00: -5_504, 0x2A: -32_256, 0x55: -8, 0x7F: -848, 0x80: 5_504, 0xAA: 32_256, 0xD5: 8]),
        ] as [(G711.Law, [UInt8: Int16])])
    func decodesAsTheStandardsTables(law: G711.Law, samples: [UInt8: Int16]) {
        let codec = G711(law)
        for (byte, sample) in samples { #expect(codec.decode(byte) == sample) }
    }

    /// Sums over all 256 codes, made with an independent implementation.
    @Test(arguments: [(G711.Law.mu, 2_256_732_160), (.a, 67_108_864)] as [(G711.Law, UInt32)])
    func decodesEveryByteAsTheReference(law: G711.Law, sum: UInt32) {
        let codec = G711(law)
        let found = (UInt8.min...UInt8.max).reduce(UInt32(0)) {
            $0 &* 31 &+ UInt32(UInt16(bitPattern: codec.decode($1)))
        }
        #expect(found == sum)
    }

    @Test(arguments: [G711.Law.mu, .a]) func framesAreEncodedAsSamplesAre(law: G711.Law) {
        let codec = G711(law)
        let pcm = Array(Int16.min...Int16.max)
        var bytes = [UInt8](repeating: 0, count: pcm.count)
        var span = bytes.mutableSpan
        codec.encode(pcm.span, into: &span)
        #expect(bytes == pcm.map { codec.encode($0) })
    }

    @Test func encodesEverySampleAsTheReference() {
        let codec = G711(.a)
        let found = (Int16.min...Int16.max).reduce(UInt32(0)) { $0 &* 31 &+ UInt32(codec.encode($1)) }
        #expect(found == 2_942_697_472)
    }

    @Test(arguments: [G711.Law.mu, .a]) func everyByteSurvivesARoundTrip(law: G711.Law) {
        let codec = G711(law)
        for byte in UInt8.min...UInt8.max {
            // µ-law has two zeros and sends the positive one.
            let expected: UInt8 = law == .mu && byte == 0x7F ? 0xFF : byte
            #expect(codec.encode(codec.decode(byte)) == expected)
        }
        #expect(abs(Int(codec.decode(codec.silence))) <= 8)
    }

    @Test(arguments: [G711.Law.mu, .a]) func everySampleIsNear(law: G711.Law) {
        let codec = G711(law)
        for sample in Int16.min...Int16.max {
            let error = abs(Int(codec.decode(codec.encode(sample))) - Int(sample))
            // Half a step is a 32nd of the magnitude; the smallest step is 8 or 16; the top is clipped.
            #expect(error <= max(8, abs(Int(sample)) / 31 + 8) || abs(Int(sample)) > 32_124)
        }
    }
}
