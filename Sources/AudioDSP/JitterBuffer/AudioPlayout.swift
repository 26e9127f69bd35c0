package import PBXBase
package import RTPGrammar

/// What a codec does for a playout. A decoder that conceals better than `LossConcealment` can (Opus) overrides the last
/// two.
package protocol PlayoutDecoder {
    /// Decodes one payload; returns how many samples it wrote, 0 when it is no such payload.
    mutating func decode(_ payload: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int
    /// Fills `count` samples that were lost from the redundancy in the packet after them (Opus FEC); 0 when there is
    /// none.
    mutating func recover(count: Int, from next: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int
    /// Fills `count` samples by its own concealment; 0 when it has none.
    mutating func conceal(count: Int, into pcm: inout MutableSpan<Int16>) -> Int
}

extension PlayoutDecoder {
    package mutating func recover(count: Int, from next: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int { 0 }
    package mutating func conceal(count: Int, into pcm: inout MutableSpan<Int16>) -> Int { 0 }
}

/// Packets in, steady sound out: the jitter buffer, the decoder's place, concealment, comfort noise, and the little
/// stretching and shortening that keeps the delay where it should be. One per leg that is decoded; nothing is allocated
/// after it is made.
package struct AudioPlayout: ~Copyable {
    /// The longest packet that is decoded.
    static let packetMillisecondsMax = JitterBuffer.packetMilliseconds.upperBound
    /// Sound that waits so much too long or short is corrected within a voice too, not only where nobody hears it.
    static let loudExcessMilliseconds = 22

    package var buffer: JitterBuffer
    package let sampleRate: Int
    private var concealment: LossConcealment
    private var noise: ComfortNoise
    private var scratch: [Int16]
    /// Decoded and not yet played: from `start`, `count` samples.
    private var decoded: [Int16]
    private var start = 0
    private var count = 0
    /// Samples cut out and put in to correct the delay.
    package private(set) var shortenedSamples: UInt64 = 0
    package private(set) var lengthenedSamples: UInt64 = 0
    /// Samples of concealment played.
    package private(set) var concealedSamples: UInt64 = 0
    /// What the sender's own sound was like: neither concealment nor noise of ours is in it.
    package private(set) var signal = SignalStatistics()

    package init(_ settings: JitterBuffer.Settings, sampleRate: Int, noiseSeed: UInt64 = 1) {
        buffer = JitterBuffer(settings)
        self.sampleRate = max(8_000, sampleRate)
        concealment = LossConcealment(sampleRate: self.sampleRate)
        noise = ComfortNoise(seed: noiseSeed)
        let longest = self.sampleRate * Self.packetMillisecondsMax / 1_000
        scratch = Array(repeating: 0, count: longest * 3 / 2)
        decoded = scratch
    }

    /// Takes a packet.
    @discardableResult
    package mutating func insert(
        _ header: RTPHeader, payload: Span<UInt8>, content: JitterBuffer.Content, now: Instant
    ) -> JitterBuffer.Insertion {
        buffer.insert(header, payload: payload, content: content, now: now)
    }

    /// How long what is played at `now` has waited, against the fastest packet; nil in a pause.
    package func presentDelay(now: Instant) -> Interval? {
        buffer.presentDelay(now: now, pendingTicks: ticks(of: count))
    }

    /// Fills `pcm` (at most 120 ms) with the sound that is due at `now`.
    package mutating func read(
        into pcm: inout MutableSpan<Int16>, decoder: inout some PlayoutDecoder, now: Instant
    ) {
        var written = 0
        let wanted = pcm.count
        while written < wanted {
            if count == 0 { refill(wanted: wanted - written, played: written, decoder: &decoder, now: now) }
            let taken = min(count, wanted - written)
            copy(taken, into: &pcm, at: written)
            start += taken
            count -= taken
            written += taken
        }
        if count == 0 { start = 0 }
    }

    /// Puts at least one sample into `decoded`, which is empty. `played` samples of this read lie between `now` and
    /// what comes next.
    private mutating func refill(wanted: Int, played: Int, decoder: inout some PlayoutDecoder, now: Instant) {
        start = 0
        let output = buffer.next(now: now, pendingTicks: ticks(of: played), neededTicks: ticks(of: wanted))
        switch output {
        case .packet(let packet): play(packet, wanted: wanted, decoder: &decoder)
        case .lost(let ticks, let next):
            conceal(max(1, samples(of: ticks)), from: next, decoder: &decoder)
        case .underrun: conceal(wanted, from: nil, decoder: &decoder)
        case .pause: pause(wanted)
        }
    }

    private func noiseDescription(in packet: JitterBuffer.Packet) -> ComfortNoiseDescription? {
        ComfortNoiseDescription(buffer.storage.span.extracting(packet.payload))
    }

    private mutating func play(_ packet: JitterBuffer.Packet, wanted: Int, decoder: inout some PlayoutDecoder) {
        if packet.content == .comfortNoise {
            if let description = noiseDescription(in: packet) { noise.describe(description) }
            return pause(wanted)
        }
        // Out of `self` while it is written to; the empty array in its place costs nothing.
        var frame: [Int16] = []
        swap(&frame, &scratch)
        let count = decode(packet, into: &frame, decoder: &decoder)
        swap(&frame, &scratch)
        guard count > 0 else { return conceal(wanted, from: nil, decoder: &decoder) }
        append(count)
    }

    private mutating func decode(
        _ packet: JitterBuffer.Packet, into frame: inout [Int16], decoder: inout some PlayoutDecoder
    ) -> Int {
        var pcm = frame.mutableSpan
        let room = sampleRate * Self.packetMillisecondsMax / 1_000
        let decoded = min(room, decoder.decode(buffer.storage.span.extracting(packet.payload), into: &pcm))
        guard decoded > 0 else { return 0 }
        signal.measure(pcm.span.extracting(0..<decoded))
        concealment.received(&pcm, count: decoded)
        let excess = samples(of: packet.excessTicks)
        guard excess != 0 else { return decoded }
        let isLittle = Int(excess.magnitude) * 1_000 < Self.loudExcessMilliseconds * sampleRate
        if isLittle, !TimeScale.isSilent(pcm.span, count: decoded) { return decoded }
        if excess > 0 {
            let left = TimeScale.shorten(&pcm, count: decoded, excess: excess, sampleRate: sampleRate)
            shortenedSamples &+= UInt64(decoded - left)
            return left
        }
        let longer = TimeScale.lengthen(&pcm, count: decoded, shortage: -excess, sampleRate: sampleRate)
        lengthenedSamples &+= UInt64(longer - decoded)
        return longer
    }

    private mutating func conceal(_ wanted: Int, from next: Range<Int>?, decoder: inout some PlayoutDecoder) {
        let wanted = min(wanted, sampleRate * Self.packetMillisecondsMax / 1_000)
        var frame: [Int16] = []
        swap(&frame, &scratch)
        fillGap(wanted, from: next, into: &frame, decoder: &decoder)
        swap(&frame, &scratch)
        append(wanted)
    }

    private mutating func fillGap(
        _ wanted: Int, from next: Range<Int>?, into frame: inout [Int16], decoder: inout some PlayoutDecoder
    ) {
        var pcm = frame.mutableSpan
        if let next, decoder.recover(count: wanted, from: buffer.storage.span.extracting(next), into: &pcm) == wanted {
            concealment.received(&pcm, count: wanted)
            return
        }
        concealedSamples &+= UInt64(wanted)
        if decoder.conceal(count: wanted, into: &pcm) == wanted {
            concealment.received(&pcm, count: wanted)
        } else {
            concealment.conceal(&pcm, count: wanted)
        }
    }

    private mutating func pause(_ wanted: Int) {
        let wanted = min(wanted, sampleRate * Self.packetMillisecondsMax / 1_000)
        var frame: [Int16] = []
        swap(&frame, &scratch)
        fillPause(wanted, into: &frame)
        swap(&frame, &scratch)
        append(wanted)
    }

    private mutating func fillPause(_ wanted: Int, into frame: inout [Int16]) {
        var pcm = frame.mutableSpan
        noise.fill(&pcm, count: wanted)
        concealment.received(&pcm, count: wanted)
    }

    /// What was made in `scratch` is next to be played.
    private mutating func append(_ found: Int) {
        swap(&decoded, &scratch)
        count = min(found, decoded.count)
    }

    private func copy(_ taken: Int, into pcm: inout MutableSpan<Int16>, at place: Int) {
        let source = decoded.span
        for index in 0..<taken { pcm[place + index] = source[start + index] }
    }

    private func ticks(of samples: Int) -> Int { samples * buffer.settings.clockRate / sampleRate }
    private func samples(of ticks: Int) -> Int { ticks * sampleRate / buffer.settings.clockRate }
}
