import Glibc

/// Why a listener could not be opened.
package struct SIPTransportError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case addressInUse
        case addressNotAvailable
        case permissionDenied
        case unsupportedTransport
        case certificateMissing
        case system(errno: Int32)
    }

    package var code: Code
    /// What was tried: `listen on udp 127.0.0.1:5060`.
    package var attempt: String

    package init(_ code: Code, attempt: String) {
        self.code = code
        self.attempt = attempt
    }

    /// From a system call's error number.
    package init(errno number: Int32, attempt: String) {
        let code: Code =
            switch number {
            case EADDRINUSE: .addressInUse
            case EADDRNOTAVAIL: .addressNotAvailable
            case EACCES, EPERM: .permissionDenied
            default: .system(errno: number)
            }
        self.init(code, attempt: attempt)
    }

    package var description: String {
        let finding =
            switch code {
            case .addressInUse: "another program uses that port (stop it, or choose another port)"
            case .addressNotAvailable: "this machine does not have that address (choose one that `ip address` shows)"
            case .permissionDenied: "not permitted (ports below 1024 need CAP_NET_BIND_SERVICE)"
            case .unsupportedTransport: "this version has no such transport (use udp, tcp or tls)"
            case .certificateMissing: "there is no certificate to show"
            case .system(let number): systemErrorText(number)
            }
        return "\(attempt) failed: \(finding)"
    }
}

/// The system's phrase for an error number, lower case: `connection refused`.
func systemErrorText(_ number: Int32) -> String {
    guard let phrase = strerror(number) else { return "error \(number)" }
    return String(cString: phrase).lowercased()
}
