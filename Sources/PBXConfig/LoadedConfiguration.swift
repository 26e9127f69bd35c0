package import PBXModel

/// A checked configuration: what calls are decided by, what the daemon runs on, and where every value came from.
package struct LoadedConfiguration: Sendable {
    package var directory: Directory
    package var server: ServerSettings
    /// By full name (`sip.listen`, `extensions.101.ring-seconds`), for every value that a file sets.
    package var origins: [String: ConfigOrigin]
    /// Findings that did not stop it.
    package var warnings: [ConfigFinding]
    /// The files it was read from, in order.
    package var files: [String]
}

/// Turns user, realm and password into the hashes that the directory keeps (RFC 7616 §3.4.2); digests are not this
/// target's business, so whoever loads a configuration brings the function.
package typealias DigestHasher = @Sendable (_ user: String, _ realm: String, _ password: String) -> DigestSecret
