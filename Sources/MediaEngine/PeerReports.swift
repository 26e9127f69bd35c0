import PBXBase
import RTPGrammar

/// What the RTCP that passes a forwarding port tells of the path to its peer: read on the way, as somebody else's
/// reports are passed on.
struct PeerReports {
    /// What the peer last said about what we send it.
    private(set) var block: RTCPReportBlock?
    private(set) var roundTrip: Interval?
    /// The last sender report that went to the peer, and when: the peer's answer to it measures the way to it and back.
    private var sent: (middle: UInt32, at: Instant)?

    /// A sender report goes to the peer.
    mutating func reportSent(_ report: RTCPSenderReport, now: Instant) { sent = (report.ntp.middle, now) }

    /// The peer reports on what we send it.
    mutating func received(_ block: RTCPReportBlock, now: Instant) {
        self.block = block
        guard let sent, block.lastSenderReport == sent.middle, sent.middle != 0 else { return }
        let delay = Int64(block.delaySinceLastSenderReport) * 1_000_000_000 / 65_536
        let elapsed = (now - sent.at).nanoseconds - delay
        if elapsed >= 0 { roundTrip = Interval(nanoseconds: elapsed) }
    }
}
