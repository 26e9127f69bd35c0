import Crypto
import SIPGrammar

/// The answer to a digest challenge (RFC 7616 §3.4), worked out by the phone's own hand.
struct PhoneDigest {
    var username: String
    var password: String

    /// The credentials for a request; nil when no challenge is one that this phone knows.
    func credentials(
        for challenges: [SIPChallenge], method: SIPMethod, uri: String, clientNonce: String, count: Int
    ) -> SIPCredentials? {
        guard let challenge = challenges.first(where: { hash(for: $0) != nil }), let hash = hash(for: challenge),
            let realm = challenge.realm, let nonce = challenge.nonce
        else { return nil }
        let secret = hash("\(username):\(realm):\(password)")
        let request = hash("\(method.name):\(uri)")
        let serial = String(count, radix: 16)
        let nc = String(repeating: "0", count: max(0, 8 - serial.count)) + serial
        var credentials = SIPCredentials()
        credentials.username = username
        credentials.realm = realm
        credentials.nonce = nonce
        credentials.uri = uri
        credentials.algorithm = challenge.algorithm
        if challenge.qopOptions.contains("auth") {
            credentials.qop = "auth"
            credentials.nc = nc
            credentials.cnonce = clientNonce
            credentials.response = hash("\(secret):\(nonce):\(nc):\(clientNonce):auth:\(request)")
        } else {
            credentials.response = hash("\(secret):\(nonce):\(request)")
        }
        if let opaque = challenge.opaque { credentials.opaque = opaque }
        return credentials
    }

    private func hash(for challenge: SIPChallenge) -> ((String) -> String)? {
        guard challenge.isDigest else { return nil }
        switch challenge.algorithm?.uppercased() {
        case nil, "MD5": return { text in hexadecimal(Insecure.MD5.hash(data: Array(text.utf8))) }
        case "SHA-256": return { text in hexadecimal(SHA256.hash(data: Array(text.utf8))) }
        default: return nil
        }
    }
}

/// Lower-case hexadecimal digits of a hash.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

/// H(user:realm:password) both ways, as a `DigestSecret` holds it.
package func digestHashes(user: String, realm: String, password: String) -> (md5: String, sha256: String) {
    let text = Array("\(user):\(realm):\(password)".utf8)
    return (hexadecimal(Insecure.MD5.hash(data: text)), hexadecimal(SHA256.hash(data: text)))
}
