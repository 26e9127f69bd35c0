package import PBXBase

/// One run of a player; chosen by signalling, named in its events.
package struct PlaybackID: Hashable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }
}

/// A class of music on hold. All listeners of a class hear the same moment of the same music, which is decoded once and
/// encoded once per codec.
package struct MusicID: Hashable, Sendable {
    package var value: UInt32

    package init(_ value: UInt32) { self.value = value }
}

/// A piece of a playlist.
package enum AudioItem: Hashable, Sendable {
    /// A file: WAV (PCM, A-law, µ-law), `.alaw`, `.ulaw`, `.g722`, `.sln`, Ogg Opus.
    case file(path: String)
    /// A call progress tone as a country's network gives it (`de`, `us`, …); unknown countries get ITU-T E.180's.
    case tone(CallProgressTone, country: String, atMost: Interval?)
    case silence(Interval)
    /// Digits as sound, or as telephone-events where the peer takes them.
    case digits(String)
}

package enum CallProgressTone: String, Hashable, Sendable, CaseIterable {
    case dial, ringBack, busy, congestion, specialInformation, callWaiting, howler, beep
}

/// A playlist for one port or for everybody in a room, played without gaps.
package struct Playback: Hashable, Sendable {
    package enum Repetition: Hashable, Sendable {
        case once
        case forever
    }

    package var id: PlaybackID
    package var items: [AudioItem]
    package var repetition: Repetition
    /// Where in the first item to begin.
    package var offset: Interval
    /// The first digit from the peer ends it.
    package var endsOnDigit: Bool
    /// In tenths of a decibel.
    package var gain: Int

    package init(
        id: PlaybackID, items: [AudioItem], repetition: Repetition = .once, offset: Interval = .zero,
        endsOnDigit: Bool = false, gain: Int = 0
    ) {
        self.id = id
        self.items = items
        self.repetition = repetition
        self.offset = offset
        self.endsOnDigit = endsOnDigit
        self.gain = gain
    }
}

/// Who hears a playback.
package enum PlaybackTarget: Hashable, Sendable {
    /// The peer of this port, in place of what it would hear otherwise.
    case port(MediaPortID)
    /// Everybody in the room, mixed in; the room lives in the worker named.
    case room(MediaRoomID, worker: UInt8)

    package var worker: UInt8 {
        switch self {
        case .port(let port): port.worker
        case .room(_, let worker): worker
        }
    }
}

package enum PlaybackChange: Hashable, Sendable {
    case pause
    case resume
    /// Jumps within the item being played; negative jumps back.
    case skip(milliseconds: Int)
    case stop
}

package enum PlaybackEnd: Hashable, Sendable {
    case finished
    case stopped
    case digit
    /// A file could not be read or is of no known kind; what is wrong, in words.
    case failed(String)
}
