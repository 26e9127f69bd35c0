import AudioDSP
import PBXBase
import RTPGrammar

/// What the sound that is decoded at a port was like, over everything that has decoded it since the port was leased: a
/// room is left, a codec changes, a call goes back to being passed on, and the figures stay.
struct HeardSound {
    var playout = PlayoutTotals()
    /// What our own reports brought to light; nil as long as there were none.
    var roundTrip: Interval?
    var peerBlock: RTCPReportBlock?
    var peerMetrics: VoIPMetrics?

    /// Keeps what a port that ceases to report had learned.
    mutating func absorb(_ reports: RTCPSession) {
        roundTrip = reports.roundTrip ?? roundTrip
        peerBlock = reports.peerBlock ?? peerBlock
        peerMetrics = reports.peerMetrics ?? peerMetrics
    }
}

/// How a playout fared, as sums that can be added.
struct PlayoutTotals {
    /// Any sound was ever due.
    var isKnown = false
    var packetsLate: UInt64 = 0
    var packetsDiscarded: UInt64 = 0
    var concealedMilliseconds: UInt64 = 0
    var signal = SignalStatistics()
    /// Of the playout in use; nil in a pause and where nothing is decoded at present.
    var delay: Interval?
    var targetDelay = Interval.zero
    /// How long the peer's packets are.
    var packetMilliseconds = 20

    init() {}

    init(_ playout: borrowing AudioPlayout, now: Instant) {
        isKnown = true
        packetsLate = playout.buffer.counters.late
        packetsDiscarded = playout.buffer.counters.discarded
        concealedMilliseconds = playout.concealedSamples * 1_000 / UInt64(playout.sampleRate)
        signal = playout.signal
        delay = playout.presentDelay(now: now)
        targetDelay = playout.buffer.targetDelay
        packetMilliseconds = playout.buffer.packetMilliseconds
    }

    /// Adds what came later.
    mutating func add(_ later: PlayoutTotals) {
        guard later.isKnown else { return }
        isKnown = true
        packetsLate &+= later.packetsLate
        packetsDiscarded &+= later.packetsDiscarded
        concealedMilliseconds &+= later.concealedMilliseconds
        signal.add(later.signal)
        delay = later.delay
        targetDelay = later.targetDelay
        packetMilliseconds = later.packetMilliseconds
    }
}
