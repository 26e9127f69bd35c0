import PBXBase
import RTPGrammar
import Testing

struct ReceptionStatisticsTests {
    /// Feeds packets by sequence number, 20 ms apart; jitter-free unless `delays` (ms per packet) say otherwise.
    private func statistics(
        of sequences: [UInt16], ssrc: [UInt32] = [1], delays: [Int] = [0], clockRate: UInt32 = 8_000
    ) -> ReceptionStatistics {
        var statistics = ReceptionStatistics()
        var now = Instant(nanoseconds: 5_000_000_000)
        for (index, sequence) in sequences.enumerated() {
            let header = RTPHeader(
                payloadType: 0, sequenceNumber: SequenceNumber(sequence),
                timestamp: RTPTimestamp(UInt32(index) * clockRate / 50), ssrc: SSRC(ssrc[index % ssrc.count]))
            let arrival = now + .milliseconds(delays[index % delays.count])
            statistics.packetReceived(header, now: arrival, clockRate: clockRate)
            now = now + .milliseconds(20)
        }
        return statistics
    }

    @Test func nothingIsKnownBeforeTheFirstPacket() {
        let statistics = ReceptionStatistics()
        #expect(statistics.packetsLost == 0)
        #expect(statistics.jitter == nil)
        #expect(statistics.lastArrival == nil)
        #expect(statistics.highestSequence == nil)
        #expect(self.statistics(of: [7]).jitter == nil)
    }

    @Test(
        arguments: [
            ([10, 11, 12, 13], 0),
            ([10, 11, 14], 2),
            ([10, 12, 11, 13], 0),
            ([10, 11, 11, 12], -1),
            ([65_534, 65_535, 1], 1),
            // A stray packet far off is no restart …
            ([10, 11, 40_000, 12], 0),
            // … two in a row are: the outlier counts with the new stream.
            ([10, 11, 13, 40_000, 40_001, 40_003], 2),
            ([200, 65_535, 0, 1], 0),
        ] as [([UInt16], Int64)])
    func countsLossBySequence(sequences: [UInt16], lost: Int64) {
        #expect(statistics(of: sequences).packetsLost == lost)
    }

    @Test func rollsOver() {
        let statistics = statistics(of: (0..<70_000).map { UInt16(truncatingIfNeeded: $0) })
        #expect(statistics.packetsLost == 0)
        #expect(statistics.packetsReceived == 70_000)
        #expect(statistics.highestSequence == 69_999)
    }

    @Test func aNewSourceKeepsTheSum() {
        let statistics = statistics(of: [10, 12, 500, 501, 503], ssrc: [1, 1, 2, 2, 2])
        #expect(statistics.packetsLost == 2)
        #expect(statistics.highestSequence == 503)
    }

    @Test func startingOverForgetsTheGapInBetween() {
        var statistics = statistics(of: [10, 12])
        statistics.startOver()
        let header = RTPHeader(
            payloadType: 0, sequenceNumber: SequenceNumber(900), timestamp: RTPTimestamp(0), ssrc: SSRC(1))
        statistics.packetReceived(header, now: Instant(nanoseconds: 60_000_000_000), clockRate: 8_000)
        #expect(statistics.packetsLost == 1)
        #expect(statistics.longestGap == .milliseconds(20))
    }

    @Test func steadyPacketsHaveNoJitter() {
        let statistics = statistics(of: Array(0..<100))
        #expect(statistics.jitter == 0)
        #expect(statistics.longestGap == .milliseconds(20))
    }

    /// Every second packet 5 ms late: |D| is always 40 ticks, to which A.8 converges.
    @Test func alternatingDelayConvergesToItsDifference() throws {
        let statistics = statistics(of: Array(0..<200), delays: [0, 5])
        let jitter = try #require(statistics.jitter)
        #expect((39...40).contains(jitter))
        let microseconds = try #require(statistics.jitterMicroseconds(clockRate: 8_000))
        #expect((4_850...5_050).contains(microseconds))
        #expect(statistics.longestGap == .milliseconds(25))
    }

    @Test func packetsOfOneKeyPressAreNotJitter() {
        var statistics = ReceptionStatistics()
        for index in 0..<10 {
            let header = RTPHeader(
                payloadType: 101, sequenceNumber: SequenceNumber(UInt16(index)), timestamp: RTPTimestamp(1_000),
                ssrc: SSRC(1))
            statistics.packetReceived(
                header, now: Instant(nanoseconds: Int64(index) * 20_000_000), clockRate: 8_000)
        }
        #expect(statistics.jitter == nil)
    }

    @Test func fractionLostIsSinceTheLastReport() {
        var statistics = statistics(of: [0, 1, 2, 4])
        #expect(statistics.takeFractionLost() == 51)  // one of five
        #expect(statistics.takeFractionLost() == 0)
    }

    @Test func tellsDuplicatesFromReorderingAndLoss() throws {
        let statistics = statistics(of: [10, 12, 11, 11, 13, 13, 15])
        #expect(statistics.duplicates == 2)
        #expect(statistics.reordered == 1)
        let pattern = try #require(statistics.lossPattern)
        #expect(pattern.packetsExpected == 6)
        #expect(pattern.packetsLost == 1)
        #expect(pattern.longestLossRun == 1)
    }

    /// Losses fewer than 16 packets apart are one burst, a single one belongs to the gap (RFC 3611 §4.7.2).
    @Test func findsBurstsAndGaps() throws {
        let lost: Set<UInt16> = [50, 100, 101, 105, 106, 107, 200, 215]
        let pattern = try #require(statistics(of: (0..<400).filter { !lost.contains($0) }).lossPattern)
        #expect(pattern.packetsExpected == 400)
        #expect(pattern.packetsLost == 8)
        #expect(pattern.bursts == 2)
        #expect(pattern.burstPackets == 8 + 16)
        #expect(pattern.burstPacketsLost == 7)
        #expect(pattern.longestBurstPackets == 16)
        #expect(pattern.longestLossRun == 3)
        #expect(pattern.lossRuns == 5)
        #expect(pattern.meanGapPackets == Double(400 - 24) / 3)
        #expect(pattern.burstRatio > 1.5)
    }

    @Test func longLossIsCountedWhole() throws {
        let pattern = try #require(statistics(of: Array(0..<100) + Array(400..<500)).lossPattern)
        #expect(pattern.packetsLost == 300)
        #expect(pattern.packetsExpected == 500)
        #expect(pattern.longestLossRun == 300)
    }

    @Test func aRestartIsNoBurst() throws {
        let pattern = try #require(statistics(of: [1, 2, 3, 40_000, 40_001, 40_002], ssrc: [1]).lossPattern)
        #expect(pattern.packetsLost == 0)
        #expect(pattern.packetsExpected == 6)
    }

    /// Random loss has runs as chance makes them, Gilbert's channel longer ones.
    @Test func burstRatioTellsChanceFromBursts() throws {
        var random = SeededRandom(seed: 9)
        let atRandom = (0..<60_000).filter { _ in Double.random(in: 0..<1, using: &random) > 0.05 }
        let even = try #require(statistics(of: atRandom.map { UInt16(truncatingIfNeeded: $0) }).lossPattern)
        #expect((0.95...1.1).contains(even.burstRatio))
        var isBad = false
        let inBursts = (0..<60_000).filter { _ in
            isBad = Double.random(in: 0..<1, using: &random) < (isBad ? 0.7 : 0.015)
            return !isBad
        }
        let uneven = try #require(statistics(of: inBursts.map { UInt16(truncatingIfNeeded: $0) }).lossPattern)
        #expect((2.8...3.6).contains(uneven.burstRatio))
        #expect(abs(Double(uneven.packetsLost) - Double(60_000 - inBursts.count)) < 10)
    }
}
