import PBXBase

/// What a phone of the self-test gets to, each at most once.
enum PhoneMilestone: Hashable, Sendable {
    /// The listener answered OPTIONS.
    case serverAnswered
    case registered
    /// Our own bell, or the word that the other one rings.
    case ringing
    case established
    /// The tone and the digits that were to come, all of them.
    case toneHeard, digitsHeard
    case ended
    case unregistered
}

/// What kept a phone from the next milestone.
enum PhoneFailure: Error, Hashable, Sendable {
    /// Nothing came in so many seconds.
    case noAnswer(seconds: Int)
    /// The server said no, or (408, 503) nothing.
    case refused(status: Int, phrase: String)
    /// The other side's session description is of no use.
    case unusableDescription(String)
    /// The socket did not take what was to be sent.
    case unreachable(String)
    /// The call was ended by the server.
    case ended
}
