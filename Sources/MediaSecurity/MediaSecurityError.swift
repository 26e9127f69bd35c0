/// Why a part of media security could not be set up; what peers do wrong is an `SRTPError` or a `SecurityFailure`.
package enum MediaSecurityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cryptographic library refused a step, which is named as the library names it.
    case libraryFailed(step: String)

    package var description: String {
        switch self {
        case .libraryFailed(let step): "openssl: \(step) failed (is libssl3 whole, and its configuration sound?)"
        }
    }
}
