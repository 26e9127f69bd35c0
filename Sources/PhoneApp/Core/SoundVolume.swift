/// One of the two ends of the sound card.
package enum SoundSide: String, Hashable, Sendable, CaseIterable {
    case speaker, microphone
}

/// How a volume is to change.
package enum VolumeChange: Hashable, Sendable {
    /// Percent, as in `SoundVolumes.percent`.
    case to(Int)
    case by(Int)
}

/// How loud the sound card is: a matter of this phone, on top of what the system's mixer says.
package struct SoundVolumes: Hashable, Sendable {
    /// What may be asked for; 100 leaves sound as it is. As ears have it, by a cubic law: 50 is a quarter as loud to
    /// them (-18 dB), 150 is +10.6 dB.
    package static let percent = 0...150

    package var speaker: Int
    package var microphone: Int
    /// Nothing is heard, the volume being kept.
    package var isSpeakerMuted: Bool
    /// Nothing of the microphone, or of the file in its place, is sent.
    package var isMicrophoneMuted: Bool

    package init(
        speaker: Int = 100, microphone: Int = 100, isSpeakerMuted: Bool = false, isMicrophoneMuted: Bool = false
    ) {
        self.speaker = speaker
        self.microphone = microphone
        self.isSpeakerMuted = isSpeakerMuted
        self.isMicrophoneMuted = isMicrophoneMuted
    }

    mutating func change(_ side: SoundSide, _ change: VolumeChange) {
        switch side {
        case .speaker: speaker = Self.changed(speaker, change)
        case .microphone: microphone = Self.changed(microphone, change)
        }
    }

    private static func changed(_ value: Int, _ change: VolumeChange) -> Int {
        let wished =
            switch change {
            case .to(let percent): percent
            case .by(let step): value + min(max(step, -percent.upperBound), percent.upperBound)
            }
        return min(max(wished, percent.lowerBound), percent.upperBound)
    }
}

/// How loud it is right now at both ends of the sound card, in dBov (-127…0): the loudest moment since the last ones.
package struct SoundLevels: Hashable, Sendable {
    /// Behind its volume, muted or not: who speaks into a muted microphone can be shown so.
    package var microphone: Int
    package var speaker: Int
    /// How often they are told at most, in events a second.
    package static let perSecondMax = 10

    package init(microphone: Int, speaker: Int) {
        self.microphone = microphone
        self.speaker = speaker
    }
}
