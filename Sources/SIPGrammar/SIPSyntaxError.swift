/// Why bytes are not the SIP they claim to be: which field, where in it, what was found, and the status that a request
/// with this fault earns.
package struct SIPSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The header's canonical name, or `start line`, `header`, `body`, `URI`.
    package var field: String
    /// Bytes from the beginning of the parsed text (a message, a header value or a URI).
    package var offset: Int
    package var problem: String
    /// RFC 3261 §21.4: 400 unless something more telling exists (505 for a foreign protocol version).
    package var status: Int

    package init(field: String, offset: Int, problem: String, status: Int = 400) {
        self.field = field
        self.offset = offset
        self.problem = problem
        self.status = status
    }

    package var description: String { "\(field) at byte \(offset): \(problem)" }
}
