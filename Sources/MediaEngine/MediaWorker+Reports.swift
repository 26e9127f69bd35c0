import MediaControl
import PBXBase
import RTPGrammar

/// RTCP: reports of our own where a stream ends here; elsewhere what the two peers say of each other is passed on, and
/// read on the way.
extension MediaWorker where IO: ~Copyable {
    /// Takes the RTCP datagram of `count` bytes in `packet`, which came from the peer of `session`.
    mutating func rtcpTaken(_ count: Int, _ session: UnsafeMutablePointer<Session>) {
        session.pointee.rtcpPacketsReceived &+= 1
        if let audio = session.pointee.audio, audio.pointee.isOccupied {
            let wall = io.wallTime
            audio.pointee.rtcp?.received(received(count).span, now: Now(instant: now, wall: wall))
            return
        }
        // Hold does not stop RTCP (RFC 3264 §5.1).
        guard let sink = sink(of: session) else {
            session.pointee.packetsDropped &+= 1
            return
        }
        read(count, from: session, to: sink)
        rename(count, from: session, to: sink)
        if !sendRTCP(count, to: sink) { session.pointee.packetsDropped &+= 1 }
    }

    /// Sends the reports that are due of a port whose streams end here.
    mutating func sendReports(of session: UnsafeMutablePointer<Session>) {
        guard let audio = session.pointee.audio, audio.pointee.isOccupied, let stream = session.pointee.stream else {
            return
        }
        if audio.pointee.rtcp == nil {
            audio.pointee.rtcp = RTCPSession(
                ssrc: stream.ssrc, canonicalName: canonicalName, now: now, random: &random)
        }
        guard let deadline = audio.pointee.rtcp?.deadline, deadline <= now else { return }
        reportBytes.removeAll(keepingCapacity: true)
        let isDue = audio.pointee.rtcp?.timeoutReached(
            now: Now(instant: now, wall: io.wallTime), stream: stream, reception: &session.pointee.reception,
            metrics: metrics(of: session), random: &random, into: &reportBytes)
        guard isDue == true, reportBytes.count <= packet.count else { return }
        packet.copyBytes(from: reportBytes)
        _ = sendRTCP(reportBytes.count, to: session)
    }

    private func read(
        _ count: Int, from session: UnsafeMutablePointer<Session>, to sink: UnsafeMutablePointer<Session>
    ) {
        let ssrc = session.pointee.stream?.ssrc ?? SSRC(0)
        guard let summary = try? RTCPSummary(received(count).span, about: ssrc) else { return }
        if let report = summary.senderReport { sink.pointee.reports.reportSent(report, now: now) }
        if let block = summary.block { session.pointee.reports.received(block, now: now) }
    }

    /// Calls the streams in a datagram by the names that they have on the other side: a peer's own stream as we send it
    /// on, and the one it reports on as we receive it.
    private func rename(
        _ count: Int, from session: UnsafeMutablePointer<Session>, to sink: UnsafeMutablePointer<Session>
    ) {
        guard let own = session.pointee.reception.source, let sent = sink.pointee.stream?.ssrc else { return }
        let heard = session.pointee.stream?.ssrc
        let source = sink.pointee.reception.source
        guard own != sent || heard != source else { return }
        var bytes = UnsafeMutableBufferPointer(
            start: packet.baseAddress?.assumingMemoryBound(to: UInt8.self), count: count
        ).mutableSpan
        RTCPRenaming.apply(&bytes) { ssrc in
            if ssrc == own { return sent }
            if let source, ssrc == heard { return source }
            return ssrc
        }
    }
}
