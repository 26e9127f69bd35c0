package import MediaControl
package import PBXBase
package import PBXModel

/// What answers a call in place of a phone: an announcement, a conference, later a queue, a menu, a mailbox. It is told
/// what happens to its call and answers with what to do; call control owns the session and the media (architecture §8).
package protocol CallApplication: Sendable {
    /// As the call's record and its watchers name who answered.
    var name: String { get }
    /// Its caller is to be spoken to in G.711 if at all possible, as other codecs spoil what is not speech.
    var needsPlainSound: Bool { get }
    mutating func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction])
}

extension CallApplication {
    package var needsPlainSound: Bool { false }
}

/// What happens to an application's call. There is no input for its end: the application is gone with it.
package enum ApplicationInput: Hashable, Sendable {
    /// The call is the application's; the caller still hears ringing, or nothing.
    case began
    /// The caller can be heard and hears.
    case answered
    case digitReceived(Character)
    /// What was played last is over.
    case playbackEnded(PlaybackEnd)
    case faxProgressed(FaxStage)
    case faxEnded(FaxEnd)
    /// The setting is in force and safely stored; or it was refused.
    case settingsChanged(isDone: Bool)
}

/// What an application wants done with its call.
package enum CallAction: Hashable, Sendable {
    case answer
    /// Plays to the caller, in place of what was played before.
    case play([AudioItem])
    /// The caller hears itself.
    case echo
    /// The caller joins the conference of this number.
    case enter(String)
    /// A fax machine takes the call.
    case fax(FaxJob)
    /// The caller is asked to go on with fax packets (T.38).
    case askForFaxPackets
    /// Changes a setting of the caller's extension.
    case changeSettings(UserSettingsChange)
    case release(ReleaseCause)
}
