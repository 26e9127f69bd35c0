package import PBXBase

/// The RTCP of one leg whose RTP ends here: reports what we send and hear, reads what the peer reports, and knows the
/// round trip from either (RFC 3550 §6.4, RFC 3611 §4.4–4.7).
///
///     started ──deadline──▶ timeoutReached: a compound to send, or none yet ──▶ …
///       ├──received: the peer's reports          └──ended: goodbye, no deadline any more
package struct RTCPSession: Sendable {
    /// What the peer last said about the stream that we send it.
    package private(set) var peerBlock: RTCPReportBlock?
    /// The peer's own judgement of our stream.
    package private(set) var peerMetrics: VoIPMetrics?
    /// To the peer and back, as last measured; nil while unknown.
    package private(set) var roundTrip: Interval?
    /// The peer said goodbye (RFC 3550 §6.6).
    package private(set) var isPeerGone = false
    package private(set) var packetsReceived: UInt64 = 0
    package private(set) var packetsRefused: UInt64 = 0

    private var schedule: RTCPSchedule
    private var writer: RTCPCompoundWriter
    private var isEnded = false
    private var hasPeer = false
    /// The last sender report heard: whose, its middle 32 bits, and when.
    private var heardReport: (ssrc: SSRC, middle: UInt32, at: Instant)?
    /// The last receiver reference time heard.
    private var heardReference: (ssrc: SSRC, middle: UInt32, at: Instant)?

    package init(ssrc: SSRC, canonicalName: String, now: Instant, random: inout some RandomSource) {
        writer = RTCPCompoundWriter(ssrc: ssrc, canonicalName: canonicalName)
        schedule = RTCPSchedule(now: now, random: &random)
    }

    /// When `timeoutReached` is due; nil after the end.
    package var deadline: Instant? { isEnded ? nil : schedule.deadline }

    /// Takes a datagram of the peer.
    package mutating func received(_ datagram: Span<UInt8>, now: Now) {
        guard let summary = try? RTCPSummary(datagram, about: writer.ssrc) else {
            packetsRefused += 1
            return
        }
        packetsReceived += 1
        schedule.reportReceived(bytes: datagram.count)
        let arrival = NTPTimestamp(now.wall)
        if let report = summary.senderReport {
            heardReport = (report.ssrc, report.ntp.middle, now.instant)
            hasPeer = true
        }
        if let block = summary.block {
            peerBlock = block
            roundTrip = NTPTimestamp.roundTrip(of: block, arrival: arrival) ?? roundTrip
        }
        if let extended = summary.extended {
            read(extended, sender: summary.sender, arrival: arrival, now: now.instant)
        }
        if summary.isGoodbye { isPeerGone = true }
    }

    private mutating func read(
        _ extended: RTCPExtendedReport, sender: SSRC?, arrival: NTPTimestamp, now: Instant
    ) {
        peerMetrics = extended.metrics ?? peerMetrics
        if let reference = extended.referenceTime, let sender {
            heardReference = (sender, reference.middle, now)
        }
        if let echo = extended.referenceEcho, echo.lastReferenceTime != 0 {
            roundTrip =
                NTPTimestamp.roundTrip(since: echo.lastReferenceTime, delay: echo.delay, arrival: arrival) ?? roundTrip
        }
    }

    /// The deadline has come: appends the compound to send, if it is time for one, and returns whether it is.
    /// - Parameters:
    ///   - stream: what we send.
    ///   - reception: what we hear; the loss since the last report is taken from it.
    ///   - metrics: our judgement of it, when the sound is decoded here.
    package mutating func timeoutReached(
        now: Now, stream: RTPSendStream, reception: inout ReceptionStatistics, metrics: VoIPMetrics? = nil,
        random: inout some RandomSource, into bytes: inout [UInt8]
    ) -> Bool {
        guard !isEnded else { return false }
        let report = stream.senderReport(now: now)
        let isHeard = hasPeer || reception.source != nil
        schedule.membersChanged(
            to: 2, senders: (report == nil ? 0 : 1) + (isHeard ? 1 : 0), hasSent: report != nil, now: now.instant)
        guard schedule.timeoutReached(now: now.instant, random: &random) else { return false }
        let before = bytes.count
        write(report, now: now, stream: stream, reception: &reception, metrics: metrics, into: &bytes)
        schedule.reportSent(bytes: bytes.count - before, now: now.instant, random: &random)
        return true
    }

    /// Appends the last compound, with our goodbye (RFC 3550 §6.3.7: two members need not wait).
    package mutating func ended(
        now: Now, stream: RTPSendStream, reception: inout ReceptionStatistics, into bytes: inout [UInt8]
    ) {
        guard !isEnded else { return }
        isEnded = true
        write(
            stream.senderReport(now: now), now: now, stream: stream, reception: &reception, metrics: nil,
            isGoodbye: true, into: &bytes)
    }

    private mutating func write(
        _ report: RTCPSenderReport?, now: Now, stream: RTPSendStream, reception: inout ReceptionStatistics,
        metrics: VoIPMetrics?, isGoodbye: Bool = false, into bytes: inout [UInt8]
    ) {
        writer.ssrc = stream.ssrc
        var extended = RTCPExtendedReport(metrics: metrics)
        // Who sends no RTP sends no sender reports either, which are what the round trip is measured by.
        if report == nil { extended.referenceTime = NTPTimestamp(now.wall) }
        if let heardReference {
            extended.referenceEcho = RTCPExtendedReport.ReferenceEcho(
                ssrc: heardReference.ssrc, lastReferenceTime: heardReference.middle,
                delay: NTPTimestamp.units(of: now.instant - heardReference.at))
        }
        let block = reception.takeReportBlock(
            lastSenderReport: heardReport.map { ($0.ssrc, $0.middle, now.instant - $0.at) })
        writer.write(
            sent: report, heard: block, extended: extended, isGoodbye: isGoodbye, into: &bytes)
    }
}
