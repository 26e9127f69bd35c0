import MediaControl
import PBXBase

/// Where a port's packets are recorded, besides going their way; chained, as a port may be recorded twice.
struct Tap {
    let feed: RecordingFeed
    let channel: UInt8
    var next: UnsafeMutablePointer<Tap>?
}

/// Where the mix of a room is recorded.
struct RoomTap {
    let feed: RecordingFeed
    /// The party on the left channel of a stereo file; nil: the mix of all on both.
    let party: UnsafeMutablePointer<PortAudio>?
    /// Samples so far.
    var timestamp: UInt32 = 0
}

/// A recording of this worker and what is left of it to record.
struct ActiveRecording {
    let feed: RecordingFeed
    var ports: [UnsafeMutablePointer<PortAudio>]
    var room: UnsafeMutablePointer<Room>?
}
