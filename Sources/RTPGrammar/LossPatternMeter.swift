/// How loss is spread (RFC 3611 §4.7.2): bursts, in which a listener hears it, and the gaps between them with single
/// losses at most. Fed with the fate of every packet in order.
struct LossPatternMeter: Sendable {
    /// So many packets received in a row end a burst (RFC 3611 §4.7.2, Gmin).
    static let gapThreshold: UInt8 = 16

    private var total: UInt64 = 0
    private var lost: UInt64 = 0
    private var bursts: UInt64 = 0
    private var burstPackets: UInt64 = 0
    private var burstLost: UInt64 = 0
    private var longestBurst: UInt64 = 0
    private var runs: UInt64 = 0
    private var longestRun: UInt64 = 0

    private var run: UInt64 = 0
    private var receivedInRow: UInt64 = 0
    /// What may become a burst: losses less than the threshold apart, from the first to the last.
    private var candidatePackets: UInt64 = 0
    private var candidateLost: UInt64 = 0

    @inline(__always)
    mutating func packetReceived() {
        total &+= 1
        receivedInRow &+= 1
    }

    mutating func packetsLost(_ count: UInt64) {
        guard count > 0 else { return }
        let isRunContinued = receivedInRow == 0 && candidateLost > 0
        if !isRunContinued { runs &+= 1 }
        if candidateLost == 0 || receivedInRow >= UInt64(Self.gapThreshold) {
            closeCandidate()
            candidatePackets = count
            candidateLost = count
        } else {
            candidatePackets &+= receivedInRow &+ count
            candidateLost &+= count
        }
        run = isRunContinued ? run &+ count : count
        longestRun = max(longestRun, run)
        receivedInRow = 0
        total &+= count
        lost &+= count
    }

    /// What comes next has nothing to do with what was before.
    mutating func startOver() {
        closeCandidate()
        receivedInRow = 0
    }

    private mutating func closeCandidate() {
        if candidateLost > 1 {
            bursts &+= 1
            burstPackets &+= candidatePackets
            burstLost &+= candidateLost
            longestBurst = max(longestBurst, candidatePackets)
        }
        candidatePackets = 0
        candidateLost = 0
        run = 0
    }

    var pattern: LossPattern? {
        guard total > 0 else { return nil }
        var closed = self
        closed.closeCandidate()
        return LossPattern(
            packetsExpected: total, packetsLost: lost, bursts: closed.bursts, burstPackets: closed.burstPackets,
            burstPacketsLost: closed.burstLost, longestBurstPackets: closed.longestBurst, lossRuns: runs,
            longestLossRun: longestRun)
    }
}

/// How the packets that a stream lost are spread over it, in packets; multiply by the packet interval for time.
package struct LossPattern: Hashable, Sendable {
    package var packetsExpected: UInt64
    package var packetsLost: UInt64
    /// Two or more losses with fewer than 16 packets received in between (RFC 3611 §4.7.2).
    package var bursts: UInt64
    /// From the first to the last loss of every burst.
    package var burstPackets: UInt64
    package var burstPacketsLost: UInt64
    package var longestBurstPackets: UInt64
    /// Losses in a row counted once.
    package var lossRuns: UInt64
    /// The most packets lost in a row.
    package var longestLossRun: UInt64

    /// Share lost inside bursts, 0…1; 0 without bursts.
    package var burstDensity: Double { burstPackets == 0 ? 0 : Double(burstPacketsLost) / Double(burstPackets) }

    /// Share lost outside bursts, 0…1.
    package var gapDensity: Double {
        let packets = packetsExpected - burstPackets
        return packets == 0 ? 0 : Double(packetsLost - burstPacketsLost) / Double(packets)
    }

    /// Mean length of a burst; 0 without bursts.
    package var meanBurstPackets: Double { bursts == 0 ? 0 : Double(burstPackets) / Double(bursts) }

    /// Mean length of a gap: a stream begins and ends with one (RFC 3611 §4.7.2).
    package var meanGapPackets: Double { Double(packetsExpected - burstPackets) / Double(bursts + 1) }

    /// Share of all packets lost, 0…1.
    package var lossShare: Double { packetsExpected == 0 ? 0 : Double(packetsLost) / Double(packetsExpected) }

    /// How much longer losses in a row are than random loss makes them: 1 for random loss, above for bursts (ITU-T
    /// G.107 §7.4, BurstR).
    package var burstRatio: Double {
        guard lossRuns > 0, lossShare < 1 else { return 1 }
        return max(1, Double(packetsLost) / Double(lossRuns) * (1 - lossShare))
    }
}
