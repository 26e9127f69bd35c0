package import PBXBase

/// Tells who speaks in a conference, without flicker: a party must be the loudest for a while, clearly louder than the
/// present speaker or after it has fallen silent, and changes are reported a few times a second at most.
///
///     nobody ──loud enough for `onsetMilliseconds`──▶ speaker A ──B clearly louder──▶ speaker B
///        ▲                                               └──silent for `releaseMilliseconds`──▶ nobody
package struct ActiveSpeaker: Sendable {
    /// Quieter is no speech: −45 dBov as a mean square.
    static let powerMin: Float = 33_900
    /// How much louder another must be to take over at once: 6 dB.
    static let takeoverFactor: Float = 4
    /// A candidate must stay the loudest for so long: longer than a cough.
    static let onsetMilliseconds = 120
    /// Pauses between words are shorter.
    static let releaseMilliseconds = 1_500
    /// Changes are at least so far apart.
    package static let intervalMilliseconds = 300

    /// A change of speaker.
    package enum Change: Hashable, Sendable {
        /// The party at this place speaks.
        case speaker(Int)
        case nobody
    }

    /// Who speaks, by the place given in `measured`.
    package private(set) var speaker: Int?
    private var speakerPower: Float = 0
    private var lastHeard = Instant.zero
    private var candidate: Int?
    private var candidateSince = Instant.zero
    private var lastChange: Instant?
    private var loudest: Int?
    private var loudestPower: Float = 0

    package init() {}

    /// Takes the level of the party at `place` in this tick; a muted one is not measured.
    package mutating func measured(_ meter: LevelMeter, place: Int) {
        let power = meter.power
        if place == speaker { speakerPower = power }
        guard power > Self.powerMin, power > loudestPower else { return }
        loudest = place
        loudestPower = power
    }

    /// Ends a tick, after all parties were measured; returns the change to be reported, if there is one.
    package mutating func tickEnded(now: Instant) -> Change? {
        defer {
            loudest = nil
            loudestPower = 0
            speakerPower = 0
        }
        if speaker != nil, speakerPower > Self.powerMin { lastHeard = now }
        follow(now: now)
        if let lastChange, now - lastChange < .milliseconds(Self.intervalMilliseconds) { return nil }
        if let candidate, now - candidateSince >= .milliseconds(Self.onsetMilliseconds) {
            self.candidate = nil
            lastHeard = now
            return change(to: candidate, now: now)
        }
        if speaker != nil, now - lastHeard >= .milliseconds(Self.releaseMilliseconds) {
            return change(to: nil, now: now)
        }
        return nil
    }

    /// The party at `place` has left, or is somebody else from now on.
    package mutating func partyLeft(place: Int, now: Instant) -> Change? {
        if candidate == place { candidate = nil }
        return speaker == place ? change(to: nil, now: now) : nil
    }

    private mutating func follow(now: Instant) {
        guard let loudest, loudest != speaker, isTakeover(now: now) else {
            candidate = nil
            return
        }
        if candidate != loudest {
            candidate = loudest
            candidateSince = now
        }
    }

    private func isTakeover(now: Instant) -> Bool {
        guard speaker != nil, speakerPower > Self.powerMin else { return true }
        return loudestPower > speakerPower * Self.takeoverFactor
    }

    private mutating func change(to place: Int?, now: Instant) -> Change? {
        speaker = place
        lastChange = now
        return place.map(Change.speaker) ?? .nobody
    }
}
