package import MediaControl
package import PBXBase
package import PBXModel
package import SIPUserAgent

/// What call control asks of its driver.
package enum CallEffect: Sendable {
    case session(SessionCommand)
    case media(MediaCommand)
    /// Writes the record; with `closing`, `committed` is due for this call.
    case record(Fact, closing: CallID?)
    /// Something that watchers see changed.
    case changed(CallID, CallChange)
    case note(Note)
    /// The caller of this call changes a setting of its extension; `settingsChanged` is due for it.
    case changeSettings(UserSettingsChange, of: String, by: CallID)
}

package enum CallChange: Sendable {
    case created, ringing, answered, updated
    /// After the commit; the call is gone from the table.
    case ended(CallRecord)
}

/// Where an extension's phones are; the registrar is one.
package protocol ContactSource {
    /// Live bindings, most preferred first.
    func bindings(of number: String) -> [ContactBinding]
}

/// What one turn of call control may look at.
package struct CallContext {
    package var now: Now
    package var directory: Directory
    package var contacts: any ContactSource
    package var settings: UserSettingsTable
    /// How far local time is ahead of UTC.
    package var utcOffsetSeconds: Int

    package init(
        now: Now, directory: Directory, contacts: any ContactSource, settings: UserSettingsTable = UserSettingsTable(),
        utcOffsetSeconds: Int = 0
    ) {
        self.now = now
        self.directory = directory
        self.contacts = contacts
        self.settings = settings
        self.utcOffsetSeconds = utcOffsetSeconds
    }
}
