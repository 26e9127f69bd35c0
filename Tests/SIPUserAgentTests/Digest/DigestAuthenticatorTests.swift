import PBXBase
import SIPGrammar
import SIPUserAgent
import Testing

/// A registrar's end and a phone's end of digest authentication, wired by messages as they go over the wire.
private struct Desk {
    var authenticator: DigestAuthenticator
    var random = SeededRandom(seed: 1)
    var now = Instant(nanoseconds: 5_000_000_000)
    let source = IPAddress(ipv4: 0xC000_0207)

    init(noncesMax: Int = 100, algorithms: [DigestAlgorithm] = [.sha256, .md5]) {
        authenticator = DigestAuthenticator(
            realm: "pbx.example", key: [UInt8](0..<32), nonceLifetime: .seconds(300), algorithms: algorithms,
            noncesMax: noncesMax)
    }

    mutating func check(_ fields: [(name: SIPHeaderName, value: String)], from address: IPAddress? = nil) throws
        -> DigestAuthenticator.Verdict
    {
        authenticator.check(
            try register(fields), header: .authorization, source: address ?? source, now: now
        ) { user in
            user == "101" ? digestSecret(user: "101", realm: "pbx.example", password: "secret") : nil
        }
    }

    mutating func challenge(stale: Bool = false, status: Int = 401) throws -> SIPMessage {
        let values = authenticator.challenges(stale: stale, source: source, now: now, random: &random)
        return try response(status, values)
    }

    /// The verdict on a phone that was challenged once.
    mutating func verdict(user: String, password: String) throws -> DigestAuthenticator.Verdict {
        var client = DigestClient(username: user, password: password)
        #expect(client.challenged(by: try challenge()) == .retry)
        return try check(client.authorize(method: .register, uri: "sip:pbx.example", random: &random))
    }
}

private func register(_ fields: [(name: SIPHeaderName, value: String)]) throws -> SIPMessage {
    var builder = SIPMessageBuilder(request: .register, uriText: "sip:pbx.example")
    for field in fields { builder.add(field.name, field.value) }
    return try SIPMessage(parsing: builder.finish())
}

private func response(_ status: Int, _ challenges: [String]) throws -> SIPMessage {
    var builder = SIPMessageBuilder(status: status)
    builder.add(.cseq, "1 REGISTER")
    for value in challenges { builder.add(status == 407 ? .proxyAuthenticate : .wwwAuthenticate, value) }
    return try SIPMessage(parsing: builder.finish())
}

private let zeroes = String(repeating: "0", count: 32)

private func credentials(_ text: String) -> [(name: SIPHeaderName, value: String)] {
    [(.authorization, text)]
}

struct DigestAuthenticatorTests {
    @Test(arguments: [[DigestAlgorithm.sha256, .md5], [.md5], [.sha256]])
    func theRightPasswordIsAccepted(algorithms: [DigestAlgorithm]) throws {
        var desk = Desk(algorithms: algorithms)
        #expect(try desk.verdict(user: "101", password: "secret") == .accepted(username: "101"))
    }

    @Test func challengesNameBothAlgorithmsTheStrongerFirst() throws {
        var desk = Desk()
        let message = try desk.challenge()
        let challenges = try message.values(.wwwAuthenticate).map { try SIPChallenge(ascii: $0) }
        #expect(challenges.map(\.algorithm) == ["SHA-256", "MD5"])
        #expect(challenges.allSatisfy { $0.realm == "pbx.example" && $0.qopOptions == ["auth"] && !$0.stale })
        let again = try SIPChallenge(ascii: try #require(desk.challenge(stale: true).values(.wwwAuthenticate).first))
        #expect(again.stale)
        #expect(again.nonce != challenges[0].nonce)
    }

    @Test func byDefaultTheChallengeIsOneThatEveryPhoneCanAnswer() throws {
        let authenticator = DigestAuthenticator(realm: "r", key: [], nonceLifetime: .seconds(300))
        var random = SeededRandom(seed: 3)
        let values = authenticator.challenges(
            stale: false, source: .ipv4Loopback, now: Instant(nanoseconds: 1), random: &random)
        #expect(try values.map { try SIPChallenge(ascii: Array($0.utf8)[...]).algorithm } == ["MD5"])
    }

    @Test func wrongPasswordAndUnknownUserDifferOnlyForTheLog() throws {
        var desk = Desk()
        #expect(try desk.verdict(user: "101", password: "guess") == .refused(username: "101", unknownUser: false))
        #expect(try desk.verdict(user: "999", password: "guess") == .refused(username: "999", unknownUser: true))
    }

    @Test func noCredentialsMeansAChallenge() throws {
        var desk = Desk()
        #expect(try desk.check([]) == .challenge(stale: false))
        #expect(try desk.check(credentials("Basic dXNlcjpwdw==")) == .challenge(stale: false))
        #expect(try desk.check(credentials("Digest username")) == .malformed("Authorization: \"=\" is missing"))
        let foreign = #"Digest username="101", realm="other", nonce="x", uri="y", response="z""#
        #expect(try desk.check(credentials(foreign)) == .challenge(stale: false))
    }

    @Test(arguments: [
        (#"Digest realm="pbx.example""#, "credentials lack username, nonce, uri or response"),
        (
            #"Digest username="u", realm="pbx.example", nonce="n", uri="x", response="00", algorithm=SHA-512"#,
            "algorithm \"SHA-512\" was not offered"
        ),
        (
            #"Digest username="u", realm="pbx.example", nonce="n", uri="x", response="00""#,
            "response is not 32 hexadecimal digits"
        ),
        (
            #"Digest username="u", realm="pbx.example", nonce="n", uri="x", response="\#(zeroes)""#
                + ", qop=auth-int", "qop \"auth-int\" was not offered"
        ),
        (
            #"Digest username="u", realm="pbx.example", nonce="n", uri="x", response="\#(zeroes)""#
                + ", qop=auth, nc=1, cnonce=\"c\"", "qop=auth needs cnonce and an nc of 8 hexadecimal digits"
        ),
    ])
    func whatNoChallengeCanMendIsMalformed(text: String, problem: String) throws {
        var desk = Desk()
        #expect(try desk.check(credentials(text)) == .malformed(problem))
    }

    @Test func aNonceServesManyRequestsButNoneTwice() throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: "secret")
        _ = client.challenged(by: try desk.challenge())
        let first = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        let second = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        let third = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(first) == .accepted(username: "101"))
        #expect(try desk.check(first) == .challenge(stale: true))
        #expect(try desk.check(third) == .accepted(username: "101"))
        #expect(try desk.check(second) == .challenge(stale: true))
    }

    @Test func hashesOfAPasswordServeItsRealmAndNoOther() throws {
        var desk = Desk()
        let secret = digestSecret(user: "101", realm: "pbx.example", password: "secret")
        let key = DigestKey.hashes(realm: "pbx.example", md5: secret.md5, sha256: secret.sha256)
        var client = DigestClient(username: "101", key: key)
        #expect(client.challenged(by: try desk.challenge()) == .retry)
        let fields = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(fields) == .accepted(username: "101"))
        let other = try response(401, [#"Digest realm="elsewhere.example", nonce="mine""#])
        #expect(client.challenged(by: other) == .unsupported)
        #expect("\(key)" == "secret")
    }

    @Test func aClientWithoutQopMayUseANonceOnce() throws {
        var desk = Desk(algorithms: [.md5])
        let challenge = try SIPChallenge(ascii: try #require(desk.challenge().value(.wwwAuthenticate)))
        let old = try response(401, [challenge.description.replacing(#", qop="auth""#, with: "")])
        var client = DigestClient(username: "101", password: "secret")
        #expect(client.challenged(by: old) == .retry)
        let fields = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(!fields[0].value.contains("qop"))
        #expect(try desk.check(fields) == .accepted(username: "101"))
        #expect(try desk.check(fields) == .challenge(stale: true))
    }

    @Test func noncesExpire() throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: "secret")
        _ = client.challenged(by: try desk.challenge())
        desk.now = desk.now + .seconds(300)
        let inTime = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(inTime) == .accepted(username: "101"))
        desk.now = desk.now + .milliseconds(1)
        let late = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(late) == .challenge(stale: true))
    }

    /// Guessing needs a nonce that was received at the guesser's address: whatever else is sent says nothing about the
    /// password, and cannot get somebody else's address locked out.
    @Test(arguments: ["secret", "guess"]) func anUnknownNonceTellsNothing(password: String) throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: password)
        _ = client.challenged(by: try desk.challenge())
        let fields = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(fields, from: IPAddress(ipv4: 1)) == .challenge(stale: true))

        var stranger = DigestClient(username: "101", password: password)
        _ = stranger.challenged(by: try response(401, [#"Digest realm="pbx.example", nonce="mine""#]))
        let forged = stranger.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(forged) == .challenge(stale: true))
    }

    @Test func whatIsForgottenIsStaleAndNeverReplayable() throws {
        var desk = Desk(noncesMax: 3)
        var used: [[(name: SIPHeaderName, value: String)]] = []
        for _ in 0..<10 {
            var client = DigestClient(username: "101", password: "secret")
            _ = client.challenged(by: try desk.challenge())
            let fields = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
            #expect(try desk.check(fields) == .accepted(username: "101"))
            used.append(fields)
            desk.now = desk.now + .milliseconds(2)
        }
        for fields in used { #expect(try desk.check(fields) == .challenge(stale: true)) }
    }

    @Test func theMethodIsCovered() throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: "secret")
        _ = client.challenged(by: try desk.challenge())
        let fields = client.authorize(method: .invite, uri: "sip:pbx.example", random: &desk.random)
        #expect(try desk.check(fields) == .refused(username: "101", unknownUser: false))
    }
}

struct DigestClientTests {
    @Test func aFreshNonceThatFailsMeansAWrongPassword() throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: "wrong")
        #expect(client.challenged(by: try desk.challenge()) == .retry)
        _ = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        #expect(client.challenged(by: try desk.challenge()) == .refused)
    }

    @Test func anAgedNonceIsReplaced() throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: "secret")
        _ = client.challenged(by: try desk.challenge())
        for _ in 0..<2 { _ = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random) }
        #expect(client.challenged(by: try desk.challenge()) == .retry)
        _ = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        for _ in 0..<2 {
            #expect(client.challenged(by: try desk.challenge(stale: true)) == .retry)
            _ = client.authorize(method: .register, uri: "sip:pbx.example", random: &desk.random)
        }
        // A server that calls every nonce stale would keep us asking for ever.
        #expect(client.challenged(by: try desk.challenge(stale: true)) == .refused)
    }

    @Test func countsUsesAndAnswersProxies() throws {
        var desk = Desk()
        var client = DigestClient(username: "101", password: "secret")
        _ = client.challenged(by: try desk.challenge(status: 407))
        _ = client.authorize(method: .invite, uri: "sip:102@pbx.example", random: &desk.random)
        let fields = client.authorize(method: .invite, uri: "sip:102@pbx.example", random: &desk.random)
        #expect(fields.map(\.name) == [.proxyAuthorization])
        let sent = try SIPCredentials(ascii: Array(fields[0].value.utf8)[...])
        #expect(sent.nc == "00000002")
        #expect(sent.algorithm == "SHA-256")
        #expect(sent.uri == "sip:102@pbx.example")
    }

    @Test(arguments: [
        [#"Digest realm="r", nonce="n", algorithm=SHA-512-256"#], [#"Digest realm="r", nonce="n", qop="auth-int""#],
        [#"Digest realm="r""#], ["nonsense"], [],
    ])
    func someChallengesHaveNoAnswer(values: [String]) throws {
        var client = DigestClient(username: "101", password: "secret")
        #expect(client.challenged(by: try response(401, values)) == .unsupported)
    }

    @Test func opaqueIsReturned() throws {
        var client = DigestClient(username: "101", password: "secret")
        var random = SeededRandom(seed: 2)
        _ = client.challenged(by: try response(401, [#"Digest realm="r", nonce="n", opaque="5ccc""#]))
        let fields = client.authorize(method: .register, uri: "sip:r", random: &random)
        #expect(try SIPCredentials(ascii: Array(fields[0].value.utf8)[...]).opaque == "5ccc")
    }
}
