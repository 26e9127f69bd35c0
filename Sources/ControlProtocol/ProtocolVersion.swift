/// Version of the control protocol. A new command, parameter, field or event raises `minor`; a client ignores what it
/// does not know. Whatever an old client would misread raises `major`.
package struct ProtocolVersion: Hashable, Sendable, Codable, CustomStringConvertible {
    package var major: Int
    package var minor: Int

    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    package static let current = ProtocolVersion(major: 1, minor: 0)

    package var description: String { "\(major).\(minor)" }
}

/// Every bound of the control protocol.
package enum ControlLimits {
    /// Longest request line, without its line feed.
    package static let requestBytesMax = 256 * 1_024
    /// Longest reply or event line that a client accepts: a snapshot grows with what it lists.
    package static let replyBytesMax = 64 * 1_024 * 1_024
    /// Longest text form of a request id.
    package static let requestIDBytesMax = 128
}
