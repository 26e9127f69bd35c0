package import PBXBase

/// How well one RTP stream arrives: loss, jitter and gaps (RFC 3550 A.1, A.3, A.8). Fixed size, no allocation; fed with
/// every packet by whoever receives it.
///
/// A new SSRC, or a sequence number far off that is followed by its successor, starts a new count; what was lost before
/// stays in the sum.
package struct ReceptionStatistics: Sendable {
    /// Further ahead than this a packet is a restart, not a loss (RFC 3550 A.1).
    static let dropoutMax: UInt16 = 3_000
    /// Further behind than this it is a restart, not reordering (RFC 3550 A.1).
    static let misorderMax: UInt16 = 100

    /// All packets fed in.
    package private(set) var packetsReceived: UInt64 = 0
    /// When the last one came; nil before the first.
    package private(set) var lastArrival: Instant?
    /// The longest time between two packets.
    package private(set) var longestGap = Interval.zero

    private var ssrc: UInt32 = 0
    private var hasSegment = false
    private var baseSequence: UInt16 = 0
    private var maxSequence: UInt16 = 0
    private var cycles: UInt32 = 0
    /// Where the stream goes on if the last outlier was a restart; above 16 bits: none awaited.
    private var awaitedSequence: UInt32 = .max
    private var segmentReceived: Int64 = 0
    private var lostEarlier: Int64 = 0

    private var lastTimestamp: UInt32 = 0
    private var lastTransit: UInt32 = 0
    private var hasTransit = false
    private var hasJitter = false
    /// Jitter in clock ticks times 16, as in RFC 3550 A.8.
    private var scaledJitter: UInt32 = 0

    private var expectedAtReport: Int64 = 0
    private var receivedAtReport: Int64 = 0

    package init() {}

    /// Counts one packet that arrived at `now`; `clockRate` in Hz is that of its payload.
    package mutating func packetReceived(_ header: RTPHeader, now: Instant, clockRate: UInt32) {
        packetsReceived &+= 1
        if let last = lastArrival {
            let gap = now - last
            if gap > longestGap { longestGap = gap }
        }
        lastArrival = now
        guard updateSequence(header.sequenceNumber.value, ssrc: header.ssrc.value) else { return }
        updateJitter(header.timestamp.value, now: now, clockRate: clockRate)
    }

    /// Ends the current count: what comes next (after a hold, from another source) is not compared with what came
    /// before.
    package mutating func startOver() {
        lostEarlier = packetsLost
        hasSegment = false
        hasTransit = false
        lastArrival = nil
        expectedAtReport = 0
        receivedAtReport = 0
    }

    /// Expected minus received (RFC 3550 A.3); duplicates may make it negative.
    package var packetsLost: Int64 { lostEarlier + (hasSegment ? expected - segmentReceived : 0) }

    /// The highest sequence number with its roll-overs, as report blocks carry it; nil before the first packet.
    package var highestSequence: UInt32? { hasSegment ? cycles | UInt32(maxSequence) : nil }

    /// Interarrival jitter in clock ticks (RFC 3550 A.8); nil before two packets could be compared.
    package var jitter: UInt32? { hasJitter ? scaledJitter >> 4 : nil }

    /// The same in microseconds.
    package func jitterMicroseconds(clockRate: UInt32) -> Int? {
        hasJitter ? Int(UInt64(scaledJitter) * 1_000_000 / 16 / UInt64(max(1, clockRate))) : nil
    }

    /// Loss since the last call in 256ths (RFC 3550 A.3).
    package mutating func takeFractionLost() -> UInt8 {
        guard hasSegment else { return 0 }
        let expectedInterval = expected - expectedAtReport
        let lostInterval = expectedInterval - (segmentReceived - receivedAtReport)
        expectedAtReport = expected
        receivedAtReport = segmentReceived
        guard expectedInterval > 0, lostInterval > 0 else { return 0 }
        return UInt8(min(255, lostInterval * 256 / expectedInterval))
    }

    private var expected: Int64 { Int64(cycles) + Int64(maxSequence) - Int64(baseSequence) + 1 }

    /// False when the packet is an outlier that is not believed yet.
    private mutating func updateSequence(_ sequence: UInt16, ssrc newSSRC: UInt32) -> Bool {
        guard hasSegment, ssrc == newSSRC else {
            startSegment(at: sequence, ssrc: newSSRC)
            return true
        }
        let ahead = sequence &- maxSequence
        if ahead < Self.dropoutMax {
            if sequence < maxSequence { cycles &+= 0x1_0000 }
            maxSequence = sequence
        } else if ahead <= 0xFFFF - Self.misorderMax {
            guard UInt32(sequence) == awaitedSequence else {
                awaitedSequence = UInt32(sequence &+ 1)
                return false
            }
            // Two in a row: the sender started anew. The outlier before this one belongs to the new count.
            startSegment(at: sequence &- 1, ssrc: newSSRC)
            maxSequence = sequence
            if sequence == 0 { cycles = 0x1_0000 }
            segmentReceived = 2
            return true
        }
        segmentReceived += 1
        return true
    }

    private mutating func startSegment(at sequence: UInt16, ssrc newSSRC: UInt32) {
        if hasSegment { lostEarlier = packetsLost }
        hasSegment = true
        ssrc = newSSRC
        baseSequence = sequence
        maxSequence = sequence
        cycles = 0
        awaitedSequence = .max
        segmentReceived = 1
        hasTransit = false
        expectedAtReport = 0
        receivedAtReport = 0
    }

    private mutating func updateJitter(_ timestamp: UInt32, now: Instant, clockRate: UInt32) {
        let ticks = now.nanoseconds / 1_000 &* Int64(clockRate) / 1_000_000
        let transit = UInt32(truncatingIfNeeded: ticks) &- timestamp
        defer {
            lastTransit = transit
            lastTimestamp = timestamp
            hasTransit = true
        }
        // All packets of one key press carry the same timestamp (RFC 4733 §2.2): their spacing is not jitter.
        guard hasTransit, timestamp != lastTimestamp else { return }
        let difference = Int32(bitPattern: transit &- lastTransit).magnitude
        hasJitter = true
        scaledJitter = scaledJitter &+ min(difference, 0x00FF_FFFF) &- (scaledJitter &+ 8) >> 4
    }
}
