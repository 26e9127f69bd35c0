package import SDPGrammar

/// Why a peer's session description cannot be used.
package enum SDPProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case syntax(SDPSyntaxError)
    case noAudio
    /// There is audio, but only over a profile that we do not speak (such as RTP/SAVP).
    case unsupportedProfile(String)
    /// The audio section has no `c=`, nor has the session.
    case noConnection
    case noCommonCodec
    /// An answer that does not fit our offer.
    case answerMismatch(String)

    package var description: String {
        switch self {
        case .syntax(let error): error.description
        case .noAudio: "session description has no audio section"
        case .unsupportedProfile(let name): "audio is offered over \(name) only, expected RTP/AVP or RTP/AVPF"
        case .noConnection: "audio section has no connection address (c=)"
        case .noCommonCodec: "no codec in common"
        case .answerMismatch(let finding): "answer does not fit the offer: \(finding)"
        }
    }
}
