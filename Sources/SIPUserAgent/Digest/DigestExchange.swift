/// What both sides of a digest exchange hash besides the secret (RFC 7616 §3.4.1).
package struct DigestExchange: Hashable, Sendable {
    /// `qop=auth`: the client's count of uses of the nonce, eight hexadecimal digits, and its own nonce.
    package struct Protection: Hashable, Sendable {
        package var nonceCount: String
        package var clientNonce: String

        package init(nonceCount: String, clientNonce: String) {
            self.nonceCount = nonceCount
            self.clientNonce = clientNonce
        }
    }

    package var algorithm: DigestAlgorithm
    package var method: String
    package var uri: String
    package var nonce: String
    /// Nil for clients of RFC 2069, which know no `qop`.
    package var protection: Protection?

    package init(
        algorithm: DigestAlgorithm, method: String, uri: String, nonce: String, protection: Protection?
    ) {
        self.algorithm = algorithm
        self.method = method
        self.uri = uri
        self.nonce = nonce
        self.protection = protection
    }

    /// The response as bytes.
    /// - Parameter secret: H(user:realm:password) in lower-case hexadecimal.
    package func response(secret: String) -> [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(256)
        buffer.append(method)
        buffer.append(Self.colon)
        buffer.append(uri)
        let requestHash = algorithm.hash(buffer)

        buffer.removeAll(keepingCapacity: true)
        buffer.append(secret)
        buffer.append(Self.colon)
        buffer.append(nonce)
        buffer.append(Self.colon)
        if let protection {
            buffer.append(protection.nonceCount)
            buffer.append(Self.colon)
            buffer.append(protection.clientNonce)
            buffer.append(":auth:")
        }
        buffer.append(hexadecimal: requestHash)
        return algorithm.hash(buffer)
    }

    private static let colon = UInt8(ascii: ":")
}

/// H(user:realm:password) in lower-case hexadecimal, for either algorithm (RFC 7616 §3.4.2): what is kept instead of a
/// password.
package func digestSecret(user: String, realm: String, password: String) -> (md5: String, sha256: String) {
    let text = Array("\(user):\(realm):\(password)".utf8)
    return (
        DigestHexadecimal.text(DigestAlgorithm.md5.hash(text)),
        DigestHexadecimal.text(DigestAlgorithm.sha256.hash(text))
    )
}
