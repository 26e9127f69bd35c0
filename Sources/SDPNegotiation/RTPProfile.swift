/// How an `m=` line carries RTP: its protocol field.
package enum RTPProfile: String, Hashable, Sendable, CaseIterable {
    case avp = "RTP/AVP"
    case avpf = "RTP/AVPF"
    case savp = "RTP/SAVP"
    case savpf = "RTP/SAVPF"
    case dtlsSAVP = "UDP/TLS/RTP/SAVP"
    case dtlsSAVPF = "UDP/TLS/RTP/SAVPF"

    /// Plain RTP is not what this line asks for.
    package var isSecure: Bool { self != .avp && self != .avpf }
    /// The keys come from a DTLS handshake (RFC 5764) rather than from `a=crypto`.
    package var usesDTLS: Bool { self == .dtlsSAVP || self == .dtlsSAVPF }
}

/// Whether a peer's packets are encrypted.
package enum EncryptionPolicy: Hashable, Sendable {
    /// Never; who insists on it is refused.
    case off
    /// Wherever the peer can: offered in a way that a peer without encryption still answers (RFC 8643).
    case prefer
    /// Always; who cannot is refused.
    case require
}
