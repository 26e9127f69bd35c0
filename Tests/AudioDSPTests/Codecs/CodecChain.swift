import AudioDSP
import MediaControl

/// What tests need of codecs: whole pieces of sound through them, packet by packet.
enum CodecChain {
    static let opus = AudioCodec.opus(OpusParameters())
    static let narrowOpus = AudioCodec.opus(OpusParameters(playbackRateMax: 8_000))
    /// Every codec of the plane, each in the forms that differ in what they do to sound.
    static let all: [AudioCodec] =
        [.pcmu, .pcma, .g722, .gsm, opus, narrowOpus, .opus(OpusParameters(playbackRateMax: 16_000))]
        + AudioCodec.l16SampleRates.map { .l16(sampleRate: $0) }
        + (2...5).flatMap { bits in
            [.g726(bitsPerSample: bits, packing: .lowestFirst), .g726(bitsPerSample: bits, packing: .highestFirst)]
        }

    /// Encodes `pcm` in packets; what does not fill one is left out.
    static func encode(
        _ pcm: [Int16], _ codec: AudioCodec, milliseconds: Int = 20, sampleRate: Int? = nil
    ) throws -> [[UInt8]] {
        var encoder = try AudioEncoder(codec, sampleRate: sampleRate)
        let frame = encoder.sampleRate * milliseconds / 1_000
        var packets: [[UInt8]] = []
        for start in stride(from: 0, through: pcm.count - frame, by: frame) {
            var buffer = [UInt8](repeating: 0, count: encoder.payloadBytesMax(milliseconds: milliseconds))
            var span = buffer.mutableSpan
            let count = try encoder.encode(pcm.span.extracting(start..<(start + frame)), into: &span)
            packets.append(Array(buffer[..<count]))
        }
        return packets
    }

    static func decode(_ packets: [[UInt8]], _ codec: AudioCodec, sampleRate: Int? = nil) throws -> [Int16] {
        var decoder = try AudioDecoder(codec, sampleRate: sampleRate)
        var pcm: [Int16] = []
        for packet in packets {
            var buffer = [Int16](repeating: 0, count: decoder.sampleRate * AudioDecoder.packetMillisecondsMax / 1_000)
            var span = buffer.mutableSpan
            let count = try decoder.decode(packet.span, into: &span)
            pcm += buffer[..<count]
        }
        return pcm
    }

    static func through(
        _ pcm: [Int16], _ codec: AudioCodec, milliseconds: Int = 20, sampleRate: Int? = nil
    ) throws -> [Int16] {
        try decode(
            encode(pcm, codec, milliseconds: milliseconds, sampleRate: sampleRate), codec, sampleRate: sampleRate)
    }
}
