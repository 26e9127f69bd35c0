package import PBXBase

/// What the core asks the store to write: append-only history of calls, and the bindings that outlive a restart.
/// What is said of one call, or of one binding, is committed in the order in which it was recorded.
package enum Fact: Hashable, Sendable {
    case callOpened(CallRecord)
    /// Completes the record of the same id (and inserts it whole when the opening was never committed).
    case callClosed(CallRecord)
    /// Of a call that is up or over; nil: nothing any more.
    case callNoted(CallID, String?)
    case bindingSet(ContactBinding)
    case bindingRemoved(number: String, contact: String)
    case userSettingsSet(UserSettings)
}

/// Names one recorded fact whose commit the core waits for (a BYE's 200 does).
package struct CommitTicket: Hashable, Sendable {
    package var value: UInt64
    package init(_ value: UInt64) { self.value = value }
}
