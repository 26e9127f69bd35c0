import MediaControl

/// What travels in a worker's command ring: a command as signalling gave it, with the feeds that the engine made for it
/// where files are concerned, since a worker never touches one.
enum WorkerOrder: Sendable {
    case command(MediaCommand)
    case play(Playback, PlaybackTarget, AudioFeed)
    case define(MusicID, AudioFeed?)
    case record(Recording, RecordingFeed)
    case fax(FaxFeed)

    /// A worker never runs out of room for it, as there cannot be more of them than ports.
    var isRelease: Bool {
        if case .command(.release) = self { true } else { false }
    }
}
