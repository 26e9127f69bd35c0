package import SDPGrammar

/// Why a peer's session description cannot be used.
package enum SDPProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case syntax(SDPSyntaxError)
    case noAudio
    /// There is audio, but only over a profile that we do not speak, or that is switched off for this endpoint.
    case unsupportedProfile(String)
    /// The audio section has no `c=`, nor has the session.
    case noConnection
    case noCommonCodec
    /// The profile asks for encryption, and there is no way of it that both know.
    case noSecurityInCommon(String)
    /// It is in plain, and this endpoint may only be encrypted.
    case encryptionRequired
    /// An answer that does not fit our offer.
    case answerMismatch(String)

    package var description: String {
        switch self {
        case .syntax(let error): error.description
        case .noAudio: "session description has no audio section"
        case .unsupportedProfile(let name): "audio over \(name) is not taken from this endpoint"
        case .noSecurityInCommon(let name): "no key and no fingerprint for \(name) that is known here"
        case .encryptionRequired: "audio is not encrypted, but has to be (srtp = \"require\")"
        case .noConnection: "audio section has no connection address (c=)"
        case .noCommonCodec: "no codec in common"
        case .answerMismatch(let finding): "answer does not fit the offer: \(finding)"
        }
    }
}
