/// Orders from signalling to the workers. All ports of one command belong to one worker, which carries it out between
/// two packets.
package enum MediaCommand: Hashable, Sendable {
    /// Sets the plans of these ports at once.
    case apply([Assignment])
    /// Stops these ports: no packet leaves any more; each answers with `MediaEvent.released`.
    case release([MediaPortID])
    /// Asks for `count` more leases of the given family; answered by `MediaEvent.leased` (fewer when the range is used
    /// up).
    case prepare(worker: UInt8, count: Int, isIPv6: Bool)
    /// Starts a playback; it ends with `MediaEvent.playbackEnded`. One that plays at the same place is stopped.
    case play(Playback, PlaybackTarget)
    case change(PlaybackID, PlaybackTarget, PlaybackChange)
    /// Defines a class of music, or changes its files; an empty list takes it away. Sent to every worker.
    case define(MusicID, items: [AudioItem], worker: UInt8)
    /// Sends digits to the peer of a port, as its plan's `sending` says, after those still under way.
    case sendDigits(MediaPortID, String)
    /// Starts a recording; it ends with `MediaEvent.recordingEnded`.
    case record(Recording)
    case stopRecording(RecordingID, worker: UInt8)
    /// Puts a fax machine at a port whose plan says `FaxPlan.machine`; it ends with `MediaEvent.faxEnded`.
    case fax(FaxTransmission)
    /// Asks for `MediaEvent.figures` of these ports.
    case report([MediaPortID])

    package struct Assignment: Hashable, Sendable {
        package var port: MediaPortID
        package var plan: MediaPlan

        package init(port: MediaPortID, plan: MediaPlan) {
            self.port = port
            self.plan = plan
        }
    }
}

extension MediaCommand {
    /// The worker that this command is for; nil when it names no port.
    package var worker: UInt8? {
        switch self {
        case .apply(let assignments): assignments.first?.port.worker
        case .release(let ports), .report(let ports): ports.first?.worker
        case .prepare(let worker, _, _), .define(_, _, let worker), .stopRecording(_, let worker): worker
        case .play(_, let target), .change(_, let target, _): target.worker
        case .sendDigits(let port, _): port.worker
        case .record(let recording): recording.ports.first?.worker
        case .fax(let transmission): transmission.port.worker
        }
    }
}
