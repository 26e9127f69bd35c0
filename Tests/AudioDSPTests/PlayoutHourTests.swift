import AudioDSP
import PBXBase
import RTPGrammar
import Testing

/// What a listener may count on, in numbers that a reader can check: how long sound waits, how much of it is made up,
/// and that neither grows with the hours.
struct PlayoutHourTests {
    /// An hour of packets through a playout, without keeping the sound.
    private struct Hour {
        /// Mean delay of each minute in milliseconds, outside pauses.
        var minutes: [Double] = []
        var delayMax = 0.0
        var concealedShare = 0.0
        var correctedSamples: Int64 = 0
        var counters = JitterBufferCounters()

        /// - Parameters:
        ///   - drift: how much faster the sender's clock runs, in parts per million.
        ///   - jitter: milliseconds by which packets come later, evenly spread.
        init(drift: Double, jitter: Double, payloads: [[UInt8]]) {
            var random = SeededRandom(seed: 11)
            var playout = AudioPlayout(JitterBuffer.Settings(clockRate: 8_000), sampleRate: 8_000)
            var decoder = ALawDecoder()
            var frame = [Int16](repeating: 0, count: 160)
            let interval = 20_000_000 / (1 + drift / 1_000_000)
            var packet = 0
            var arrival = Self.arrival(0, interval, jitter, &random)
            var (sum, count, ticks) = (0.0, 0, 0)
            for tick in 0..<180_000 {
                let now = 1_010_000_000 + Int64(tick) * 20_000_000
                while arrival <= now {
                    let payload = payloads[packet % payloads.count]
                    let header = RTPHeader(
                        marker: packet == 0, payloadType: 8,
                        sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: packet)),
                        timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: packet * 160)), ssrc: SSRC(1))
                    playout.insert(
                        header, payload: payload.span, content: .sound(ticks: 160), now: Instant(nanoseconds: arrival))
                    packet += 1
                    arrival = Self.arrival(packet, interval, jitter, &random)
                }
                let instant = Instant(nanoseconds: now)
                if let delay = playout.presentDelay(now: instant) {
                    let milliseconds = Double(delay.nanoseconds) / 1e6
                    (sum, count) = (sum + milliseconds, count + 1)
                    delayMax = max(delayMax, milliseconds)
                }
                var span = frame.mutableSpan
                playout.read(into: &span, decoder: &decoder, now: instant)
                ticks += 1
                if ticks % 3_000 == 0 {
                    minutes.append(sum / Double(max(1, count)))
                    (sum, count) = (0, 0)
                }
            }
            counters = playout.buffer.counters
            concealedShare = Double(playout.concealedSamples) / (180_000 * 160)
            correctedSamples = Int64(playout.lengthenedSamples) - Int64(playout.shortenedSamples)
        }

        private static func arrival(
            _ packet: Int, _ interval: Double, _ jitter: Double, _ random: inout SeededRandom
        ) -> Int64 {
            let late = jitter > 0 ? Double.random(in: 0..<jitter, using: &random) * 1e6 : 0
            return 1_000_000_000 + Int64(Double(packet) * interval + late)
        }
    }

    /// ±200 ppm, twice what bad quartz does, is 720 ms in an hour. The delay stays within a packet of where it began,
    /// at most a packet, a tick and the jitter; what the clocks are apart is cut out or put in: 5,760 samples.
    @Test(arguments: [-200.0, 200]) func anHourOfDriftChangesNothing(drift: Double) {
        let codec = G711(.a)
        let voice = syntheticVoice(seconds: 20)
        let payloads = stride(from: 0, to: voice.count, by: 160).map { start in
            voice[start..<start + 160].map { codec.encode($0) }
        }
        let hour = Hour(drift: drift, jitter: 5, payloads: payloads)
        let first = hour.minutes[1]
        #expect(hour.minutes.dropFirst().allSatisfy { abs($0 - first) < 20 }, "\(hour.minutes)")
        #expect(hour.minutes.max() ?? 0 < 20 + 20 + 5, "\(hour.minutes)")
        #expect(hour.counters.lost == 0)
        #expect(hour.counters.late + hour.counters.discarded <= 180)
        #expect(hour.concealedShare < 0.001, "\(hour.concealedShare)")
        // Slow senders are also waited for in pauses, where silence is put in instead.
        if drift > 0 {
            #expect((5_000...6_500).contains(-hour.correctedSamples), "\(hour.correctedSamples)")
        }
    }

    /// Gilbert and Elliott: what is lost is made up for, little more and little less, and costs no delay.
    @Test(arguments: [(0.02, 1.5), (0.05, 3), (0.10, 2), (0.15, 5)]) func madeUpIsWhatWasLost(
        share: Double, mean: Double
    ) {
        let run = PlayoutRun(of: syntheticVoice(seconds: 60), network: LossPatterns.bursts(share: share, mean: mean))
        let lost = Double(run.packetsLost) / Double(run.packetsSent)
        // When several in a row are missing it is not known at first whether they come late: the difference.
        #expect(abs(run.concealedShare - lost) < max(0.01, 0.2 * lost), "\(run.concealedShare) of \(lost)")
        #expect(run.lateShare < 0.002)
        #expect(run.meanDelay < 40, "\(run.meanDelay)")
    }

    /// A wireless phone: few milliseconds of jitter, packets lost two to four in a row, and every eight seconds the
    /// radio looks elsewhere for 120 ms, after which all that waited comes at once.
    @Test func aWirelessPhoneIsUnderstood() {
        let run = PlayoutRun(of: syntheticVoice(seconds: 60), network: LossPatterns.wireless(packets: 3_100))
        let lost = Double(run.packetsLost) / Double(run.packetsSent)
        // The first stall takes us by surprise and is concealed; then there is either delay or concealment.
        #expect(run.concealedShare < lost + 0.02, "\(run.concealedShare) of \(lost)")
        #expect(run.lateShare < 0.02, "\(run.lateShare)")
        #expect(run.meanDelay < 140, "\(run.meanDelay)")
        #expect((run.delays.max() ?? 0) < 260, "\(run.delays.max() ?? 0)")
    }
}

/// Networks as they are described in the literature; seeded, so that every run is the same.
enum LossPatterns {
    /// Loss in bursts (Gilbert and Elliott): `share` lost over all, `mean` in a row.
    static func bursts(share: Double, mean: Double, seed: UInt64 = 5) -> Network {
        var random = SeededRandom(seed: seed)
        var isBad = false
        let stay = 1 - 1 / mean
        let enter = share / (1 - share) / mean
        let lost = (0..<8_000).map { _ in
            isBad = Double.random(in: 0..<1, using: &random) < (isBad ? stay : enter)
            return isBad
        }
        return { lost[$0] ? nil : 30 }
    }

    static func wireless(packets: Int, seed: UInt64 = 9) -> Network {
        var random = SeededRandom(seed: seed)
        var fates: [Double?] = []
        var run = 0
        for packet in 0..<packets {
            if run == 0, Int.random(in: 0..<150, using: &random) == 0 { run = Int.random(in: 2...4, using: &random) }
            let jitter = Double.random(in: 0..<8, using: &random)
            let phase = packet % 400
            let stall = (200..<206).contains(phase) ? Double(206 - phase) * 20 : 0
            fates.append(run > 0 ? nil : 30 + max(stall, jitter))
            run = max(0, run - 1)
        }
        return { fates[$0] }
    }
}
