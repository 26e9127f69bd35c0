package import PBXBase
package import SIPGrammar

/// The client's side of digest authentication: reads challenges, picks the strongest algorithm that it knows, counts
/// the uses of a nonce, and notices when answering again is pointless.
package struct DigestClient: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// `authorize` now has an answer: send the request again, with a new branch and the next CSeq.
        case retry
        /// The credentials were refused: the password is wrong.
        case refused
        /// No challenge that we can answer (no digest, or an algorithm or qop that we do not know).
        case unsupported
    }

    /// A realm's challenge, and how often it was answered.
    private struct Session: Sendable {
        var header: SIPHeaderName
        var realm: String
        var algorithm: DigestAlgorithm
        var nonce: String
        var opaque: String?
        var hasProtection: Bool
        var secret: String
        var uses: UInt32 = 0
        /// How many nonces in a row were called stale on their first use.
        var staleInARow = 0
    }

    package let username: String
    private let key: DigestKey
    private var sessions: [Session] = []

    /// Realms that are answered side by side: a proxy's or two and the server's.
    package static let realmsMax = 4
    private static let staleInARowMax = 2

    package init(username: String, key: DigestKey) {
        self.username = username
        self.key = key
    }

    package init(username: String, password: String) { self.init(username: username, key: .password(password)) }

    /// Takes in a 401 or 407.
    package mutating func challenged(by response: SIPMessage) -> Outcome {
        let isProxy = response.status == 407
        let challenges = response.values(isProxy ? .proxyAuthenticate : .wwwAuthenticate)
            .compactMap { try? SIPChallenge(ascii: $0) }
        let header: SIPHeaderName = isProxy ? .proxyAuthorization : .authorization
        var outcome = Outcome.unsupported
        var seen: Set<String> = []
        for realm in challenges.compactMap(\.realm) where seen.insert(realm).inserted {
            let answers = challenges.filter { $0.realm == realm }
            switch answer(strongest(of: answers), header: header) {
            case .retry: outcome = .retry
            case .refused: return .refused
            case .unsupported: break
            }
        }
        return outcome
    }

    /// The header fields that authorise the next request; none before the first challenge.
    /// - Parameter uri: the Request-URI as it is sent.
    package mutating func authorize(
        method: SIPMethod, uri: String, random: inout some RandomSource
    ) -> [(name: SIPHeaderName, value: String)] {
        var fields: [(name: SIPHeaderName, value: String)] = []
        for index in sessions.indices {
            sessions[index].uses &+= 1
            fields.append((sessions[index].header, credentials(sessions[index], method, uri, &random)))
        }
        return fields
    }

    private func strongest(of challenges: [SIPChallenge]) -> SIPChallenge? {
        for algorithm in [DigestAlgorithm.sha256, .md5] {
            let match = challenges.first { challenge in
                guard challenge.isDigest, challenge.nonce != nil else { return false }
                let options = challenge.qopOptions
                return DigestAlgorithm(name: challenge.algorithm) == algorithm
                    && (options.isEmpty || options.contains("auth"))
            }
            if let match { return match }
        }
        return nil
    }

    private mutating func answer(_ challenge: SIPChallenge?, header: SIPHeaderName) -> Outcome {
        guard let challenge, let realm = challenge.realm, let nonce = challenge.nonce,
            let algorithm = DigestAlgorithm(name: challenge.algorithm),
            let secrets = key.secret(user: username, realm: realm)
        else { return .unsupported }
        let known = sessions.firstIndex { $0.header == header && $0.realm == realm }
        var staleInARow = 0
        // A nonce that was good before may have aged; one that fails on its first use speaks of the password.
        if let known, sessions[known].uses == 1 {
            staleInARow = sessions[known].staleInARow + 1
            guard challenge.stale, staleInARow <= Self.staleInARowMax else { return .refused }
        }
        let session = Session(
            header: header, realm: realm, algorithm: algorithm, nonce: nonce, opaque: challenge.opaque,
            hasProtection: !challenge.qopOptions.isEmpty, secret: algorithm == .md5 ? secrets.md5 : secrets.sha256,
            staleInARow: staleInARow)
        if let known {
            sessions[known] = session
        } else {
            guard sessions.count < Self.realmsMax else { return .unsupported }
            sessions.append(session)
        }
        return .retry
    }

    private func credentials(
        _ session: Session, _ method: SIPMethod, _ uri: String, _ random: inout some RandomSource
    ) -> String {
        var exchange = DigestExchange(
            algorithm: session.algorithm, method: method.name, uri: uri, nonce: session.nonce, protection: nil)
        var credentials = SIPCredentials()
        credentials.username = username
        credentials.realm = session.realm
        credentials.nonce = session.nonce
        credentials.uri = uri
        credentials.algorithm = session.algorithm.rawValue
        if session.hasProtection {
            let count = String(session.uses, radix: 16)
            let padded = String(repeating: "0", count: max(0, 8 - count.utf8.count)) + count
            let clientNonce = random.token(symbols: 16)
            exchange.protection = .init(nonceCount: padded, clientNonce: clientNonce)
            credentials.qop = "auth"
            credentials.nc = padded
            credentials.cnonce = clientNonce
        }
        credentials.opaque = session.opaque
        credentials.response = DigestHexadecimal.text(exchange.response(secret: session.secret))
        return credentials.description
    }
}
