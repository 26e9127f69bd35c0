/// A mix inside one worker: a conference, a three-way call, a call whose legs have no codec in common, or a call with a
/// supervisor. It exists while a plan names it.
package struct MediaRoomID: Hashable, Sendable, CustomStringConvertible {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package var description: String { "room-\(value)" }
}

/// A port's place in a room: its packets are decoded into the mix and it hears the mix of the others (N-1).
///
/// Supervision is a matter of seats: a listener hears and does not speak, a whisperer speaks to one audience only, a
/// barging supervisor is a party like any other.
package struct RoomSeat: Hashable, Sendable {
    package enum Audience: Hashable, Sendable {
        case everyone
        /// Only the party at this port hears what is spoken here.
        case only(MediaPortID)
    }

    package var room: MediaRoomID
    /// False: muted.
    package var speaks: Bool
    /// False: deaf; it gets silence.
    package var hears: Bool
    package var audience: Audience
    /// Applied to what the party says and hears, in tenths of a decibel, -400…+200.
    package var speakingGain: Int
    package var hearingGain: Int
    /// Levels a quiet or loud talker out (automatic gain control).
    package var hasAutomaticGain: Bool
    /// Gives `MediaEvent.speaking` when the party begins and stops to speak.
    package var reportsSpeech: Bool

    package init(
        room: MediaRoomID, speaks: Bool = true, hears: Bool = true, audience: Audience = .everyone,
        speakingGain: Int = 0, hearingGain: Int = 0, hasAutomaticGain: Bool = false, reportsSpeech: Bool = false
    ) {
        self.room = room
        self.speaks = speaks
        self.hears = hears
        self.audience = audience
        self.speakingGain = speakingGain
        self.hearingGain = hearingGain
        self.hasAutomaticGain = hasAutomaticGain
        self.reportsSpeech = reportsSpeech
    }
}
