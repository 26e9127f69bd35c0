package import PBXModel

/// Why an operator's command about a call was not done. The call goes on as it was.
package enum CallRefusal: Error, Hashable, Sendable {
    case noSuchCall
    /// It is not two connected parties; says what it is instead.
    case wrongState(String)
    /// The extension that is to act has no part in the call.
    case notAParty(String)
    /// It is one of two calls between which somebody stands, and that has to be ended first.
    case isConsultation
    /// It is none of them.
    case isNoConsultation
    /// Its parties are agreeing on a change at this moment.
    case changing
    /// Somebody else was faster.
    case alreadyTaken(by: String)
    case noSuchSlot(String)
    case badDigits(String)
    case slotTaken(String)
    case noFreeSlot
    case slotEmpty(String)
    case nothingToPullBack
    /// The configuration names no place for recordings.
    case nowhereToRecord
    /// The number that was to take it cannot.
    case destination(String, ReleaseCause)
}
