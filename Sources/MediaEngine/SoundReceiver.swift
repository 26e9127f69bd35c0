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
    /// On the heap: as an optional within this struct, which lies in an optional again, its parts are more than the
    /// compiler's check of move-only values can list.
    private var line: UnsafeMutablePointer<ReceiverLine>?
    private var changedAt: Instant?
    /// Of the lines before this one.
    private var earlier = PlayoutTotals()

    /// - Parameter codec: what the peer is expected to send, so that its first packet finds everything ready.
    init(sampleRate: Int, codec: AudioCodec?) {
        self.sampleRate = sampleRate
        line = codec.flatMap { ReceiverLine.make($0, sampleRate: sampleRate) }
    }

    deinit { ReceiverLine.discard(line) }

    /// Takes a packet of sound.
    mutating func packetReceived(
        _ header: RTPHeader, codec: AudioCodec, payload: UnsafeRawBufferPointer, now: Instant
    ) {
        if line?.pointee.codec != codec {
            if let changedAt, now - changedAt < Self.codecChangeMin { return }
            changedAt = now
            earlier = totals(now: now)
            ReceiverLine.discard(line)
            line = ReceiverLine.make(codec, sampleRate: sampleRate)
        }
        let bytes = payload.bindMemory(to: UInt8.self).span
        let ticks = codec.ticks(of: bytes)
        line?.pointee.insert(header, content: .sound(ticks: ticks), payload: bytes, now: now)
    }

    /// Takes a packet without sound: of comfort noise, or of digits, which leave no gap.
    mutating func packetReceived(
        _ header: RTPHeader, content: JitterBuffer.Content, payload: UnsafeRawBufferPointer, now: Instant
    ) {
        line?.pointee.insert(header, content: content, payload: payload.bindMemory(to: UInt8.self).span, now: now)
    }

    /// How it fared so far.
    func totals(now: Instant) -> PlayoutTotals {
        var sum = earlier
        if let line { sum.add(line.pointee.totals(now: now)) }
        return sum
    }

    /// Fills `frame` (20 ms at most) with what is due. False when nothing has ever come.
    mutating func read(into frame: UnsafeMutableBufferPointer<Int16>, now: Instant) -> Bool {
        guard let line else { return false }
        line.pointee.read(into: frame, now: now)
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
    /// On the heap like the decoder; nil when the decoder makes the rate of the mix.
    private let resampler: UnsafeMutablePointer<Resampler>?
    /// Sound at the decoder's rate on its way to the resampler.
    private let decoded: UnsafeMutableBufferPointer<Int16>

    init?(_ codec: AudioCodec, sampleRate: Int) {
        let rates = codec.sampleRates
        let rate =
            rates.contains(sampleRate) ? sampleRate : rates.first { $0 > sampleRate } ?? codec.sampleRate
        guard let decoder = try? AudioDecoder(codec, sampleRate: rate) else { return nil }
        var resampler: UnsafeMutablePointer<Resampler>?
        if rate != sampleRate {
            guard let made = Resampler(from: rate, to: sampleRate) else { return nil }
            resampler = .allocate(capacity: 1)
            resampler?.initialize(to: made)
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

    func totals(now: Instant) -> PlayoutTotals { PlayoutTotals(playout, now: now) }

    mutating func read(into frame: UnsafeMutableBufferPointer<Int16>, now: Instant) {
        var lent = LentDecoder(decoder: decoder)
        guard let resampler else {
            var samples = frame.mutableSpan
            playout.read(into: &samples, decoder: &lent, now: now)
            return
        }
        let count = frame.count * decoder.pointee.sampleRate / resampler.pointee.targetRate
        let source = UnsafeMutableBufferPointer(rebasing: decoded[..<count])
        var samples = source.mutableSpan
        playout.read(into: &samples, decoder: &lent, now: now)
        var result = frame.mutableSpan
        _ = resampler.pointee.resample(UnsafeBufferPointer(source).span, into: &result)
    }

    deinit {
        decoder.deinitialize(count: 1)
        decoder.deallocate()
        if let resampler {
            resampler.deinitialize(count: 1)
            resampler.deallocate()
        }
        decoded.deallocate()
    }

    /// A line of its own memory; nil when there is no decoder or no way between the rates.
    static func make(_ codec: AudioCodec, sampleRate: Int) -> UnsafeMutablePointer<ReceiverLine>? {
        guard let line = ReceiverLine(codec, sampleRate: sampleRate) else { return nil }
        let place = UnsafeMutablePointer<ReceiverLine>.allocate(capacity: 1)
        place.initialize(to: line)
        return place
    }

    static func discard(_ line: UnsafeMutablePointer<ReceiverLine>?) {
        line?.deinitialize(count: 1)
        line?.deallocate()
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
