package import PBXBase

/// When the next RTCP report is due (RFC 3550 §6.3, A.7): every few seconds at random, seldom enough for the share of
/// the bandwidth that RTCP may take, so that reports of many calls do not march in step.
///
///     started ──deadline──▶ timeoutReached ──true: send──▶ reportSent ──▶ next deadline
///                                └──false: members joined meanwhile, a later deadline
package struct RTCPSchedule: Sendable {
    /// RFC 3550 §6.2: what the interval does not fall below.
    package static let intervalMin = Interval.seconds(5)
    /// RFC 3550 §6.3.1: e − 3/2, which undoes the bias of reconsideration.
    private static let compensation = 1.218_28
    /// UDP and IPv4 headers count as bandwidth (RFC 3550 §6.2).
    package static let datagramOverheadBytes = 28

    /// When `timeoutReached` is due.
    package private(set) var deadline: Instant
    /// Known participants, ourselves included.
    package private(set) var members = 2
    /// How many of them sent RTP lately.
    package private(set) var senders = 0
    private var hasSent = false
    private var isInitial = true
    private var lastReport: Instant
    /// Bytes per second that all participants' RTCP may take: 5 % of the session's.
    private let bandwidth: Double
    private var meanBytes: Double

    /// - Parameters:
    ///   - bandwidthBytesPerSecond: what RTCP may take; 500 for a G.711 call.
    ///   - reportBytes: the size our first report is likely to have.
    package init(
        bandwidthBytesPerSecond: Int = 500, reportBytes: Int = 100, now: Instant, random: inout some RandomSource
    ) {
        bandwidth = Double(max(1, bandwidthBytesPerSecond))
        meanBytes = Double(reportBytes + Self.datagramOverheadBytes)
        lastReport = now
        deadline = now
        deadline = now + interval(random: &random)
    }

    /// The deadline has come; true when a report must be sent now, followed by `reportSent`.
    package mutating func timeoutReached(now: Instant, random: inout some RandomSource) -> Bool {
        // RFC 3550 §6.3.6, timer reconsideration: others may have joined since the deadline was set.
        let due = lastReport + interval(random: &random)
        guard due <= now else {
            deadline = due
            return false
        }
        return true
    }

    /// A report of `bytes` went out.
    package mutating func reportSent(bytes: Int, now: Instant, random: inout some RandomSource) {
        count(bytes: bytes)
        lastReport = now
        isInitial = false
        deadline = now + interval(random: &random)
    }

    /// A report of `bytes` came in.
    package mutating func reportReceived(bytes: Int) { count(bytes: bytes) }

    /// Who is there has changed. Fewer members bring the deadline nearer (RFC 3550 §6.3.4).
    package mutating func membersChanged(to count: Int, senders: Int, hasSent: Bool, now: Instant) {
        let count = max(1, count)
        self.senders = min(max(0, senders), count)
        self.hasSent = hasSent
        if count < members {
            deadline = now + Self.scaled(deadline - now, count, members)
            lastReport = now - Self.scaled(now - lastReport, count, members)
        }
        members = count
    }

    private mutating func count(bytes: Int) {
        meanBytes += (Double(max(0, bytes) + Self.datagramOverheadBytes) - meanBytes) / 16
    }

    private static func scaled(_ interval: Interval, _ numerator: Int, _ denominator: Int) -> Interval {
        Interval(nanoseconds: Int64(Double(interval.nanoseconds) * Double(numerator) / Double(denominator)))
    }

    /// RFC 3550 A.7, `rtcp_interval`.
    private func interval(random: inout some RandomSource) -> Interval {
        var share = bandwidth
        var sharing = Double(members)
        if Double(senders) <= Double(members) * 0.25 {
            share *= hasSent ? 0.25 : 0.75
            sharing = Double(hasSent ? senders : members - senders)
        }
        let least = Double(Self.intervalMin.nanoseconds) / (isInitial ? 2 : 1)
        let mean = max(least, meanBytes * sharing / share * 1_000_000_000)
        let factor = Double.random(in: 0.5..<1.5, using: &random) / Self.compensation
        return Interval(nanoseconds: Int64(min(mean * factor, Double(Interval.seconds(3_600).nanoseconds))))
    }
}
