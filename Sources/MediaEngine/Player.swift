import MediaControl
import PBXBase

/// A playback under way, at a port or in a room, or the music of a class.
struct Player {
    let id: PlaybackID
    let target: PlaybackTarget
    let feed: AudioFeed
    let endsOnDigit: Bool
    let gain: Gain
    /// Hz of what the feed gives.
    let sampleRate: Int
    private(set) var isPaused = false
    /// Steps for which the files were late.
    private(set) var underruns: UInt64 = 0
    /// Something has come; from now on, missing sound is an underrun.
    private var hasBegun = false

    init(_ playback: Playback, target: PlaybackTarget, feed: AudioFeed, sampleRate: Int) {
        id = playback.id
        self.target = target
        self.feed = feed
        endsOnDigit = playback.endsOnDigit
        gain = Gain(tenthsOfDecibel: playback.gain)
        self.sampleRate = sampleRate
    }

    /// Fills `frame` with the next sound, or silence while it is paused or late. False when all has been played.
    mutating func read(into frame: UnsafeMutableBufferPointer<Int16>) -> Bool {
        guard !isPaused else {
            frame.update(repeating: 0)
            return true
        }
        let count = feed.read(into: frame)
        if count < frame.count {
            if count == 0, feed.isDone { return false }
            frame[count...].update(repeating: 0)
            if hasBegun, !feed.isDone, !feed.isJumping { underruns &+= 1 }
        }
        if count > 0 { hasBegun = true }
        gain.apply(to: UnsafeMutableBufferPointer(rebasing: frame[..<count]))
        return true
    }

    mutating func change(_ change: PlaybackChange) {
        switch change {
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .skip(let milliseconds): feed.jump(milliseconds: milliseconds)
        case .stop: feed.stop()
        }
    }
}
