import MediaControl
import PBXModel
import SIPGrammar

extension CallTable {
    /// Audio that was to be encrypted cannot be: the call ends. Once keys are agreed, what fails is somebody else's
    /// handshake, or the peer's farewell before its BYE, and the call goes on.
    mutating func securityFailed(
        _ failure: SecurityFailure, at port: MediaPortID, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let (call, leg) = leg(of: port), call.state != .ended, !leg.isSecured else { return }
        let text = "audio of \(leg.number) cannot be encrypted: \(failure), call released"
        let note = Note(
            .warning, "\(text) (\(failure.remedy(for: leg.number)))", call: call.id, source: leg.flow.remote)
        effects.append(.note(note))
        release(call, .peerFailure, by: .system, context, into: &effects)
        rearm(call)
    }
}

extension SecurityFailure {
    /// What an operator does about it: the end of a log line about the phone of `number`.
    fileprivate func remedy(for number: String) -> String {
        let withoutHandshake = "srtp-keys = \"sdes\" for \(number)"
        return switch self {
        case .fingerprintMismatched, .certificateMissing:
            "somebody between phone and server may rewrite the audio; if that is wanted, set \(withoutHandshake)"
        case .profileMissing, .refused, .protocolViolated: "update the phone, or set \(withoutHandshake)"
        case .timedOut: "check that udp passes between phone and server, or set \(withoutHandshake)"
        case .closed: "the phone ended the encryption but not the call; see its log"
        case .internalError: "check the memory of this machine and its openssl"
        }
    }
}
