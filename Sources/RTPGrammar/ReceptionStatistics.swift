package import PBXBase

/// How well one RTP stream arrives: loss and its pattern, duplicates, reordering, jitter and gaps (RFC 3550 A.1, A.3,
/// A.8; RFC 3611 §4.7). Fixed size, no allocation; fed with every packet by whoever receives it.
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
    /// Packets that came again.
    package private(set) var duplicates: UInt64 = 0
    /// Packets that came after one with a higher sequence number.
    package private(set) var reordered: UInt64 = 0

    private var ssrc: UInt32 = 0
    private var hasSegment = false
    private var baseSequence: UInt16 = 0
    private var maxSequence: UInt16 = 0
    private var cycles: UInt32 = 0
    /// Where the stream goes on if the last outlier was a restart; above 16 bits: none awaited.
    private var awaitedSequence: UInt32 = .max
    private var segmentReceived: Int64 = 0
    private var lostEarlier: Int64 = 0
    /// Which of the newest 64 sequence numbers came; the lowest bit is the highest number. Only what leaves it at the
    /// top is lost for good, so that reordering is not taken for loss.
    private var window: UInt64 = 0
    private var windowCount = 0
    private var meter = LossPatternMeter()

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
        meter = meterWithWindow
        meter.startOver()
        windowCount = 0
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

    /// The source that is counted now; nil before the first packet.
    package var source: SSRC? { hasSegment ? SSRC(ssrc) : nil }

    /// How loss is spread; nil before the first packet. Unlike `packetsLost` it never takes duplicates for packets.
    package var lossPattern: LossPattern? { meterWithWindow.pattern }

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

    /// What a report says about this stream (RFC 3550 §6.4.1); nil before the first packet. The loss since the last
    /// report is taken, as by `takeFractionLost`.
    /// - Parameter lastSenderReport: who sent it, its middle 32 bits, and how long ago.
    package mutating func takeReportBlock(
        lastSenderReport report: (ssrc: SSRC, middle: UInt32, age: Interval)?
    ) -> RTCPReportBlock? {
        guard let highestSequence else { return nil }
        // A report of another source says nothing about this one's clock.
        let isKnown = report?.ssrc.value == ssrc
        return RTCPReportBlock(
            ssrc: SSRC(ssrc), fractionLost: takeFractionLost(),
            packetsLost: Int32(clamping: expected - segmentReceived), highestSequence: highestSequence,
            jitter: jitter ?? 0, lastSenderReport: isKnown ? report?.middle ?? 0 : 0,
            delaySinceLastSenderReport: isKnown ? report.map { NTPTimestamp.units(of: $0.age) } ?? 0 : 0)
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
            slideWindow(by: Int(ahead))
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
            slideWindow(by: 1)
            return true
        } else {
            noteLate(by: Int(0 &- ahead))
        }
        segmentReceived += 1
        return true
    }

    /// A packet `step` numbers above the highest so far.
    @inline(__always)
    private mutating func slideWindow(by step: Int) {
        if step == 1, windowCount == 64, window >> 63 == 1 {
            window = window << 1 | 1
            meter.packetReceived()
        } else {
            slideWindowOverGap(by: step)
        }
    }

    private mutating func slideWindowOverGap(by step: Int) {
        guard step > 0 else {
            duplicates &+= 1
            return
        }
        for _ in 0..<min(step, 64) {
            if windowCount == 64 {
                if window >> 63 == 1 { meter.packetReceived() } else { meter.packetsLost(1) }
            } else {
                windowCount += 1
            }
            window <<= 1
        }
        // Numbers that entered and left again at once.
        if step > 64 { meter.packetsLost(UInt64(step - 64)) }
        window |= 1
    }

    /// A packet `distance` numbers below the highest.
    private mutating func noteLate(by distance: Int) {
        guard distance < windowCount else {
            reordered &+= 1
            return
        }
        let bit: UInt64 = 1 << UInt64(distance)
        if window & bit != 0 { duplicates &+= 1 } else { reordered &+= 1 }
        window |= bit
    }

    /// The meter as if the stream ended here.
    private var meterWithWindow: LossPatternMeter {
        var result = meter
        for place in (0..<windowCount).reversed() {
            if window >> UInt64(place) & 1 == 1 { result.packetReceived() } else { result.packetsLost(1) }
        }
        return result
    }

    private mutating func startSegment(at sequence: UInt16, ssrc newSSRC: UInt32) {
        if hasSegment {
            lostEarlier = packetsLost
            meter = meterWithWindow
            meter.startOver()
        }
        window = 1
        windowCount = 1
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
