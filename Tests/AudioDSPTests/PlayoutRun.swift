import AudioDSP
import PBXBase
import RTPGrammar

/// Sound that resembles a voice: pulses of a wandering pitch through two resonances, in syllables, with pauses.
func syntheticVoice(seconds: Double, sampleRate: Int = 8_000, seed: UInt64 = 1) -> [Int16] {
    var random = SeededRandom(seed: seed)
    let count = Int(seconds * Double(sampleRate))
    let scale = 8_000.0 / Double(sampleRate)
    let narrow = 1 - 0.06 * scale
    let wide = 1 - 0.1 * scale
    var pcm: [Int16] = []
    pcm.reserveCapacity(count)
    var phase = 0.0
    var pitch = 120.0
    var first = (0.0, 0.0)
    var second = (0.0, 0.0)
    var envelope = 0.0
    for index in 0..<count {
        let time = Double(index) / Double(sampleRate)
        // Syllables of 180 ms, three of four voiced, and a second of silence in every four.
        let syllable = Int(time / 0.18)
        let isSilent = Int(time) % 4 == 3
        let loudness = isSilent ? 0.0 : [1.0, 0.6, 0.8, 0.25][syllable % 4]
        envelope += (loudness - envelope) * 0.004 * scale
        if index % (sampleRate / 20) == 0 {
            pitch = min(220, max(90, pitch + Double.random(in: -6...6, using: &random)))
        }
        phase += pitch / Double(sampleRate)
        var excitation = 0.0
        if phase >= 1 {
            phase -= 1
            excitation = 1
        }
        if syllable % 4 == 3 { excitation = Double.random(in: -0.25...0.25, using: &random) }
        // Resonances at 600 and 1,500 Hz.
        let one = excitation + 2 * narrow * cosine(600 / Double(sampleRate)) * first.0 - narrow * narrow * first.1
        first = (one, first.0)
        let two = one + 2 * wide * cosine(1_500 / Double(sampleRate)) * second.0 - wide * wide * second.1
        second = (two, second.0)
        pcm.append(Int16(max(-32_000, min(32_000, two * envelope * 2_500 * scale))))
    }
    return pcm
}

/// By its series, as the tests link no mathematics library.
func cosine(_ turns: Double) -> Double {
    let angle = 2 * Double.pi * (turns - turns.rounded())
    var term = 1.0
    var sum = 1.0
    for index in 1...12 {
        term *= -angle * angle / Double((2 * index - 1) * 2 * index)
        sum += term
    }
    return sum
}

struct ALawDecoder: PlayoutDecoder {
    let codec = G711(.a)
    mutating func decode(_ payload: Span<UInt8>, into pcm: inout MutableSpan<Int16>) -> Int {
        let count = min(payload.count, pcm.count)
        for index in 0..<count { pcm[index] = codec.decode(payload[index]) }
        return count
    }
}

/// A network: per packet the delay in milliseconds, or nil when it is lost.
typealias Network = (_ packet: Int) -> Double?

/// What came out of a playout, and how it fared.
struct PlayoutRun {
    var sound: [Int16] = []
    var sent: [Int16] = []
    /// Delay of the sound played, in milliseconds against the fastest packet, per tick outside pauses.
    var delays: [Double] = []
    var counters = JitterBufferCounters()
    var targetMilliseconds = 0.0
    var concealedShare = 0.0
    var shortenedSamples: UInt64 = 0
    var lengthenedSamples: UInt64 = 0
    var packetsLost = 0
    var packetsSent = 0

    /// Without the end, when nothing comes any more.
    var steadyDelays: ArraySlice<Double> { delays.dropLast(30) }
    var meanDelay: Double { steadyDelays.reduce(0, +) / Double(max(1, steadyDelays.count)) }
    /// Share of the packets that came, but too late.
    var lateShare: Double {
        Double(counters.late + counters.discarded) / Double(max(1, packetsSent - packetsLost))
    }

    /// Plays `sound` sent in packets of `packetMilliseconds` through `network` in ticks of `tickMilliseconds`.
    /// - Parameters:
    ///   - drift: how much faster the sender's clock runs, in parts per million.
    init(
        of sound: [Int16], packetMilliseconds: Int = 20, tickMilliseconds: Int = 20, drift: Double = 0,
        settings: JitterBuffer.Settings = JitterBuffer.Settings(clockRate: 8_000), network: Network
    ) {
        sent = sound
        let codec = G711(.a)
        let size = packetMilliseconds * 8
        let interval = Double(packetMilliseconds) * 1_000_000 / (1 + drift / 1_000_000)
        var arrivals: [(at: Int64, packet: Int)] = []
        packetsSent = sound.count / size
        for packet in 0..<packetsSent {
            guard let delay = network(packet) else {
                packetsLost += 1
                continue
            }
            arrivals.append((1_000_000_000 + Int64(Double(packet) * interval + delay * 1_000_000), packet))
        }
        arrivals.sort { $0.at < $1.at }
        var playout = AudioPlayout(settings, sampleRate: 8_000)
        var decoder = ALawDecoder()
        var frame = [Int16](repeating: 0, count: tickMilliseconds * 8)
        var next = 0
        // The ticks are not in step with the packets.
        var now: Int64 = 1_003_700_000
        let end = (arrivals.last?.at ?? 0) + 300_000_000
        while now < end {
            while next < arrivals.count, arrivals[next].at <= now {
                let packet = arrivals[next].packet
                let payload = sound[packet * size..<(packet + 1) * size].map { codec.encode($0) }
                let header = RTPHeader(
                    marker: packet == 0, payloadType: 8,
                    sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: 65_000 + packet)),
                    timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: 0xFFFF_0000 + packet * size)), ssrc: SSRC(1))
                playout.insert(
                    header, payload: payload.span, content: .sound(ticks: size),
                    now: Instant(nanoseconds: arrivals[next].at))
                next += 1
            }
            let instant = Instant(nanoseconds: now)
            if let delay = playout.presentDelay(now: instant) { delays.append(Double(delay.nanoseconds) / 1e6) }
            var span = frame.mutableSpan
            playout.read(into: &span, decoder: &decoder, now: instant)
            self.sound += frame
            now += Int64(tickMilliseconds) * 1_000_000
        }
        counters = playout.buffer.counters
        targetMilliseconds = Double(playout.buffer.targetDelay.nanoseconds) / 1e6
        concealedShare = Double(playout.concealedSamples) / Double(max(1, self.sound.count))
        shortenedSamples = playout.shortenedSamples
        lengthenedSamples = playout.lengthenedSamples
    }

    /// Mean segmental signal-to-noise ratio against what was sent, in dB, each segment limited to −10…35 dB and shifted
    /// as fits best (the delay changes), silent segments left out.
    var segmentalRatio: Double {
        let segment = 160
        var total = 0.0
        var segments = 0
        var shift = bestShift(at: 8_000, around: 0, within: 2_400, length: 1_600) ?? 0
        var start = 1_600
        var missed = 0
        while start + segment < sent.count - 1_600 {
            defer { start += segment }
            let energy = power(sent, start, segment)
            guard energy > 40_000 else { continue }
            var best = ratio(start, shift, segment)
            if best < 12, let moved = bestShift(at: start, around: shift, within: 400, length: segment) {
                let improved = ratio(start, moved, segment)
                if improved > best {
                    best = improved
                    if improved > 12 { shift = moved }
                }
            }
            missed = best < 12 ? missed + 1 : 0
            // The delay has changed by more: a stall of the network.
            if missed == 10, let moved = bestShift(at: start, around: shift, within: 8_000, length: 800) {
                shift = moved
            }
            total += max(-10, min(35, best))
            segments += 1
        }
        return segments == 0 ? 0 : total / Double(segments)
    }

    private func power(_ pcm: [Int16], _ start: Int, _ count: Int) -> Double {
        pcm[start..<start + count].reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
    }

    private func ratio(_ start: Int, _ shift: Int, _ count: Int) -> Double {
        guard start + shift >= 0, start + shift + count <= sound.count else { return -10 }
        var signal = 1.0
        var noise = 1.0
        for index in start..<start + count {
            let difference = Double(sent[index]) - Double(sound[index + shift])
            signal += Double(sent[index]) * Double(sent[index])
            noise += difference * difference
        }
        return 10 * decadicLogarithm(signal / noise)
    }

    private func bestShift(at start: Int, around centre: Int, within reach: Int, length: Int) -> Int? {
        var best: (shift: Int, error: Double)?
        for shift in centre - reach...centre + reach {
            guard start + shift >= 0, start + shift + length <= sound.count else { continue }
            var error = 0.0
            for index in stride(from: start, to: start + length, by: 2) {
                let difference = Double(sent[index]) - Double(sound[index + shift])
                error += difference * difference
            }
            if error < (best?.error ?? .infinity) { best = (shift, error) }
        }
        return best?.shift
    }
}

/// Enough digits for decibels.
func decadicLogarithm(_ value: Double) -> Double {
    let ratio = (value.significand - 1) / (value.significand + 1)
    var power = ratio
    var sum = 0.0
    for index in 0..<12 {
        sum += power / Double(2 * index + 1)
        power *= ratio * ratio
    }
    return (2 * sum + Double(value.exponent) * 0.693_147_180_559_945) / 2.302_585_092_994_046
}
