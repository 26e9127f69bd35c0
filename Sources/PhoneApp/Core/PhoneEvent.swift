package import MediaControl

/// Who is at the other end.
package struct PhonePeer: Hashable, Sendable {
    package var name: String?
    /// User part of the address, or the host of one without.
    package var number: String
    package var uri: String

    package init(name: String?, number: String, uri: String) {
        self.name = name
        self.number = number
        self.uri = uri
    }
}

package enum LineState: String, Hashable, Sendable {
    /// Our INVITE is under way.
    case calling
    /// It rings there.
    case ringing
    /// It rings here.
    case incoming
    case active
    /// Held by us.
    case held
    case ended
}

/// A call as it is at this moment.
package struct LineSummary: Hashable, Sendable {
    package var line: LineNumber
    package var state: LineState
    package var peer: PhonePeer
    package var isOutgoing: Bool
    package var account: Int?
    package var isHeldByPeer: Bool
    package var isEncrypted: Bool
    package var isInConference: Bool
    /// Encoding name of what we send; nil before there is audio.
    package var codec: String?

    package init(
        line: LineNumber, state: LineState, peer: PhonePeer, isOutgoing: Bool, account: Int?, isHeldByPeer: Bool,
        isEncrypted: Bool, isInConference: Bool, codec: String?
    ) {
        self.line = line
        self.state = state
        self.peer = peer
        self.isOutgoing = isOutgoing
        self.account = account
        self.isHeldByPeer = isHeldByPeer
        self.isEncrypted = isEncrypted
        self.isInConference = isInConference
        self.codec = codec
    }
}

/// Why a call ended.
package enum LineEnd: Hashable, Sendable {
    /// We hung up, or gave up.
    case here
    /// The peer hung up.
    case there
    /// An incoming call that nobody answered: the caller gave up.
    case missed
    /// Sent on to somebody else.
    case transferred
    /// Refused by us.
    case declined
    /// A final response, or 408 and 503 where none came.
    case refused(status: Int, phrase: String)
    /// No audio could be agreed on; in words.
    case mediaFailed(String)
    /// The peer or the way to it is lost.
    case lost
}

/// What the phone tells its user.
package enum PhoneEvent: Hashable, Sendable {
    case registered(account: Int, seconds: Int)
    /// `isFinal`: trying again as it is would not help.
    case registrationFailed(account: Int, status: Int, phrase: String, isFinal: Bool)
    case unregistered(account: Int)
    /// The line is new or has changed.
    case line(LineSummary)
    case ended(LineSummary, LineEnd, talkSeconds: Int?)
    case digit(LineNumber, Character)
    /// How far a transfer that we asked for is: the status that the peer reports. At 200 and above it is over.
    case transferring(LineNumber, status: Int)
    case playbackEnded(LineNumber, PlaybackEnd)
    case recordingEnded(LineNumber, RecordingEnd)
    /// Messages in the mailbox of an account: new and old (RFC 3842).
    case messagesWaiting(account: Int?, isWaiting: Bool, new: Int, old: Int)
    /// A watched phone is doing something else, or is watched from now on.
    case lamp(LampSummary)
    /// How loud the sound card is from now on.
    case volume(SoundVolumes)
    /// For meters, while a call is up and they are asked for.
    case levels(SoundLevels)
    /// A command could not be carried out; in words.
    case failed(String)
    /// Something worth knowing about the other side.
    case noted(String)
    /// After `stop`: nothing is under way any more.
    case stopped
}
