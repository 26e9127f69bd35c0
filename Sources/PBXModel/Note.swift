package import PBXBase

/// One line for the log: what machines say through effects instead of logging themselves. The driver adds the time and
/// bounds notes about the network to one per source and minute.
package struct Note: Hashable, Sendable {
    package enum Severity: Hashable, Sendable, Comparable {
        case debug, info, warning, error
    }

    package var severity: Severity
    /// Subject, attempt, finding, way out (architecture §11): lower case, no full stop.
    package var text: String
    package var call: CallID?
    /// Whose packet caused it; such notes are bounded per source.
    package var source: Endpoint?

    package init(_ severity: Severity, _ text: String, call: CallID? = nil, source: Endpoint? = nil) {
        self.severity = severity
        self.text = text
        self.call = call
        self.source = source
    }
}
