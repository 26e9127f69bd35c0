import AudioDSP
import MediaControl

/// Makes payloads of one codec and one length out of sound at any rate. All memory is taken when it is made.
struct Packetizer: ~Copyable {
    /// Rate of what is appended, in Hz.
    let sampleRate: Int
    private var encoder: AudioEncoder
    private var resampler: Resampler?
    /// Sound of the packet that is being filled, at the encoder's rate.
    private let samples: UnsafeMutableBufferPointer<Int16>
    private var sampleCount = 0
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private var byteCount = 0

    /// nil when the codec's library has no memory, or the rate is none that a resampler knows.
    init?(for format: SendingFormat, sampleRate: Int) {
        let rates = format.codec.sampleRates
        let rate =
            rates.contains(sampleRate) ? sampleRate : rates.first { $0 > sampleRate } ?? format.codec.sampleRate
        guard let encoder = try? AudioEncoder(format.codec, sampleRate: rate) else { return nil }
        var resampler: Resampler?
        if rate != sampleRate {
            resampler = Resampler(from: sampleRate, to: rate)
            if resampler == nil { return nil }
        }
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(
            capacity: encoder.payloadBytesMax(milliseconds: format.packetMilliseconds))
        bytes.initialize(repeating: 0)
        let samples = UnsafeMutableBufferPointer<Int16>.allocate(capacity: rate * format.packetMilliseconds / 1_000)
        samples.initialize(repeating: 0)
        self.sampleRate = sampleRate
        self.bytes = bytes
        self.samples = samples
        self.encoder = encoder
        self.resampler = resampler
    }

    deinit {
        samples.deallocate()
        bytes.deallocate()
    }

    /// The rate at which sound for this codec alone is best made, of those that mixes have.
    static func bestRate(for codec: AudioCodec) -> Int {
        Room.sampleRates.first { $0 >= codec.sampleRate } ?? 48_000
    }

    /// The last payload; empty when the codec had nothing to say.
    var payload: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[..<byteCount]) }

    /// No packet is begun.
    var isBetweenPackets: Bool { sampleCount == 0 }

    /// Adds the first `count` samples of `sound`, 10 ms or 20 ms of which a packet holds a whole number. True when that
    /// completes a packet: `payload` is then its content.
    mutating func append(_ sound: UnsafeMutableBufferPointer<Int16>, _ count: Int) -> Bool {
        let sound = UnsafeBufferPointer(rebasing: sound[..<count])
        let isWholePacket = sampleCount == 0 && count == samples.count && resampler == nil
        if !isWholePacket {
            var room = UnsafeMutableBufferPointer(rebasing: samples[sampleCount...]).mutableSpan
            if resampler == nil {
                let fitting = min(count, room.count)
                for index in 0..<fitting { room[index] = sound[index] }
                sampleCount += fitting
            } else {
                sampleCount += resampler?.resample(sound.span, into: &room) ?? 0
            }
            guard sampleCount == samples.count else { return false }
        }
        sampleCount = 0
        var payload = bytes.mutableSpan
        let source = isWholePacket ? sound : UnsafeBufferPointer(samples)
        byteCount = (try? encoder.encode(source.span, into: &payload)) ?? 0
        return true
    }

    /// Sizes the codec's redundancy for what the peer loses.
    mutating func expectLoss(percent: Int) { encoder.expectLoss(percent: percent) }
}
