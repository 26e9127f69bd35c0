import AudioDSP
import MediaControl

/// Listens for keys in the sound of a peer that has no telephone-events, packet by packet as they come.
struct ToneKeyDetector: ~Copyable {
    /// A key that was pressed.
    struct Key {
        var digit: Character
        var milliseconds: Int
    }

    let codec: AudioCodec
    private var decoder: AudioDecoder
    private var detector: DigitDetector
    private let samples: UnsafeMutableBufferPointer<Int16>

    init?(codec: AudioCodec) {
        // Narrow sound has all there is of the tones.
        guard let decoder = try? AudioDecoder(codec, sampleRate: codec.sampleRates.first),
            let detector = DigitDetector(sampleRate: decoder.sampleRate)
        else { return nil }
        let samples = UnsafeMutableBufferPointer<Int16>.allocate(
            capacity: decoder.sampleRate * AudioDecoder.packetMillisecondsMax / 1_000)
        samples.initialize(repeating: 0)
        self.codec = codec
        self.decoder = decoder
        self.detector = detector
        self.samples = samples
    }

    deinit { samples.deallocate() }

    /// Listens to one packet; the key that has gone up in it.
    mutating func listen(to payload: UnsafeRawBufferPointer) -> Key? {
        var pcm = samples.mutableSpan
        guard let count = try? decoder.decode(payload.bindMemory(to: UInt8.self).span, into: &pcm) else { return nil }
        var found: Key?
        detector.hear(UnsafeBufferPointer(rebasing: samples[..<count]).span) { event in
            if case .ended(let digit, let milliseconds) = event {
                found = Key(digit: digit, milliseconds: milliseconds)
            }
        }
        return found
    }
}
