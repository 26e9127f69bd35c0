/// What went wrong with the socket itself, at either end. What a server refuses to do is a `ControlFailure`.
package struct ControlSocketError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// Path too long, folder missing, no permission to bind.
        case badPath
        /// A daemon is already listening there.
        case inUse
        /// Nobody listens, or the file may not be opened.
        case unreachable
        case permissionDenied
        /// The peer speaks another major version, or no such protocol at all.
        case wrongProtocol
        /// The connection ended while something was still expected of it.
        case closed
        case timeout
    }

    package var code: Code
    /// Subject, attempt and finding; lower case, no full stop.
    package var message: String
    /// The way out.
    package var hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
