package import PBXBase

/// What workers report to signalling.
package enum MediaEvent: Hashable, Sendable {
    /// New socket pairs, ready for use.
    case leased([PortLease])
    /// The range or the kernel gave fewer sockets than asked: how many are missing.
    case leasesExhausted(worker: UInt8, isIPv6: Bool, missing: Int)
    /// The peer's real RTP source, learned from its packets.
    case latched(MediaPortID, remote: Endpoint)
    /// The DTLS handshake of this port is done: its packets are protected from now on.
    case secured(MediaPortID, SRTPProfile)
    /// There is no DTLS association (any more): nothing can be sent or received. Said once per association.
    case securityFailed(MediaPortID, SecurityFailure)
    /// No RTP from the peer for the plan's `silenceLimit`.
    case silent(MediaPortID, afterSeconds: Int)
    /// The peer's host refuses our packets (ICMP port unreachable), said once per plan.
    case refused(MediaPortID)
    /// A digit from the peer, once per press, with its length.
    case digit(MediaPortID, Character, milliseconds: Int)
    case playbackEnded(PlaybackID, PlaybackTarget, PlaybackEnd)
    case recordingEnded(RecordingID, RecordingEnd)
    case faxProgressed(FaxID, FaxStage)
    case faxEnded(FaxID, FaxEnd)
    /// The party at this port began or stopped to speak (`RoomSeat.reportsSpeech`).
    case speaking(MediaPortID, Bool)
    /// The figures so far, as asked.
    case figures(MediaPortID, MediaStatistics)
    /// The port is stopped and clean; its final figures. It may be leased out again.
    case released(MediaPortID, MediaStatistics)
}
