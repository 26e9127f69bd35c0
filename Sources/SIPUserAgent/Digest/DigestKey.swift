/// What a digest client proves who it is with. Prints as “secret”.
package enum DigestKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Good for every realm that asks.
    case password(String)
    /// H(user:realm:password) as lower-case hexadecimal: good for this realm, and never the password itself.
    case hashes(realm: String, md5: String, sha256: String)

    package var description: String { "secret" }
    package var debugDescription: String { "secret" }

    /// The hashes that answer a challenge of the realm; nil: none of its business.
    func secret(user: String, realm: String) -> (md5: String, sha256: String)? {
        switch self {
        case .password(let password): digestSecret(user: user, realm: realm, password: password)
        case .hashes(let own, let md5, let sha256): own == realm ? (md5, sha256) : nil
        }
    }
}
