import PBXBase
import SIPGrammar
import SIPUserAgent
import Testing

/// A phone's registration, and a registrar that says what a test wants.
private struct Dialogue {
    var registration = OutboundRegistration(
        account: .init(
            registrar: "sip:pbx.example", address: "<sip:101@pbx.example>", username: "101", password: "secret",
            seconds: 300),
        contact: "<sip:101@192.0.2.7:5062>", callID: "one-phone")
    var random = SeededRandom(seed: 7)
    var now = Instant(nanoseconds: 1_000_000_000)

    mutating func start() throws -> OutboundRegistration.Request { try request(registration.start(random: &random)) }
    mutating func stop() -> OutboundRegistration.Action { registration.stop(random: &random) }

    mutating func timeout(after pause: Interval) -> OutboundRegistration.Action {
        now = now + pause
        return registration.timeout(now: now, random: &random)
    }

    mutating func receives(
        _ status: Int, _ headers: [(SIPHeaderName, String)] = []
    ) throws -> OutboundRegistration.Action {
        var builder = SIPMessageBuilder(status: status)
        for (name, value) in headers { builder.add(name, value) }
        return registration.responseReceived(
            try SIPMessage(parsing: builder.finish()), now: now, random: &random)
    }

    mutating func becomesRegistered(seconds: Int) throws {
        _ = try start()
        _ = try receives(200, [(.contact, "<sip:101@192.0.2.7:5062>;expires=\(seconds)")])
    }
}

private func request(_ action: OutboundRegistration.Action) throws -> OutboundRegistration.Request {
    guard case .send(let request) = action else { throw Unexpected(action: "\(action)") }
    return request
}

private struct Unexpected: Error { var action: String }

extension OutboundRegistration.Request {
    fileprivate func value(_ name: SIPHeaderName) -> String? { headers.first { $0.name == name }?.value }
}

private let challenge = (SIPHeaderName.wwwAuthenticate, #"Digest realm="pbx.example", nonce="n1", qop="auth""#)

struct OutboundRegistrationTests {
    @Test func asksForItsContactAndIsDoneWithThe200() throws {
        var phone = Dialogue()
        let first = try phone.start()
        #expect(first.requestURI == "sip:pbx.example")
        #expect(first.value(.contact) == "<sip:101@192.0.2.7:5062>")
        #expect(first.value(.expires) == "300")
        #expect(first.value(.authorization) == nil)
        let action = try phone.receives(200, [(.contact, "<sip:101@192.0.2.7:5062>;expires=120")])
        guard case .registered(seconds: 120) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(phone.registration.phase == .registered)
    }

    @Test func answersAChallengeUnderTheSameCallIDWithTheNextCSeq() throws {
        var phone = Dialogue()
        let first = try phone.start()
        let second = try request(phone.receives(401, [challenge]))
        #expect(second.callID == first.callID)
        #expect(second.sequence == first.sequence + 1)
        #expect(second.value(.authorization)?.contains(#"username="101""#) == true)
    }

    @Test func givesUpOnAWrongPassword() throws {
        var phone = Dialogue()
        _ = try phone.start()
        _ = try phone.receives(401, [challenge])
        let action = try phone.receives(401, [challenge])
        guard case .failed(status: 401, _, isFinal: true) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(phone.registration.deadline == nil)
        #expect(phone.registration.phase == .refused)
    }

    @Test(arguments: [(3_600, 3_540), (120, 60), (60, 30), (1, 1)])
    func refreshesBeforeTheEnd(grantedSeconds: Int, refreshSeconds: Int) throws {
        var phone = Dialogue()
        try phone.becomesRegistered(seconds: grantedSeconds)
        #expect(phone.registration.deadline == phone.now + .seconds(refreshSeconds))
        let early = phone.timeout(after: .seconds(refreshSeconds) + .milliseconds(-1))
        guard case .nothing = early else {
            Issue.record("\(early)")
            return
        }
        let refresh = try request(phone.timeout(after: .milliseconds(1)))
        #expect(refresh.sequence == 2)
        #expect(refresh.value(.expires) == "300")
    }

    @Test func asksForLongerWhenTheRegistrarFindsItTooBrief() throws {
        var phone = Dialogue()
        _ = try phone.start()
        let second = try request(phone.receives(423, [(.minExpires, "900")]))
        #expect(second.value(.expires) == "900")
    }

    @Test func believesNoMinimumBelowWhatItAskedFor() throws {
        var phone = Dialogue()
        _ = try phone.start()
        guard case .failed(status: 423, _, isFinal: true) = try phone.receives(423, [(.minExpires, "10")]) else {
            Issue.record("a registrar that refuses what it asks for is not asked for ever")
            return
        }
    }

    @Test func takesTheExpiresHeaderWhenItsContactHasNoParameter() throws {
        var phone = Dialogue()
        _ = try phone.start()
        let action = try phone.receives(
            200,
            [(.contact, "<sip:101@192.0.2.9>;expires=5"), (.contact, "<sip:101@192.0.2.7:5062>"), (.expires, "90")])
        guard case .registered(seconds: 90) = action else {
            Issue.record("\(action)")
            return
        }
    }

    @Test func isNotRegisteredByA200WithoutItsContact() throws {
        var phone = Dialogue()
        _ = try phone.start()
        guard case .failed(_, _, isFinal: false) = try phone.receives(200, [(.contact, "<sip:101@192.0.2.9>")]) else {
            Issue.record("the registrar keeps somebody else's contact only")
            return
        }
        #expect(phone.registration.phase == .waiting)
    }

    @Test func triesAgainAfterEverLongerPauses() throws {
        var phone = Dialogue()
        _ = try phone.start()
        var pauses: [Int] = []
        for _ in 0..<8 {
            _ = phone.registration.requestFailed(status: 408, now: phone.now)
            let deadline = try #require(phone.registration.deadline)
            pauses.append((deadline - phone.now).seconds)
            _ = try request(phone.timeout(after: deadline - phone.now))
        }
        #expect(pauses == [30, 60, 120, 240, 480, 960, 1_800, 1_800])
    }

    @Test func waitsAsLongAsItIsTold() throws {
        var phone = Dialogue()
        _ = try phone.start()
        _ = try phone.receives(503, [(.retryAfter, "300 (maintenance)")])
        #expect(phone.registration.deadline == phone.now + .seconds(300))
    }

    @Test func removesItsContactWithAnOldNonceAndIsIdle() throws {
        var phone = Dialogue()
        _ = try phone.start()
        _ = try phone.receives(401, [challenge])
        _ = try phone.receives(200, [(.contact, "<sip:101@192.0.2.7:5062>;expires=120")])
        let last = try request(phone.stop())
        #expect(last.value(.expires) == "0")
        #expect(last.value(.authorization)?.contains("nc=00000002") == true)
        guard case .unregistered = try phone.receives(200) else {
            Issue.record("a 200 ends it")
            return
        }
        #expect(phone.registration.phase == .idle)
        #expect(phone.registration.deadline == nil)
    }

    @Test func hasNothingToRemoveBeforeItWasRegistered() throws {
        var phone = Dialogue()
        guard case .nothing = phone.stop() else {
            Issue.record("never started")
            return
        }
        _ = try phone.start()
        _ = try phone.receives(403)
        guard case .nothing = phone.stop() else {
            Issue.record("refused")
            return
        }
    }
}
