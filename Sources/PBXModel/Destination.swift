/// Where a dialled number leads.
package enum Destination: Hashable, Sendable {
    case extensionNumber(String)
    case ringGroup(String)
    /// Callers hear themselves.
    case echoTest
    /// Says the caller's number and the time.
    case speakingClock
    case conference(String)
    /// Takes a fax.
    case faxBox(FaxBox)
    /// Parks the call that is transferred here; nil: in the first free slot.
    case park(slot: String?)
    /// The call that is parked in this slot.
    case parkSlot(String)
    /// The call that rings at this extension.
    case pickUp(String)
    /// The call that rings longest at an extension of the caller's pickup group.
    case pickUpInGroup
    /// The phones of this extension, which are asked to answer by themselves.
    case intercom(String)
    /// Changes a setting of the caller's own extension.
    case changeSettings(UserSettingsChange)
    case release(ReleaseCause)
}

extension Destination {
    /// Why a call to it ends at once; nil when it leads somewhere. Slots and ringing phones lead on only while there is
    /// a call at them, parking only the call that is sent there.
    package var releaseCause: ReleaseCause? {
        switch self {
        case .release(let cause): cause
        case .park, .parkSlot, .pickUp, .pickUpInGroup: .notFound
        case .extensionNumber, .intercom, .ringGroup, .echoTest, .speakingClock, .conference, .faxBox, .changeSettings:
            nil
        }
    }
}

/// One step of a routing decision, with the rule that made it.
package struct RouteStep: Hashable, Sendable, CustomStringConvertible {
    package var text: String
    package var origin: ConfigOrigin?

    package init(_ text: String, origin: ConfigOrigin? = nil) {
        self.text = text
        self.origin = origin
    }

    package var description: String { origin.map { "\(text) (\($0))" } ?? text }
}

/// What routing decided and why: kept with the call's record, and shown by `pbxctl explain`.
package struct RouteDecision: Hashable, Sendable {
    package var destination: Destination
    package var steps: [RouteStep]

    package init(destination: Destination, steps: [RouteStep]) {
        self.destination = destination
        self.steps = steps
    }
}
