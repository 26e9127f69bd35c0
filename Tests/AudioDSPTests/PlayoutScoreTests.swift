import AudioDSP
import PBXBase
import Testing

/// The jitter buffer with concealment over loss and delay as networks make them. Thresholds lie a little beside what
/// was measured: they fail when something breaks, not when a voice changes.
struct PlayoutScoreTests {
    private let voice = syntheticVoice(seconds: 30)

    /// Delay that varies evenly.
    private func uniform(_ most: Double, loss: Double = 0, seed: UInt64 = 7) -> Network {
        var random = SeededRandom(seed: seed)
        let fates = (0..<8_000).map { _ in
            (Double.random(in: 0..<1, using: &random), Double.random(in: 0...max(0.001, most), using: &random))
        }
        return { fates[$0].0 < loss ? nil : 30 + fates[$0].1 }
    }

    /// Loss in bursts (Gilbert and Elliott): `share` lost over all, `mean` in a row.
    private func bursts(share: Double, mean: Double, seed: UInt64 = 5) -> Network {
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

    @Test func aGoodNetworkIsPlayedThroughUnchanged() {
        let run = PlayoutRun(of: voice) { _ in 30 }
        #expect(run.counters.lost == 0)
        #expect(run.counters.late == 0)
        // The one at the end, when nothing comes any more.
        #expect(run.counters.underruns == 1)
        #expect(run.meanDelay < 20)
        #expect(run.segmentalRatio > 34)
    }

    @Test(arguments: [(10, 20), (20, 10), (30, 20), (40, 10), (60, 20), (60, 10)])
    func anyPacketLengthGoesWithAnyTick(packet: Int, tick: Int) {
        let run = PlayoutRun(of: voice, packetMilliseconds: packet, tickMilliseconds: tick, network: uniform(5))
        #expect(run.counters.lost == 0)
        #expect(run.counters.late == 0)
        #expect(run.concealedShare < 0.004)
        #expect(run.meanDelay < 30)
        #expect(run.segmentalRatio > 33)
    }

    @Test func jitterIsWaitedForAndNoLonger() {
        let run = PlayoutRun(of: voice, network: uniform(60))
        #expect((54...68).contains(run.targetMilliseconds))
        #expect((60...80).contains(run.meanDelay))
        #expect(run.lateShare < 0.005)
        #expect(run.concealedShare < 0.01)
        #expect(run.segmentalRatio > 33)
    }

    /// 40 ms and 60 ms of jitter in turns: packets overtake one another.
    @Test func reorderingIsNoLoss() {
        let run = PlayoutRun(of: voice) { 30 + Double($0 % 3) * 25 }
        #expect(run.lateShare < 0.003)
        #expect(run.counters.lost <= 3)
        #expect(run.segmentalRatio > 33)
    }

    /// Every five seconds the network stands still for 200 ms, then all comes at once.
    @Test func spikesOfDelayAreSurvivedAndForgotten() {
        let run = PlayoutRun(of: voice) { packet in
            let phase = packet % 250
            return 30 + (phase >= 100 && phase < 110 ? Double(110 - phase) * 20 : Double(packet % 2))
        }
        #expect(run.lateShare < 0.01)
        #expect(run.concealedShare < 0.02)
        #expect(run.meanDelay < 185)
        #expect(run.segmentalRatio > 28)
    }

    /// The delay rises for good by 100 ms, and falls again: neither stays in the buffer.
    @Test func aChangeOfRouteIsFollowed() {
        let run = PlayoutRun(of: syntheticVoice(seconds: 40)) { packet in
            30 + (packet >= 500 && packet < 1_000 ? 100 : 0)
        }
        #expect(run.lateShare < 0.005)
        #expect(run.steadyDelays.suffix(100).allSatisfy { $0 < 45 })
        #expect(run.concealedShare < 0.02)
    }

    /// 200 ppm is twice what bad quartz does: a minute gains or loses 12 ms.
    @Test(arguments: [-200.0, 200.0]) func driftingClocksKeepTheDelay(drift: Double) {
        let run = PlayoutRun(of: syntheticVoice(seconds: 120), drift: drift, network: uniform(4))
        #expect(run.counters.lost == 0)
        #expect(run.lateShare < 0.002)
        #expect(run.steadyDelays.allSatisfy { $0 < 60 })
        #expect(run.concealedShare < 0.002)
        let corrected = drift > 0 ? run.shortenedSamples : run.lengthenedSamples
        #expect(corrected > 0 || run.counters.underruns > 0)
    }

    @Test(arguments: [(0.01, 34.2), (0.05, 32.0), (0.10, 30.0)])
    func randomLossIsConcealed(loss: Double, ratio: Double) {
        let run = PlayoutRun(of: voice, network: uniform(0, loss: loss))
        #expect(abs(Double(run.counters.lost) - Double(run.packetsLost)) <= 5)
        #expect(run.counters.late == 0)
        #expect(run.meanDelay < 30)
        #expect(run.segmentalRatio > ratio)
    }

    @Test func burstsOfLossAreConcealed() {
        let run = PlayoutRun(of: voice, network: bursts(share: 0.05, mean: 3))
        #expect(abs(Double(run.counters.lost) - Double(run.packetsLost)) <= 12)
        #expect(run.meanDelay < 40)
        #expect(run.segmentalRatio > 32)
    }
}
