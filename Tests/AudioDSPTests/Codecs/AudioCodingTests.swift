import AudioDSP
import CAllocationCounter
import MediaControl
import PBXBase
import Testing

struct AudioCodingTests {
    static let all = CodecChain.all

    @Test(arguments: all, [10, 20, 30, 40, 50, 60]) func everyPtimeGoesThrough(codec: AudioCodec, ptime: Int) throws {
        let milliseconds = codec.packetMilliseconds(ptime: ptime)
        let pcm = Sound.tone(440, level: -15, sampleRate: codec.sampleRate, milliseconds: 600)
        let packets = try CodecChain.encode(pcm, codec, milliseconds: milliseconds)
        #expect(packets.count == 600 / milliseconds)
        if let bytes = codec.payloadBytes(milliseconds: milliseconds) {
            #expect(packets.allSatisfy { $0.count == bytes })
        }
        let result = try CodecChain.decode(packets, codec)
        #expect(result.count == 600 / milliseconds * milliseconds * codec.sampleRate / 1_000)
        #expect(abs(Sound.level(result.dropFirst(codec.sampleRate / 10)) + 15) < 0.5)
    }

    /// Packets of another length than ours, as peers choose them: several frames in one.
    @Test(arguments: all.filter { $0.payloadBytes(milliseconds: 20) != nil })
    func severalFramesInAPacketAreAllDecoded(codec: AudioCodec) throws {
        let pcm = Sound.tone(440, level: -15, sampleRate: codec.sampleRate, milliseconds: 480)
        let single = try CodecChain.encode(pcm, codec)
        let joined = stride(from: 0, to: single.count, by: 3).map { Array(single[$0..<($0 + 3)].joined()) }
        #expect(try CodecChain.decode(joined, codec) == CodecChain.decode(single, codec))
    }

    /// Whatever is in a payload: samples or an error, and the decoder works on.
    @Test(arguments: all) func nonsenseIsAnErrorAndNeverATrap(codec: AudioCodec) throws {
        var random = SeededRandom(seed: 7)
        let tone = Sound.tone(440, level: -15, sampleRate: codec.sampleRate, milliseconds: 400)
        let packets = try CodecChain.encode(tone, codec)
        var decoder = try AudioDecoder(codec)
        var buffer = [Int16](repeating: 0, count: decoder.sampleRate * AudioDecoder.packetMillisecondsMax / 1_000)
        for round in 0..<3_000 {
            let count = Int.random(in: 0...(round.isMultiple(of: 10) ? 1_500 : 200), using: &random)
            var payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Damaged real packets get further than noise.
            if round.isMultiple(of: 3), var packet = packets.randomElement(using: &random), !packet.isEmpty {
                packet[Int.random(in: packet.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
                payload = Array(packet.prefix(Int.random(in: 0...packet.count, using: &random)))
            }
            var span = buffer.mutableSpan
            do throws(AudioCodecError) {
                let samples = try decoder.decode(payload.span, into: &span)
                #expect(samples > 0 && samples <= buffer.count)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        decoder.reset()
        var result: [Int16] = []
        for packet in packets {
            var span = buffer.mutableSpan
            let count = try decoder.decode(packet.span, into: &span)
            result += buffer[..<count]
        }
        #expect(abs(Sound.level(result.dropFirst(codec.sampleRate / 10)) + 15) < 0.5)
    }

    @Test(arguments: all) func buffersAreNeverOverrun(codec: AudioCodec) throws {
        let pcm = Sound.tone(440, level: -15, sampleRate: codec.sampleRate, milliseconds: 20)
        let packet = try CodecChain.encode(pcm, codec)[0]
        var encoder = try AudioEncoder(codec)
        var decoder = try AudioDecoder(codec)
        for room in [0, 1, 5] {
            var bytes = [UInt8](repeating: 0, count: room)
            var byteSpan = bytes.mutableSpan
            #expect(throws: AudioCodecError.self) { try encoder.encode(pcm.span, into: &byteSpan) }
            var samples = [Int16](repeating: 0, count: room)
            var sampleSpan = samples.mutableSpan
            #expect(throws: AudioCodecError.self) { try decoder.decode(packet.span, into: &sampleSpan) }
        }
    }

    @Test(arguments: [CodecChain.opus, .gsm, .g722, .g726(bitsPerSample: 3, packing: .lowestFirst)])
    func oddLengthsCannotBeEncoded(codec: AudioCodec) throws {
        var encoder = try AudioEncoder(codec)
        var bytes = [UInt8](repeating: 0, count: 2_000)
        for count in [0, 1, 77, 161] {
            let pcm = [Int16](repeating: 0, count: count)
            var span = bytes.mutableSpan
            #expect(throws: AudioCodecError.badLength(samples: count)) { try encoder.encode(pcm.span, into: &span) }
        }
    }

    @Test func ratesThatACodecDoesNotHaveAreRefused() {
        #expect(throws: AudioCodecError.unavailable(.pcmu, sampleRate: 16_000)) {
            _ = try AudioEncoder(.pcmu, sampleRate: 16_000)
        }
        #expect(throws: AudioCodecError.self) { _ = try AudioDecoder(CodecChain.opus, sampleRate: 44_100) }
        #expect(throws: AudioCodecError.self) { _ = try AudioDecoder(.g726(bitsPerSample: 7, packing: .lowestFirst)) }
    }

    /// RFC 3551 §4.5.4: the same codes, packed from the other end.
    @Test func theTwoPackingsOfG726DifferInTheirOrderOnly() throws {
        let pcm = Sound.tone(700, level: -15, sampleRate: 8_000, milliseconds: 100)
        let low = try CodecChain.encode(pcm, .g726(bitsPerSample: 4, packing: .lowestFirst))
        let high = try CodecChain.encode(pcm, .g726(bitsPerSample: 4, packing: .highestFirst))
        #expect(low.map { $0.map { $0 >> 4 | $0 << 4 } } == high)
        #expect(low != high)
    }

    @Test func l16IsBigEndianAndExact() throws {
        let pcm: [Int16] = [0x0102, -1, .min, .max] + [Int16](repeating: 0, count: 76)
        let packets = try CodecChain.encode(pcm, .l16(sampleRate: 8_000), milliseconds: 10)
        #expect(packets[0].prefix(8) == [0x01, 0x02, 0xFF, 0xFF, 0x80, 0x00, 0x7F, 0xFF])
        #expect(try CodecChain.decode(packets, .l16(sampleRate: 8_000)) == pcm)
    }

    @Test(arguments: [(G711.Law.mu, G711.Law.a), (.a, .mu)])
    func lawsAreRewrittenAsDecodedAndEncoded(source: G711.Law, target: G711.Law) {
        let transcoder = G711Transcoder(from: source, to: target)
        var payload = Array(UInt8.min...UInt8.max)
        var span = payload.mutableSpan
        transcoder.transcode(&span)
        for byte in UInt8.min...UInt8.max {
            #expect(payload[Int(byte)] == G711(target).encode(G711(source).decode(byte)))
            #expect(transcoder.transcode(byte) == payload[Int(byte)])
        }
    }

    /// Architecture §6: a worker that runs takes no memory.
    @Test(arguments: all) func codingTakesNoMemory(codec: AudioCodec) throws {
        guard pbx_allocations_are_counted() != 0 else { return }
        var encoder = try AudioEncoder(codec)
        var decoder = try AudioDecoder(codec)
        guard var resampler = Resampler(from: codec.sampleRate, to: 32_000) else {
            Issue.record("no resampler")
            return
        }
        let pcm = Sound.tone(440, level: -15, sampleRate: codec.sampleRate, milliseconds: 20)
        var bytes = [UInt8](repeating: 0, count: 2_000)
        var samples = [Int16](repeating: 0, count: 6_000)
        var resampled = [Int16](repeating: 0, count: 6_000)
        var allocations: UInt64 = 0
        for round in 0..<50 {
            if round == 10 { allocations = pbx_allocations_of_thread() }
            var byteSpan = bytes.mutableSpan
            let count = try encoder.encode(pcm.span, into: &byteSpan)
            var sampleSpan = samples.mutableSpan
            let decoded = try decoder.decode(bytes.span.extracting(first: count), into: &sampleSpan)
            var resampledSpan = resampled.mutableSpan
            _ = resampler.resample(samples.span.extracting(first: decoded), into: &resampledSpan)
        }
        let taken = pbx_allocations_of_thread() - allocations
        #expect(taken == 0)
    }
}
