package import PBXModel

/// One thing that is wrong, or looks wrong, in the configuration: what `pbxd --check` prints a line of.
package struct ConfigFinding: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// The configuration is not used.
        case error
        /// It is used, and somebody should look.
        case warning
    }

    package var severity: Severity
    /// Line 0 speaks of the whole file.
    package var origin: ConfigOrigin
    /// The offending text and the likely intent; never a password.
    package var message: String

    package init(_ severity: Severity, _ origin: ConfigOrigin, _ message: String) {
        self.severity = severity
        self.origin = origin
        self.message = message
    }

    /// `conf.d/queues.toml:41:12: unknown extension 110 in ring group "500" (did you mean 111?)`
    package var description: String {
        let place = origin.line == 0 ? origin.file : origin.description
        return "\(place): \(severity == .warning ? "warning: " : "")\(message)"
    }
}

/// Why no configuration came out: every finding of the whole set of files, in the order of the files, at least one of
/// them an error.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    package var findings: [ConfigFinding]

    package var description: String { findings.map(\.description).joined(separator: "\n") }
}
