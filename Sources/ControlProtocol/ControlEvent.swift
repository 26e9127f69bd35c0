package import PBXBase
package import PBXModel

/// What the exchange tells its watchers: one case per kind of change. Name, topic and JSON form of each are rows of the
/// event catalogue.
package enum ControlEvent: Hashable, Sendable {
    case callCreated(CallSnapshot)
    case callRinging(CallSnapshot)
    case callAnswered(CallSnapshot)
    /// Hold, resume, new media address: anything else that the snapshot shows.
    case callUpdated(CallSnapshot)
    /// Published after the record was committed.
    case callEnded(CallRecord)
    /// Of a call that is over; a note of one that is up is an update.
    case callNoted(CallID, String?)
    case registrationAdded(RegistrationSnapshot)
    /// `reason`: `expired`, `unregistered`, `replaced`, `connection_closed`, `removed`.
    case registrationRemoved(RegistrationSnapshot, reason: String)
    /// All that this user has set, after a change of it.
    case settingsChanged(UserSettings)
    case configurationReloaded(extensions: Int)
}
