/// Where a dialled number leads.
package enum Destination: Hashable, Sendable {
    case extensionNumber(String)
    case ringGroup(String)
    /// Callers hear themselves.
    case echoTest
    /// Says the caller's number and the time.
    case speakingClock
    case conference(String)
    case release(ReleaseCause)
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
