import AudioDSP
import Foundation
import MediaControl
import Testing

/// Codecs against what others make of the same sound, and against what recommendations demand, so that no bound is
/// merely what this code does. The others are sox (G.711, GSM) and opus-tools; where they are missing nothing is tried.
struct IndependentCodecTests {
    /// Sound that uses the whole scale: a sweep in level and pitch.
    private static let sweep: [Int16] = (0..<16_000).map { index in
        let level = pow(10, (-60 + 59 * Double(index) / 16_000) / 20)
        let turns = Double(index) / 8_000 * (300 + 2_000 * Double(index) / 16_000)
        return Int16(32_000 * level * sin(2 * .pi * turns))
    }

    private func temporary(_ bytes: some Sequence<UInt8>, _ suffix: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).\(suffix)")
        try Data(bytes).write(to: path)
        return path.path
    }

    private func bytes(of pcm: [Int16]) -> [UInt8] { pcm.flatMap { [UInt8($0 & 0xFF), UInt8(($0 >> 8) & 0xFF)] } }

    /// All 256 codes mean the same to sox as to us.
    @Test(arguments: [(AudioCodec.pcmu, "ul"), (.pcma, "al")]) func everyCodeMeansTheSame(
        codec: AudioCodec, type: String
    ) throws {
        let codes = (0...255).map { UInt8($0) }
        let path = try temporary(codes, type)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = "sox -D -t \(type) -r 8000 -c 1 \(path) -t raw -e signed -b 16 - 2>/dev/null"
        guard let theirs = Sound.samples(of: script), !theirs.isEmpty else { return }
        #expect(try CodecChain.decode([codes], codec) == theirs)
    }

    /// The mask for a pair of encoder and decoder (ITU-T G.712, sinusoid, total distortion): 33 dB from −30 to 0 dBm0,
    /// 27 dB at −40, 22 dB at −45. 0 dBm0 is −6.15 dBov.
    @Test(arguments: [AudioCodec.pcmu, .pcma]) func g711IsWithinTheMask(codec: AudioCodec) throws {
        for (level, bound) in [(0.0, 33.0), (-10, 33), (-20, 33), (-30, 33), (-40, 27), (-45, 22)] {
            let tone = Sound.tone(1_020, level: level - 6.15, sampleRate: 8_000, milliseconds: 2_000)
            let found = try CodecChain.through(tone, codec)
            let ratio = Sound.toneToRest(found, frequencyHz: 1_020, sampleRate: 8_000)
            #expect(ratio >= bound, "\(level) dBm0: \(ratio) dB")
            // Gain may vary with level by 0.5 dB down to −40 dBm0 and 1 dB below (G.712).
            let gain = Sound.measure(1_020, in: found).toneLevel - (level - 6.15)
            #expect(abs(gain) <= (level >= -40 ? 0.5 : 1), "\(level) dBm0: \(gain) dB")
        }
    }

    /// What we encode sounds to sox as it does to us, bit for bit, as GSM 06.10 demands; and the other way round.
    @Test func gsmIsTheSameBitForBit() throws {
        let packets = try CodecChain.encode(Self.sweep, .gsm)
        let path = try temporary(packets.joined(), "gsm")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = "sox -D -t gsm -r 8000 -c 1 \(path) -t raw -e signed -b 16 - 2>/dev/null"
        guard let theirs = Sound.samples(of: script), !theirs.isEmpty else { return }
        let ours = try CodecChain.decode(packets, .gsm)
        #expect(ours.count == theirs.count)
        #expect(ours == theirs)
    }

    /// Our packets in a file of ours, through the decoder of opus-tools: the same tone, level and delay.
    @Test(arguments: [CodecChain.opus, CodecChain.narrowOpus]) func othersHearOurOpus(codec: AudioCodec) throws {
        let tone = Sound.tone(1_004, level: -15, sampleRate: codec.sampleRate, milliseconds: 2_000)
        var writer = OpusFileWriter(serial: 1)
        var file: [UInt8] = []
        writer.start(channels: 1, inputSampleRate: codec.sampleRate, into: &file)
        for packet in try CodecChain.encode(tone, codec) {
            #expect(writer.append(packet: packet.span, samples: 960, into: &file))
        }
        writer.end(into: &file)
        let path = try temporary(file, "opus")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script =
            "opusdec --quiet --rate 48000 --no-dither \(path) - 2>/dev/null | sox -t wav - -t raw -b 16 -e signed -"
        guard let theirs = Sound.samples(of: script), !theirs.isEmpty else { return }
        let steady = Array(theirs.dropFirst(9_600).prefix(76_800))
        #expect(abs(Sound.measure(1_004, in: steady, sampleRate: 48_000).toneLevel + 15) < 0.5)
        let ours = try Array(CodecChain.decode(CodecChain.encode(tone, codec), codec, sampleRate: 48_000))
        // Both decode with libopus, which is exact; theirs leaves the pre-skip out.
        #expect(Sound.toneToRest(steady, frequencyHz: 1_004, sampleRate: 48_000) > 24)
        #expect(abs(ours.count - theirs.count) <= 48_000 / 20)
    }

    @Test func weHearTheOpusOfOthers() throws {
        let tone = Sound.tone(1_004, level: -15, sampleRate: 48_000, milliseconds: 2_000)
        let path = try temporary(bytes(of: tone), "raw")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = path + ".opus"
        defer { try? FileManager.default.removeItem(atPath: result) }
        let script =
            "opusenc --quiet --raw --raw-rate 48000 --raw-chan 1 --bitrate 32 --framesize 20 \(path) \(result) "
            + ">/dev/null 2>&1; true"
        _ = Sound.samples(of: script)
        guard let file = FileManager.default.contents(atPath: result), !file.isEmpty else { return }
        var reader = OpusFileReader()
        var packets: [[UInt8]] = []
        try reader.read(Array(file).span, into: &packets)
        #expect(packets.count >= 100)
        let found = try CodecChain.decode(packets, CodecChain.opus)
        let steady = Array(found.dropFirst(9_600).prefix(76_800))
        #expect(abs(Sound.measure(1_004, in: steady, sampleRate: 48_000).toneLevel + 15) < 0.5)
    }

    /// 16-bit samples are what they were.
    @Test func l16IsExact() throws {
        #expect(try CodecChain.through(Self.sweep, .l16(sampleRate: 8_000)) == Self.sweep)
    }

    /// Our resampler against sox's at its best: what both let through is the same.
    @Test(arguments: [(8_000, 48_000), (48_000, 8_000), (16_000, 8_000), (44_100, 8_000)]) func resamplingIsTheSame(
        source: Int, target: Int
    ) throws {
        let speech = Sound.tone(700, level: -20, sampleRate: source, milliseconds: 1_000)
        let other = Sound.tone(2_900, level: -26, sampleRate: source, milliseconds: 1_000)
        let pcm = Sound.mixed(speech, other)
        let path = try temporary(bytes(of: pcm), "raw")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = """
            sox -D -t raw -r \(source) -e signed -b 16 -c 1 \(path) -t raw -r \(target) -e signed -b 16 - \
            rate -v 2>/dev/null
            """
        guard let theirs = Sound.samples(of: script), !theirs.isEmpty else { return }
        let ours = try #require(Resampler.all(pcm, from: source, to: target))
        let middle = target / 4..<target * 3 / 4
        for frequency in [700.0, 2_900] {
            let found = Sound.measure(frequency, in: ours[middle], sampleRate: target).toneLevel
            let wanted = Sound.measure(frequency, in: theirs[middle], sampleRate: target).toneLevel
            #expect(abs(found - wanted) < 0.2, "\(frequency) Hz: \(found) against \(wanted) dBov")
        }
    }
}
