// How loud the sound card is; the driver follows `volumes` and `wantsLevels`.
extension PhoneCore {
    /// Levels are to be told now: somebody looks at them, and there is something to say or to hear.
    package var wantsLevels: Bool { reportsLevels && settings.card != nil && needsCard }

    mutating func carryOutVolume(_ command: PhoneCommand, into effects: inout [Effect]) {
        switch command {
        case .mute(let isMuted):
            volumes.isMicrophoneMuted = isMuted
            for number in lines.keys.sorted() { followMute(number, into: &effects) }
        case .muteSpeaker(let isMuted):
            guard hasCard(&effects) else { return }
            volumes.isSpeakerMuted = isMuted
        case .volume(let side, let change):
            guard hasCard(&effects) else { return }
            volumes.change(side, change)
        case .levels(let isWanted):
            guard hasCard(&effects) else { return }
            reportsLevels = isWanted
            return
        default: return
        }
        effects.append(.tell(.volume(volumes)))
    }

    private func hasCard(_ effects: inout [Effect]) -> Bool {
        if settings.card == nil { fail("the phone runs without microphone and speaker (--sound)", &effects) }
        return settings.card != nil
    }
}
