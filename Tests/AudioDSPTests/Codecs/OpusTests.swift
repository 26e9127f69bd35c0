import AudioDSP
import MediaControl
import Testing

struct OpusTests {
    /// Tones that change with each frame: what is made up for a lost one can be told from what it was.
    private func scale() -> [Int16] {
        (0..<50).flatMap { Sound.tone(200 + Double($0 % 10) * 40, level: -15, sampleRate: 16_000, milliseconds: 20) }
    }

    private func bytes(_ parameters: OpusParameters, _ pcm: [Int16], sampleRate: Int) throws -> Int {
        try CodecChain.encode(pcm, .opus(parameters), sampleRate: sampleRate).dropFirst(5).reduce(0) { $0 + $1.count }
    }

    @Test func thePeersBitRateIsKept() throws {
        guard let speech = Speech.english(sampleRate: 48_000) else { return }
        let seconds = Double(speech.count) / 48_000
        let free = Double(try bytes(OpusParameters(), speech, sampleRate: 48_000)) * 8 / seconds
        let tight = Double(try bytes(OpusParameters(bitRateMax: 12_000), speech, sampleRate: 48_000)) * 8 / seconds
        #expect(free > 25_000 && free < 48_000)
        #expect(tight < 14_000)
    }

    @Test func silenceIsNotSentIfThePeerWantsNone() throws {
        let silence = [Int16](repeating: 0, count: 16_000 * 2)
        let packets = try CodecChain.encode(
            silence, .opus(OpusParameters(usesDTX: true)), milliseconds: 20, sampleRate: 16_000)
        #expect(packets.suffix(80).count { $0.isEmpty } > 60)
        let always = try CodecChain.encode(silence, CodecChain.opus, sampleRate: 16_000)
        #expect(always.allSatisfy { !$0.isEmpty })
    }

    @Test func constantBitRateIsConstant() throws {
        let packets = try CodecChain.encode(
            scale(), .opus(OpusParameters(usesConstantBitRate: true)), sampleRate: 16_000)
        #expect(Set(packets.map(\.count)).count == 1)
    }

    /// A lost packet is nearer to what it was with redundancy than without.
    @Test func redundancyBringsBackWhatWasLost() throws {
        guard let speech = Speech.english(sampleRate: 16_000) else { return }
        let codec = AudioCodec.opus(OpusParameters(playbackRateMax: 16_000, usesFEC: true))
        let packets = try CodecChain.encode(speech, codec)
        let clean = try CodecChain.decode(packets, codec)
        var ratios: [Bool: Double] = [:]
        for recovers in [true, false] {
            var decoder = try AudioDecoder(codec)
            var result: [Int16] = []
            var buffer = [Int16](repeating: 0, count: 1_920)
            for (index, packet) in packets.enumerated() {
                var span = buffer.mutableSpan
                let isLost = index % 10 == 5 && index + 1 < packets.count
                let next = packets[min(index + 1, packets.count - 1)]
                let count: Int
                if !isLost {
                    count = try decoder.decode(packet.span, into: &span)
                } else if recovers {
                    count = try decoder.recover(fromNext: next.span, count: 320, into: &span)
                } else {
                    count = try decoder.concealLoss(320, into: &span)
                }
                #expect(count == 320)
                result += buffer[..<count]
            }
            let lost = stride(from: 5, to: packets.count - 1, by: 10).map { $0 * 320..<($0 + 1) * 320 }
            ratios[recovers] = Sound.segmentalSNR(
                lost.flatMap { result[$0] }, lost.flatMap { clean[$0] }, frame: 320)
        }
        let recovered = try #require(ratios[true])
        let concealed = try #require(ratios[false])
        #expect(recovered > concealed + 3, "recovered \(recovered) dB, concealed \(concealed) dB")
    }

    @Test func concealmentFadesAndIsNoSilenceAtOnce() throws {
        var decoder = try AudioDecoder(CodecChain.opus, sampleRate: 8_000)
        let conceals = decoder.concealsLoss
        #expect(conceals)
        let packets = try CodecChain.encode(
            Sound.tone(300, level: -15, sampleRate: 8_000, milliseconds: 400), CodecChain.opus, sampleRate: 8_000)
        var buffer = [Int16](repeating: 0, count: 960)
        for packet in packets {
            var span = buffer.mutableSpan
            _ = try decoder.decode(packet.span, into: &span)
        }
        var levels: [Double] = []
        for _ in 0..<50 {
            var span = buffer.mutableSpan
            let count = try decoder.concealLoss(160, into: &span)
            levels.append(Sound.level(buffer[..<count]))
        }
        #expect(levels[0] > -25)
        #expect(levels[49] < -45)
    }

    @Test func concealmentKeepsToItsSteps() throws {
        var decoder = try AudioDecoder(CodecChain.opus, sampleRate: 8_000)
        var buffer = [Int16](repeating: 0, count: 100)
        var span = buffer.mutableSpan
        #expect(throws: AudioCodecError.badLength(samples: 30)) { try decoder.concealLoss(30, into: &span) }
        #expect(throws: AudioCodecError.badLength(samples: 0)) { try decoder.concealLoss(0, into: &span) }
        #expect(throws: AudioCodecError.bufferTooSmall(needed: 160, found: 100)) {
            try decoder.concealLoss(160, into: &span)
        }
        let nothing: [UInt8] = []
        #expect(throws: AudioCodecError.emptyPayload) {
            try decoder.recover(fromNext: nothing.span, count: 80, into: &span)
        }
    }

    @Test func othersLeaveConcealmentToTheCaller() throws {
        var decoder = try AudioDecoder(.pcma)
        var buffer = [Int16](repeating: 0, count: 160)
        var span = buffer.mutableSpan
        let conceals = decoder.concealsLoss
        #expect(!conceals)
        let count = try decoder.concealLoss(160, into: &span)
        #expect(count == 0)
    }
}
