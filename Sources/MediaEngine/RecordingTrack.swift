import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// One channel of a recording: packets come in as they arrived, samples go out where they belong in time. Gaps are
/// silence. Used by the writer's thread alone.
struct RecordingTrack: ~Copyable {
    /// A stream whose timestamps and arrivals drift apart by more than this has jumped: time is counted anew.
    private static let driftMax = Interval.milliseconds(200)

    private struct Packet {
        var entry: RecordingFeed.Entry
        var payload: [UInt8]
    }

    /// Where a stream's timestamps lie in the file.
    private struct Anchor {
        var ssrc: UInt32
        var timestamp: UInt32
        var clockRate: Int
        var position: Int
    }

    private let sampleRate: Int
    private let startedAt: Instant
    private var waiting: [Packet] = []
    private var anchor: Anchor?
    private var codec: AudioCodec?
    private var decoder: AudioDecoder?
    private var resampler: Resampler?
    /// Sound that is not written yet, from `base` on.
    private var samples: [Int16] = []
    private var base = 0

    init(sampleRate: Int, startedAt: Instant) {
        self.sampleRate = sampleRate
        self.startedAt = startedAt
    }

    /// Where the last known sound ends.
    var end: Int { base + samples.count }

    mutating func add(_ entry: RecordingFeed.Entry, payload: [UInt8]) {
        var place = waiting.count
        let sequence = SequenceNumber(entry.sequence)
        while place > 0, waiting[place - 1].entry.ssrc == entry.ssrc,
            sequence.distance(to: SequenceNumber(waiting[place - 1].entry.sequence)) > 0
        {
            place -= 1
        }
        waiting.insert(Packet(entry: entry, payload: payload), at: place)
    }

    /// Decodes what arrived up to `horizon`; what comes later may still belong before it.
    mutating func decode(upTo horizon: Instant) {
        var count = 0
        while count < waiting.count, waiting[count].entry.arrival <= horizon {
            decode(waiting[count])
            count += 1
        }
        waiting.removeFirst(count)
    }

    /// Takes the samples before `position` out.
    mutating func take(upTo position: Int) -> [Int16] {
        let count = max(0, position - base)
        var result = Array(samples.prefix(count))
        samples.removeFirst(result.count)
        result += repeatElement(0, count: count - result.count)
        base += count
        return result
    }

    private mutating func decode(_ packet: Packet) {
        switch packet.entry.content {
        case .samples(let rate):
            let pcm = packet.payload.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }
            prepareResampler(from: rate)
            place(resampled(pcm, pcm.count), at: position(of: packet.entry, clockRate: rate))
        case .packet(let codec):
            if codec != self.codec { prepare(codec) }
            guard let rate = decoder?.sampleRate else { return }
            var pcm = [Int16](repeating: 0, count: rate * AudioDecoder.packetMillisecondsMax / 1_000)
            var span = pcm.mutableSpan
            guard let count = try? decoder?.decode(packet.payload.span, into: &span) else { return }
            place(resampled(pcm, count), at: position(of: packet.entry, clockRate: codec.clockRate))
        }
    }

    private mutating func prepare(_ codec: AudioCodec) {
        self.codec = codec
        let rate = codec.sampleRates.contains(sampleRate) ? sampleRate : codec.sampleRate
        decoder = try? AudioDecoder(codec, sampleRate: rate)
        prepareResampler(from: rate)
    }

    private mutating func prepareResampler(from rate: Int) {
        if rate == sampleRate {
            resampler = nil
        } else if resampler?.sourceRate != rate {
            resampler = Resampler(from: rate, to: sampleRate)
        }
    }

    private mutating func resampled(_ pcm: [Int16], _ count: Int) -> [Int16] {
        guard resampler != nil else { return Array(pcm.prefix(count)) }
        var result = [Int16](repeating: 0, count: resampler?.resultCount(for: count) ?? 0)
        var span = result.mutableSpan
        _ = resampler?.resample(pcm.span.extracting(0..<count), into: &span)
        return result
    }

    private mutating func position(of entry: RecordingFeed.Entry, clockRate: Int) -> Int {
        let arrived = position(of: entry.arrival)
        if let anchor, anchor.ssrc == entry.ssrc, anchor.clockRate == clockRate {
            let ticks = Int(Int32(bitPattern: entry.timestamp &- anchor.timestamp))
            let place = anchor.position + ticks * sampleRate / clockRate
            let drift = Int(Self.driftMax.nanoseconds * Int64(sampleRate) / 1_000_000_000)
            if abs(place - arrived) <= drift { return place }
        }
        anchor = Anchor(ssrc: entry.ssrc, timestamp: entry.timestamp, clockRate: clockRate, position: arrived)
        return arrived
    }

    /// Where in the file a moment lies.
    func position(of moment: Instant) -> Int {
        Int(max(0, (moment - startedAt).nanoseconds) / 1_000 * Int64(sampleRate) / 1_000_000)
    }

    private mutating func place(_ sound: [Int16], at position: Int) {
        let late = max(0, base - position)
        guard late < sound.count else { return }
        let place = max(position, base) - base
        let end = place + sound.count - late
        if samples.count < end { samples += repeatElement(0, count: end - samples.count) }
        for index in late..<sound.count { samples[place + index - late] = sound[index] }
    }
}
