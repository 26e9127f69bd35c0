package import PBXBase
package import SIPGrammar

/// The server's side of digest authentication (RFC 7616, RFC 8760): writes challenges and checks credentials.
///
/// A nonce is first checked for being ours, given to that address, young, and not used before: if not, the client is
/// asked again with `stale=true`, and its digest is not even looked at. So only clients that received a nonce of ours
/// can guess passwords, and every guess counts as a failure of the address that made it. An unknown user takes the same
/// steps, in the same time, as a wrong password.
package struct DigestAuthenticator: Sendable {
    package enum Verdict: Hashable, Sendable {
        /// The user knows the password. Whether it may do what it asks is another question.
        case accepted(username: String)
        /// No credentials for our realm, or (`stale`) with a nonce that is no longer good: ask again.
        case challenge(stale: Bool)
        /// Wrong password or unknown user: challenge again, the same for both, and count a failure.
        case refused(username: String, unknownUser: Bool)
        /// Not answerable by a new challenge: 400.
        case malformed(String)
    }

    package let realm: String
    private let key: NonceKey
    private let nonceLifetime: Interval
    private let algorithms: [DigestAlgorithm]
    private var ledger: NonceLedger
    /// Stands in for the secret of users that do not exist.
    private let dummySecret: (md5: String, sha256: String)

    /// What every phone can answer. RFC 8760 §2.4 would have us offer SHA-256 first, and clients skip what they do not
    /// know; but baresip 1.0 gives up registering when any challenge is not MD5, and SIPp 3.6 when the first is not.
    package static let algorithmsOffered: [DigestAlgorithm] = [.md5]

    /// How many nonces in use are remembered; see `NonceLedger`.
    package static let noncesMax = 65_536

    /// - Parameters:
    ///   - key: 32 random bytes, new with each start.
    ///   - nonceLifetime: after that a client gets a fresh nonce and `stale=true`.
    ///   - algorithms: challenges are offered in this order; RFC 8760 §2.4 has the preferred one first. Credentials
    ///     are taken in either algorithm, whatever was offered. See `algorithmsOffered` for the default.
    package init(
        realm: String, key: [UInt8], nonceLifetime: Interval, algorithms: [DigestAlgorithm] = Self.algorithmsOffered,
        noncesMax: Int = Self.noncesMax
    ) {
        self.realm = realm
        self.key = NonceKey(key)
        self.nonceLifetime = nonceLifetime
        self.algorithms = algorithms
        ledger = NonceLedger(noncesMax: noncesMax)
        dummySecret = digestSecret(user: "", realm: realm, password: DigestHexadecimal.text(key))
    }

    /// Checks the credentials of a request.
    /// - Parameters:
    ///   - header: `.authorization`, or `.proxyAuthorization` where 407 was the challenge.
    ///   - source: the address that the request came from.
    ///   - secretOf: the digest secrets of a user name, as `digestSecret` makes them.
    package mutating func check(
        _ message: SIPMessage, header: SIPHeaderName, source: IPAddress, now: Instant,
        secretOf: (String) -> (md5: String, sha256: String)?
    ) -> Verdict {
        let found: SIPCredentials?
        do {
            found = try credentials(in: message.values(header))
        } catch {
            return .malformed("\(error.field): \(error.problem)")
        }
        guard let found else { return .challenge(stale: false) }
        let claim: Claim
        switch Claim.read(found, method: message.method) {
        case .success(let read): claim = read
        case .failure(let problem): return .malformed(problem.text)
        }
        guard let nonce = DigestNonce(claim.exchange.nonce, source: source, key: key),
            !nonce.isExpired(now: now, lifetime: nonceLifetime), ledger.isFresh(nonce, count: claim.count)
        else { return .challenge(stale: true) }

        let known = secretOf(claim.username)
        let secrets = known ?? dummySecret
        let secret = claim.exchange.algorithm == .md5 ? secrets.md5 : secrets.sha256
        let isRight = areEqualInConstantTime(claim.exchange.response(secret: secret), claim.response)
        guard isRight, known != nil else { return .refused(username: claim.username, unknownUser: known == nil) }
        ledger.enter(nonce, count: claim.count)
        return .accepted(username: claim.username)
    }

    /// Values for `WWW-Authenticate` or `Proxy-Authenticate`, one field each, in order.
    package func challenges(
        stale: Bool, source: IPAddress, now: Instant, random: inout some RandomSource
    ) -> [String] {
        let nonce = DigestNonce(now: now, salt: random.next()).text(source: source, key: key)
        return algorithms.map { algorithm in
            var challenge = SIPChallenge()
            challenge.realm = realm
            challenge.nonce = nonce
            challenge.algorithm = algorithm.rawValue
            challenge.qop = "auth"
            challenge.stale = stale
            return challenge.description
        }
    }

    /// The first digest credentials for our realm; others are meant for others (RFC 3261 §22.3).
    private func credentials(in values: [ArraySlice<UInt8>]) throws(SIPSyntaxError) -> SIPCredentials? {
        for value in values {
            let credentials = try SIPCredentials(ascii: value)
            if credentials.isDigest, credentials.realm == realm { return credentials }
        }
        return nil
    }
}

/// Credentials with everything in place that the check needs.
private struct Claim {
    struct Problem: Error {
        var text: String
    }

    var username: String
    var exchange: DigestExchange
    var response: [UInt8]
    /// Which use of the nonce this is.
    var count: UInt32

    static func read(_ credentials: SIPCredentials, method: SIPMethod) -> Result<Claim, Problem> {
        guard let username = credentials.username, let nonce = credentials.nonce, let uri = credentials.uri,
            let response = credentials.response
        else { return .failure(Problem(text: "credentials lack username, nonce, uri or response")) }
        guard let algorithm = DigestAlgorithm(name: credentials.algorithm) else {
            return .failure(Problem(text: "algorithm \"\(credentials.algorithm ?? "")\" was not offered"))
        }
        guard let digest = DigestHexadecimal.bytes(response, count: algorithm.byteCount) else {
            return .failure(Problem(text: "response is not \(algorithm.byteCount * 2) hexadecimal digits"))
        }
        var exchange = DigestExchange(
            algorithm: algorithm, method: method.name, uri: uri, nonce: nonce, protection: nil)
        // A client of RFC 2069 does not count, so its nonce is good for one use only.
        var count = UInt32.max
        if let qop = credentials.qop {
            guard qop.lowercased() == "auth" else { return .failure(Problem(text: "qop \"\(qop)\" was not offered")) }
            guard let clientNonce = credentials.cnonce, let nonceCount = credentials.nc, nonceCount.utf8.count == 8,
                let number = UInt32(nonceCount, radix: 16)
            else { return .failure(Problem(text: "qop=auth needs cnonce and an nc of 8 hexadecimal digits")) }
            exchange.protection = .init(nonceCount: nonceCount, clientNonce: clientNonce)
            count = number
        }
        return .success(Claim(username: username, exchange: exchange, response: digest, count: count))
    }
}
