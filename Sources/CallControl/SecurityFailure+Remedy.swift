import MediaControl

extension SecurityFailure {
    /// What an operator does about it: the end of a log line about the phone of `number`.
    func remedy(for number: String) -> String {
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
