import AudioDSP
import Glibc
import MediaControl

/// A second of something like a voice as Opus packets, and what the codecs of a translated call cost by themselves.
final class OpusVoice {
    static let format = MediaFormat(payloadType: 96, name: "opus", clockRate: 48_000, channels: 2)
    private static let codec = AudioCodec.opus(OpusParameters())
    /// A room of a PCMA and an Opus phone works at this rate.
    private static let sampleRate = 8_000

    private(set) var packets: [[UInt8]] = []
    private var sound: [Int16] = []

    init() throws {
        var generators = [210.0, 640, 1_370].map {
            ToneGenerator(frequencyHz: $0, level: -26, sampleRate: Self.sampleRate)
        }
        var parts = generators.indices.map { _ in [Int16]() }
        for index in generators.indices { generators[index].next(Self.sampleRate, into: &parts[index]) }
        sound = (0..<Self.sampleRate).map { place in
            // Syllables, four a second.
            let loudness = place % 2_000 < 1_400 ? 1 : 0
            return Int16(clamping: loudness * parts.reduce(0) { $0 + Int($1[place]) })
        }
        var encoder = try AudioEncoder(Self.codec, sampleRate: Self.sampleRate)
        for start in stride(from: 0, to: sound.count, by: 160) {
            var bytes = [UInt8](repeating: 0, count: encoder.payloadBytesMax(milliseconds: 20))
            var span = bytes.mutableSpan
            let frame = Array(sound[start..<start + 160])
            let count = try encoder.encode(frame.span, into: &span)
            packets.append(Array(bytes[..<count]))
        }
    }

    /// CPU of the codecs of one call, in milliseconds per second: Opus and G.711, both ways.
    func codecMilliseconds(seconds: Int) throws -> Double {
        var encoder = try AudioEncoder(Self.codec, sampleRate: Self.sampleRate)
        var decoder = try AudioDecoder(Self.codec, sampleRate: Self.sampleRate)
        var aLaw = try AudioEncoder(.pcma)
        var aLawDecoder = try AudioDecoder(.pcma)
        var opusBytes = [UInt8](repeating: 0, count: encoder.payloadBytesMax(milliseconds: 20))
        var aLawBytes = [UInt8](repeating: 0, count: 160)
        var pcm = [Int16](repeating: 0, count: 160)
        let start = Self.threadNanoseconds
        for _ in 0..<seconds {
            for (index, packet) in packets.enumerated() {
                var pcmSpan = pcm.mutableSpan
                _ = try decoder.decode(packet.span, into: &pcmSpan)
                var bytes = aLawBytes.mutableSpan
                _ = try aLaw.encode(pcm.span, into: &bytes)
                pcmSpan = pcm.mutableSpan
                _ = try aLawDecoder.decode(aLawBytes.span, into: &pcmSpan)
                var opusSpan = opusBytes.mutableSpan
                let frame = Array(sound[index * 160..<index * 160 + 160])
                _ = try encoder.encode(frame.span, into: &opusSpan)
            }
        }
        return Double(Self.threadNanoseconds - start) / Double(seconds) / 1_000_000
    }

    private static var threadNanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
