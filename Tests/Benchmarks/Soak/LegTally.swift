import PBXBase
import RTPGrammar

/// What was done to the packets of one phone, and what it heard.
struct LegTally {
    private(set) var sent = 0
    private(set) var lost = 0
    private(set) var received = 0
    /// Interarrival jitter of what left the link, as the server should find it (RFC 3550 A.8), in seconds.
    private(set) var jitterSeconds = 0.0
    private var lastTransit: Double?
    /// Sequence numbers at both ends of what left the link: a loss outside them is nobody's.
    private(set) var lostAtEnd = 0

    mutating func packetLost() {
        lost += 1
        if sent > 0 { lostAtEnd += 1 }
    }

    /// Before anything was sent a loss cannot be seen.
    mutating func forgetEarlyLosses() { if sent == 0 { lost = 0 } }

    /// - Parameter mediaSeconds: the packet's RTP timestamp.
    mutating func packetSent(at now: Instant, mediaSeconds: Double) {
        if sent == 0 { lost = 0 }
        sent += 1
        lostAtEnd = 0
        let transit = Double(now.nanoseconds) / 1e9 - mediaSeconds
        if let lastTransit { jitterSeconds += (abs(transit - lastTransit) - jitterSeconds) / 16 }
        lastTransit = transit
    }

    mutating func packetReceived() { received += 1 }

    /// Losses that the receiver can know of.
    var visibleLoss: Int { lost - lostAtEnd }
}

/// Delays in the server, sorted into steps of 50 µs.
struct DelayHistogram {
    private static let stepNanoseconds = 50_000
    private var counts = [Int](repeating: 0, count: 2_001)
    private(set) var total = 0

    mutating func add(_ delay: Interval) {
        let step = Int(max(0, delay.nanoseconds)) / Self.stepNanoseconds
        counts[min(step, counts.count - 1)] += 1
        total += 1
    }

    /// In milliseconds; nil without any.
    func quantile(_ share: Double) -> Double? {
        guard total > 0 else { return nil }
        var left = Int(share * Double(total))
        for (step, count) in counts.enumerated() {
            left -= count
            if left < 0 { return Double(step * Self.stepNanoseconds) / 1e6 }
        }
        return Double(counts.count * Self.stepNanoseconds) / 1e6
    }

    mutating func clear() { self = DelayHistogram() }
}
