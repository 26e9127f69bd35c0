import NIOCore
import NIOSSL
package import PBXBase

/// How SIP streams are encrypted (RFC 3261 §26.3.1, RFC 5630): what we ask of servers that we connect to, and what we
/// show to peers that connect to us. Made once, shared by all connections.
package struct SIPTLS: Sendable {
    /// A certificate chain and its key, both PEM files.
    package struct Identity: Hashable, Sendable {
        package var certificateFile: String
        package var keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    private let client: NIOSSLContext
    private let server: NIOSSLContext?
    /// Whom we expect at an address, where we know it by name: its certificate must be for this name (RFC 5922 §7.3).
    package var serverNames: [Endpoint: String] = [:]

    /// - Parameters:
    ///   - authorityFile: PEM file with the authorities to trust instead of the system's.
    ///   - identity: ours; without it nobody can connect to us.
    package init(authorityFile: String? = nil, identity: Identity? = nil) throws(SIPTLSError) {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        if let authorityFile {
            // Read here, as what is wrong with it would else be said of the first connection.
            do {
                settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
            } catch {
                throw SIPTLSError(message: "\"\(authorityFile)\" holds no certificate (PEM)")
            }
        }
        do {
            client = try NIOSSLContext(configuration: settings)
        } catch {
            throw SIPTLSError(message: "TLS cannot be set up: \(error)")
        }
        if let identity { server = try Self.serverContext(identity) } else { server = nil }
    }

    private static func serverContext(_ identity: Identity) throws(SIPTLSError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do { chain = try NIOSSLCertificate.fromPEMFile(identity.certificateFile) } catch {
            throw SIPTLSError(message: "\"\(identity.certificateFile)\" holds no certificate (PEM)")
        }
        do { key = try NIOSSLPrivateKey(file: identity.keyFile, format: .pem) } catch {
            throw SIPTLSError(message: "\"\(identity.keyFile)\" holds no private key (PEM)")
        }
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        settings.minimumTLSVersion = .tlsv12
        do { return try NIOSSLContext(configuration: settings) } catch {
            throw SIPTLSError(
                message: "\"\(identity.certificateFile)\" and \"\(identity.keyFile)\" do not belong together")
        }
    }

    /// Whether peers can connect to us.
    var canListen: Bool { server != nil }

    /// Encrypts a connection that we open to `remote`.
    func clientHandler(to remote: Endpoint) throws -> NIOSSLClientHandler {
        // A server known by its address alone must have that address in its certificate.
        let name = serverNames[remote].flatMap { IPAddress($0) == nil ? $0 : nil }
        return try NIOSSLClientHandler(context: client, serverHostname: name)
    }

    /// Encrypts a connection that a peer opened.
    func serverHandler() -> NIOSSLServerHandler? { server.map { NIOSSLServerHandler(context: $0) } }
}

/// What is wrong with certificates or keys of ours, in words.
package struct SIPTLSError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    package var description: String { message }
}

/// A failed handshake in words; nil for an error of another kind.
func describeTLS(_ error: any Error) -> String? {
    switch error {
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
        return "its certificate is for another name than the one it was called by"
    case NIOSSLError.uncleanShutdown: return "closed by the peer"
    case NIOSSLError.handshakeFailed(let reason), NIOSSLError.shutdownFailed(let reason):
        return describe(handshake: "\(reason)")
    case is BoringSSLError: return describe(handshake: "\(error)")
    default: return nil
    }
}

/// The library's texts are for its makers; users need to know what to do.
private func describe(handshake text: String) -> String {
    let known = [
        (
            "CERTIFICATE_VERIFY_FAILED",
            "its certificate is expired, self-signed, or of an authority that this machine does not trust"
        ),
        ("WRONG_VERSION_NUMBER", "it speaks no TLS at this port"),
        ("UNSUPPORTED_PROTOCOL", "it speaks only TLS versions that are not safe any more"),
        ("ALERT_UNKNOWN_CA", "it does not trust our certificate's authority"),
        ("CERTIFICATE_REQUIRED", "it wants a certificate of ours"),
        ("eofDuringHandshake", "it ended the TLS handshake"),
    ]
    return known.first { text.contains($0.0) }?.1 ?? "TLS handshake failed: \(text)"
}
