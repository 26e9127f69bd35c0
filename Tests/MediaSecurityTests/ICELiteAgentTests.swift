import CAllocationCounter
import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar
import Testing

struct ICELiteAgentTests {
    private static let browser = Endpoint(IPAddress(ipv4: 0xC633_6401), port: 50_000)
    private static let other = Endpoint(IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 9), port: 50_001)
    private static let now = Instant(nanoseconds: 5)

    private let plan: ICEPlan
    private var agent: ICELiteAgent
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_500, alignment: 16)

    init() throws {
        var random = SeededRandom(seed: 4)
        plan = ICEPlan(local: ICECredentials(from: &random), remoteUsernameFragment: "peer")
        agent = ICELiteAgent(plan)
    }

    @Test mutating func aValidCheckIsAnsweredWithItsSource() throws {
        for source in [Self.browser, Self.other] {
            let response = try required(check(CheckMaker(to: plan), from: source, expect: .answered(nil)))
            #expect(response.kind == .success)
            #expect(response.transaction == .init(high: 1, low: 2))
            #expect(response.mappedAddress == source)
            #expect(response.integrityStart != nil)
            #expect(agent.isValid(source))
        }
        #expect(agent.selected == nil)
        #expect(agent.lastCheck == Self.now)
    }

    @Test mutating func nominationSelects() {
        var nominating = CheckMaker(to: plan)
        nominating.usesCandidate = true
        _ = check(nominating, from: Self.browser, expect: .answered(Self.browser))
        #expect(agent.selected == Self.browser)
        // Consent checks on the same pair change nothing.
        _ = check(nominating, from: Self.browser, expect: .answered(nil))
        _ = check(CheckMaker(to: plan), from: Self.other, expect: .answered(nil))
        #expect(agent.selected == Self.browser)
    }

    @Test mutating func amongSeveralNominatedTheHighestPriorityStays() {
        var nominating = CheckMaker(to: plan)
        nominating.usesCandidate = true
        _ = check(nominating, from: Self.browser, expect: .answered(Self.browser))
        nominating.priority = 200
        _ = check(nominating, from: Self.other, expect: .answered(Self.other))
        nominating.priority = 100
        _ = check(nominating, from: Self.browser, expect: .answered(nil))
        #expect(agent.selected == Self.other)
        // The selected pair is still in use: the other has to ask twice in a row.
        nominating.priority = 200
        _ = check(nominating, from: Self.other, expect: .answered(nil))
        nominating.priority = 100
        _ = check(nominating, from: Self.browser, expect: .answered(nil))
        _ = check(nominating, from: Self.browser, expect: .answered(Self.browser))
    }

    @Test mutating func restartForgetsWhoWasValidButNotWhereMediaGoes() {
        var nominating = CheckMaker(to: plan)
        nominating.usesCandidate = true
        _ = check(nominating, from: Self.browser, expect: .answered(Self.browser))
        var random = SeededRandom(seed: 5)
        let restarted = ICEPlan(local: ICECredentials(from: &random), remoteUsernameFragment: "peer")
        agent.apply(restarted)
        #expect(agent.selected == Self.browser)
        #expect(!agent.isValid(Self.browser))
        _ = check(nominating, from: Self.browser, expect: .refused(401))
        var again = CheckMaker(to: restarted)
        again.usesCandidate = true
        _ = check(again, from: Self.other, expect: .answered(Self.other))
    }

    @Test mutating func aLateAnswerOnlyAddsTheRemoteFragment() {
        var random = SeededRandom(seed: 5)
        let local = ICECredentials(from: &random)
        agent = ICELiteAgent(ICEPlan(local: local))
        let check = CheckMaker(to: ICEPlan(local: local), from: "early")
        _ = self.check(check, from: Self.browser, expect: .answered(nil))
        agent.apply(ICEPlan(local: local, remoteUsernameFragment: "late"))
        #expect(agent.isValid(Self.browser))
        _ = self.check(check, from: Self.browser, expect: .refused(401))
    }

    @Test mutating func mistakesAreNamed() {
        var noName = CheckMaker(to: plan)
        noName.username = nil
        _ = check(noName, from: Self.browser, expect: .refused(400))
        var noTag = CheckMaker(to: plan)
        noTag.hasIntegrity = false
        _ = check(noTag, from: Self.browser, expect: .refused(400))
        var wrongPassword = CheckMaker(to: plan)
        wrongPassword.password += "x"
        _ = check(wrongPassword, from: Self.browser, expect: .refused(401))
        var wrongName = CheckMaker(to: plan)
        wrongName.username = "nobody:peer"
        _ = check(wrongName, from: Self.browser, expect: .refused(401))
        _ = check(CheckMaker(to: plan, from: "stranger"), from: Self.browser, expect: .refused(401))
        var unknown = CheckMaker(to: plan)
        unknown.unknownAttribute = 0x7FFF
        let response = check(unknown, from: Self.browser, expect: .refused(420))
        #expect(response?.integrityStart != nil)
        var controlled = CheckMaker(to: plan)
        controlled.isControlling = false
        _ = check(controlled, from: Self.browser, expect: .refused(487))
        #expect(!agent.isValid(Self.browser))
        #expect(agent.lastCheck == nil)
    }

    @Test mutating func whatIsNoCheckIsIgnored() {
        var bare = CheckMaker(to: plan)
        bare.hasFingerprint = false
        _ = check(bare, from: Self.browser, expect: .ignored)
        for kind in [STUNMessage.Kind.indication, .success, .failure] {
            var other = CheckMaker(to: plan)
            other.kind = kind
            _ = check(other, from: Self.browser, expect: .ignored)
        }
        let whole = CheckMaker(to: plan).bytes()
        for count in 0..<whole.count { expect(Array(whole.prefix(count)), .ignored) }
        var random = SeededRandom(seed: 9)
        for _ in 0..<2_000 {
            var damaged = whole
            damaged[Int.random(in: damaged.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            expect(damaged, .ignored)
        }
    }

    @Test mutating func validSourcesAreBounded() {
        var nominating = CheckMaker(to: plan)
        nominating.usesCandidate = true
        _ = check(nominating, from: Self.browser, expect: .answered(Self.browser))
        for number in 0..<50 as Range<UInt16> {
            let source = Endpoint(.ipv4Loopback, port: 1_000 + number)
            _ = check(CheckMaker(to: plan), from: source, expect: .answered(nil))
        }
        #expect(agent.isValid(Self.browser))
        #expect(agent.isValid(Endpoint(.ipv4Loopback, port: 1_049)))
        #expect(!agent.isValid(Endpoint(.ipv4Loopback, port: 1_000)))
    }

    @Test(.enabled(if: pbx_allocations_are_counted() != 0))
    mutating func checksAllocateNothing() {
        var nominating = CheckMaker(to: plan)
        nominating.usesCandidate = true
        let bytes = nominating.bytes()
        buffer.copyBytes(from: bytes)
        _ = agent.receive(buffer, count: bytes.count, from: Self.browser, now: Self.now)
        let before = pbx_allocations_of_thread()
        for _ in 0..<1_000 {
            buffer.copyBytes(from: bytes)
            _ = agent.receive(buffer, count: bytes.count, from: Self.browser, now: Self.now)
        }
        #expect(pbx_allocations_of_thread() == before)
    }

    private enum Expectation {
        case answered(Endpoint?)
        case refused(Int)
        case ignored
    }

    /// The response, which itself must be well-formed.
    private mutating func check(
        _ check: CheckMaker, from source: Endpoint, expect expected: Expectation
    ) -> STUNMessage? {
        let bytes = check.bytes()
        buffer.copyBytes(from: bytes)
        let outcome = agent.receive(buffer, count: bytes.count, from: source, now: Self.now)
        let responseCount: Int
        switch (outcome, expected) {
        case (.answered(let count, let selected), .answered(let endpoint)):
            #expect(selected == endpoint)
            responseCount = count
        case (.refused(let count, let code), .refused(let expectedCode)):
            #expect(code == expectedCode)
            responseCount = count
        case (.ignored, .ignored): return nil
        default:
            Issue.record("\(outcome) instead of \(expected)")
            return nil
        }
        let response = Array(buffer.prefix(responseCount))
        guard let message = try? STUNMessage(response.span) else {
            Issue.record("malformed response")
            return nil
        }
        #expect(hasRightFingerprint(message, response))
        if case .refused(let code) = expected {
            #expect(message.kind == .failure)
            #expect(message.errorCode == code)
        }
        return message
    }

    private mutating func expect(_ bytes: [UInt8], _ expected: ICELiteAgent.Outcome) {
        buffer.copyBytes(from: bytes)
        #expect(agent.receive(buffer, count: bytes.count, from: Self.browser, now: Self.now) == expected)
    }
}

/// `#expect` takes no spans.
private func hasRightFingerprint(_ message: STUNMessage, _ bytes: [UInt8]) -> Bool {
    STUNFingerprint.isRight(message, in: bytes.span)
}
