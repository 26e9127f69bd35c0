import PBXBase
import SIPDialog
import SIPGrammar
import SIPUserAgent
import Testing

/// A phone's subscription, and a notifier that says what a test wants.
private struct Dialogue {
    var random = SeededRandom(seed: 7)
    var now = Instant(nanoseconds: 1_000_000_000)
    var subscription: OutboundSubscription
    private var sequence = 0

    init() {
        let endpoint = Endpoint(.ipv4Loopback, port: 5_060)
        subscription = OutboundSubscription(
            target: .init(
                uri: "sip:102@pbx.example", address: "<sip:101@pbx.example>", event: "dialog",
                accept: "application/dialog-info+xml", flow: Flow(transport: .udp, local: endpoint, remote: endpoint),
                credentials: DigestClient(username: "101", password: "secret"), seconds: 300), random: &random)
    }

    mutating func start() throws -> [SIPHeaderName: String] { try headers(subscription.start(random: &random)) }
    mutating func stop() -> OutboundSubscription.Action { subscription.stop(random: &random) }

    mutating func timeout(after pause: Interval) -> OutboundSubscription.Action {
        now = now + pause
        return subscription.timeout(now: now, random: &random)
    }

    mutating func receives(
        _ status: Int, _ headers: [(SIPHeaderName, String)] = []
    ) throws -> OutboundSubscription.Action {
        var builder = SIPMessageBuilder(status: status)
        builder.add(.to, "<sip:102@pbx.example>;tag=theirs")
        builder.add(.contact, "<sip:102@127.0.0.1:5060>")
        for (name, value) in headers { builder.add(name, value) }
        return subscription.responseReceived(try SIPMessage(parsing: builder.finish()), now: now, random: &random)
    }

    mutating func notice(_ state: String, fromTag: String = "theirs") throws -> SIPMessage {
        sequence += 1
        var builder = SIPMessageBuilder(request: .notify, uriText: "sip:101@127.0.0.1")
        builder.add(.from, "<sip:102@pbx.example>;tag=\(fromTag)")
        builder.add(.to, "<sip:101@pbx.example>;tag=\(subscription.dialog.localTag)")
        builder.add(.callID, subscription.dialog.callID)
        builder.add(.cseq, "\(sequence) NOTIFY")
        builder.add(.event, "dialog")
        builder.add(.subscriptionState, state)
        return try SIPMessage(parsing: builder.finish())
    }

    mutating func isTold(_ state: String) throws -> OutboundSubscription.Action {
        let request = try notice(state)
        #expect(subscription.isNoticeOfThis(request))
        return subscription.notified(request, now: now)
    }

    mutating func becomesActive(seconds: Int = 300) throws {
        _ = try start()
        _ = try receives(200, [(.expires, "\(seconds)")])
        _ = try isTold("active;expires=\(seconds)")
    }
}

private struct Unexpected: Error { var action: String }

private func headers(_ action: OutboundSubscription.Action) throws -> [SIPHeaderName: String] {
    guard case .send(let headers) = action else { throw Unexpected(action: "\(action)") }
    return Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
}

private func isLost(_ action: OutboundSubscription.Action, isFinal wanted: Bool) -> Bool {
    if case .lost(_, _, let isFinal) = action { isFinal == wanted } else { false }
}

@Suite struct OutboundSubscriptionTests {
    @Test("it asks for the event, and answers a challenge in the same dialog")
    func challenge() throws {
        var phone = Dialogue()
        let first = try phone.start()
        #expect(first[.event] == "dialog" && first[.expires] == "300" && first[.authorization] == nil)
        let tag = phone.subscription.dialog.localTag
        let second = try headers(
            phone.receives(401, [(.wwwAuthenticate, #"Digest realm="pbx.example", nonce="n1", qop="auth""#)]))
        #expect(second[.authorization]?.contains(#"uri="sip:102@pbx.example""#) == true)
        #expect(phone.subscription.dialog.localTag == tag)
        let lost = try phone.receives(401, [(.wwwAuthenticate, #"Digest realm="pbx.example", nonce="n2""#)])
        #expect(isLost(lost, isFinal: true))
    }

    @Test("it is refreshed in time, in its dialog", arguments: [(300, 240), (60, 30)])
    func refresh(seconds: Int, after: Int) throws {
        var phone = Dialogue()
        try phone.becomesActive(seconds: seconds)
        #expect(phone.subscription.deadline == phone.now + .seconds(after))
        _ = try headers(phone.timeout(after: .seconds(after)))
        #expect(phone.subscription.dialog.remoteTag == "theirs")
        #expect(phone.subscription.dialog.remoteTarget == "sip:102@127.0.0.1:5060")
        _ = try phone.receives(200, [(.expires, "\(seconds)")])
        #expect(phone.subscription.phase == .active && phone.subscription.deadline == phone.now + .seconds(after))
    }

    @Test("a NOTIFY may cut the lifetime short, and may come before the 200")
    func notices() throws {
        var phone = Dialogue()
        _ = try phone.start()
        _ = try phone.isTold("active;expires=300")
        _ = try phone.receives(200, [(.expires, "300")])
        _ = try phone.isTold("active;expires=100")
        #expect(phone.subscription.deadline == phone.now + .seconds(50))
        let foreign = try phone.notice("active", fromTag: "stranger")
        #expect(!phone.subscription.isNoticeOfThis(foreign))
    }

    @Test("without any NOTIFY it begins anew")
    func silence() throws {
        var phone = Dialogue()
        _ = try phone.start()
        _ = try phone.receives(200, [(.expires, "300")])
        let tag = phone.subscription.dialog.localTag
        let lost = phone.timeout(after: .seconds(32))
        #expect(isLost(lost, isFinal: false))
        _ = try headers(phone.timeout(after: .seconds(2)))
        #expect(phone.subscription.dialog.localTag != tag)
    }

    @Test("a forgotten subscription begins anew, in growing pauses")
    func forgotten() throws {
        var phone = Dialogue()
        try phone.becomesActive()
        _ = phone.timeout(after: .seconds(240))
        let lost = try phone.receives(481)
        #expect(isLost(lost, isFinal: false))
        _ = try headers(phone.timeout(after: .seconds(2)))
        _ = try phone.receives(200, [(.expires, "300")])
        let ended = try phone.isTold("terminated;reason=deactivated")
        #expect(isLost(ended, isFinal: false))
        #expect(phone.subscription.deadline == phone.now + .seconds(4))
    }

    @Test(
        "the end is taken as its reason says",
        arguments: [
            ("terminated;reason=rejected", true, nil), ("terminated;reason=noresource", true, nil),
            ("terminated;reason=probation;retry-after=90", false, 90), ("terminated;reason=timeout", false, 2),
            ("terminated", false, 2),
        ] as [(String, Bool, Int?)])
    func ends(state: String, isFinal: Bool, pause: Int?) throws {
        var phone = Dialogue()
        try phone.becomesActive()
        let lost = try phone.isTold(state)
        #expect(isLost(lost, isFinal: isFinal))
        #expect(phone.subscription.deadline == pause.map { phone.now + .seconds($0) })
    }

    @Test(
        "a refusal is final or not",
        arguments: [(489, true), (403, true), (405, true), (503, false), (480, false), (500, false)])
    func refusals(status: Int, isFinal: Bool) throws {
        var phone = Dialogue()
        _ = try phone.start()
        let lost = try phone.receives(status, [(.retryAfter, "77 (later)")])
        #expect(isLost(lost, isFinal: isFinal))
        #expect(phone.subscription.deadline == (isFinal ? nil : phone.now + .seconds(77)))
    }

    @Test("a lifetime that is too short is asked for again, longer")
    func tooBrief() throws {
        var phone = Dialogue()
        _ = try phone.start()
        let asked = try headers(phone.receives(423, [(.minExpires, "900")]))
        #expect(asked[.expires] == "900")
    }

    @Test("it is ended by a SUBSCRIBE of no lifetime")
    func stop() throws {
        var phone = Dialogue()
        try phone.becomesActive()
        let asked = try headers(phone.stop())
        #expect(asked[.expires] == "0")
        guard case .ended = try phone.receives(200) else {
            Issue.record("it has not ended")
            return
        }
        #expect(phone.subscription.phase == .idle && phone.subscription.deadline == nil)
        var other = Dialogue()
        _ = try other.start()
        guard case .ended = other.stop() else {
            Issue.record("what never was cannot end")
            return
        }
    }
}
