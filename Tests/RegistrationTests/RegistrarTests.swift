import PBXBase
import PBXModel
import Registration
import SIPGrammar
import Testing

/// A registrar with a virtual clock, and the phones in front of it.
private struct Desk {
    var registrar = Registrar()
    var now = Now(instant: Instant(nanoseconds: 1_000_000_000), wall: WallTime(microseconds: 1_768_212_000_000_000))
    var policy = RegistrationPolicy(SIPSettings(), contactsMax: 3, registrationsMax: 5)
    var effects: [RegistrationEffect] = []
    var flow = Flow(
        transport: .udp, local: Endpoint(.ipv4Loopback, port: 5_060),
        remote: Endpoint(IPAddress(ipv4: 0xC633_6401), port: 40_000))  // 198.51.100.1: behind a NAT

    mutating func pass(_ seconds: Int) {
        now.instant = now.instant + .seconds(seconds)
        now.wall = now.wall + .seconds(seconds)
    }

    /// Sends a REGISTER; the effects of earlier requests are forgotten.
    mutating func register(
        _ contacts: String..., number: String = "101", callID: String = "a", cseq: Int = 1, expires: Int? = nil,
        headers: (SIPHeaderName, String)...
    ) throws -> RegistrationAnswer {
        var builder = SIPMessageBuilder(request: .register, uriText: "sip:pbx.example")
        builder.add(.callID, callID)
        builder.add(.cseq, "\(cseq) REGISTER")
        for contact in contacts { builder.add(.contact, contact) }
        if let expires { builder.add(.expires, expires) }
        for (name, value) in headers { builder.add(name, value) }
        effects = []
        return registrar.register(
            number: number, try SIPMessage(parsing: builder.finish()), flow: flow, policy: policy, now: now,
            into: &effects)
    }

    mutating func expire() {
        effects = []
        registrar.expire(now: now.instant, into: &effects)
    }

    var contacts: [String] { registrar.bindings(for: "101", now: now.instant).map(\.contact) }

    /// The effects in a word each.
    var story: [String] {
        effects.map { effect in
            switch effect {
            case .record(.bindingSet(let binding)): "store \(binding.contact)"
            case .record(.bindingRemoved(_, let contact)): "forget \(contact)"
            case .record: "other fact"
            case .added(let snapshot): "added \(snapshot.contact)"
            case .removed(let snapshot, let reason): "removed \(snapshot.contact) \(reason.rawValue)"
            }
        }
    }
}

extension RegistrationAnswer {
    fileprivate func values(_ name: SIPHeaderName) -> [String] { headers.filter { $0.name == name }.map(\.value) }
}

private let phone = "<sip:101@192.0.2.7:5060>"
private let phoneURI = "sip:101@192.0.2.7:5060"
private let other = "<sip:101@192.0.2.8>"
private let otherURI = "sip:101@192.0.2.8"

struct RegistrarTests {
    @Test func aPhoneRegisters() throws {
        var desk = Desk()
        let answer = try desk.register(phone, expires: 300, headers: (.userAgent, "Phone/1.0"))
        #expect(answer.status == 200)
        #expect(answer.values(.contact) == ["<\(phoneURI)>;expires=300"])
        #expect(desk.story == ["store \(phoneURI)", "added \(phoneURI)"])
        let binding = try #require(desk.registrar.bindings(for: "101", now: desk.now.instant).first)
        #expect(binding.source == desk.flow.remote)
        #expect(binding.flow == desk.flow)
        #expect(binding.expiresAt == desk.now.wall + .seconds(300))
        #expect(binding.userAgent == "Phone/1.0")
        #expect(desk.registrar.deadline == desk.now.instant + .seconds(300))
    }

    @Test func aRefreshIsStoredButNotAnnounced() throws {
        var desk = Desk()
        _ = try desk.register(phone, expires: 300)
        desk.pass(200)
        let answer = try desk.register(phone, cseq: 2, expires: 300)
        #expect(answer.values(.contact) == ["<\(phoneURI)>;expires=300"])
        #expect(desk.story == ["store \(phoneURI)"])
        desk.pass(299)
        desk.expire()
        #expect(desk.contacts == [phoneURI])
    }

    @Test func aBindingExpires() throws {
        var desk = Desk()
        _ = try desk.register(phone, expires: 60)
        desk.pass(59)
        desk.expire()
        #expect(desk.story.isEmpty)
        #expect(try desk.register().values(.contact) == ["<\(phoneURI)>;expires=1"])
        desk.pass(1)
        #expect(desk.contacts.isEmpty)
        desk.expire()
        #expect(desk.story == ["forget \(phoneURI)", "removed \(phoneURI) expired"])
        #expect(desk.registrar.count == 0)
        #expect(desk.registrar.deadline == nil)
    }

    @Test(arguments: [
        (nil, nil, 600), (nil, 120, 120), (90, 120, 90), (nil, 999_999, 7_200), (99_999, nil, 7_200),
    ])
    func lifetimeIsTheContactsElseTheHeadersElseTheDefault(contact: Int?, header: Int?, granted: Int) throws {
        var desk = Desk()
        let answer = try desk.register(phone + (contact.map { ";expires=\($0)" } ?? ""), expires: header)
        #expect(answer.values(.contact) == ["<\(phoneURI)>;expires=\(granted)"])
    }

    @Test func tooBriefIsRefused() throws {
        var desk = Desk()
        let answer = try desk.register(phone, other + ";expires=10", expires: 300)
        #expect(answer.status == 423)
        #expect(answer.values(.minExpires) == ["60"])
        #expect(desk.story.isEmpty)
        #expect(desk.contacts.isEmpty)
    }

    @Test func aQueryChangesNothing() throws {
        var desk = Desk()
        _ = try desk.register(phone + ";q=0.5", other, expires: 300)
        desk.pass(100)
        let answer = try desk.register(callID: "query")
        #expect(answer.values(.contact) == ["<\(phoneURI)>;expires=200;q=0.500", "<\(otherURI)>;expires=200"])
        #expect(desk.story.isEmpty)
    }

    @Test func preferredContactsComeFirstThenTheLatest() throws {
        var desk = Desk()
        _ = try desk.register("<sip:a@h>;q=0.3", callID: "1")
        _ = try desk.register("<sip:b@h>;q=0.9", callID: "2")
        _ = try desk.register("<sip:c@h>;q=0.9", callID: "3")
        #expect(desk.contacts == ["sip:c@h", "sip:b@h", "sip:a@h"])
        _ = try desk.register("<sip:b@h>;q=0.9", callID: "2", cseq: 2)
        #expect(desk.contacts == ["sip:b@h", "sip:c@h", "sip:a@h"])
    }

    @Test func unregistering() throws {
        var desk = Desk()
        _ = try desk.register(phone, other)
        let answer = try desk.register(phone + ";expires=0", cseq: 2)
        #expect(answer.values(.contact) == ["<\(otherURI)>;expires=600"])
        #expect(desk.story == ["forget \(phoneURI)", "removed \(phoneURI) unregistered"])
        #expect(try desk.register(phone + ";expires=0", cseq: 3).status == 200)
        #expect(desk.story.isEmpty)
    }

    @Test func theWildcardRemovesEverything() throws {
        var desk = Desk()
        _ = try desk.register(phone, other)
        #expect(try desk.register("*", cseq: 2).status == 400)
        #expect(try desk.register("*", cseq: 2, expires: 60).status == 400)
        #expect(desk.contacts.count == 2)
        let answer = try desk.register("*", cseq: 2, expires: 0)
        #expect(answer.status == 200)
        #expect(answer.values(.contact).isEmpty)
        #expect(desk.story.count == 4)
        #expect(desk.registrar.count == 0)
    }

    @Test func anOlderRequestOfTheSameCallChangesNothing() throws {
        var desk = Desk()
        _ = try desk.register(phone, cseq: 7)
        #expect(try desk.register(phone + ";expires=0", cseq: 6).status == 500)
        #expect(try desk.register("*", cseq: 6, expires: 0).status == 500)
        #expect(desk.contacts == [phoneURI])
        // The same again, after a restart of ours left it unanswered.
        #expect(try desk.register(phone, cseq: 7).status == 200)
        #expect(desk.story.isEmpty)
        // Another Call-ID is another client life: its numbers do not compare.
        #expect(try desk.register(phone + ";expires=0", callID: "b", cseq: 1).status == 200)
        #expect(desk.contacts.isEmpty)
    }

    @Test func oneContactTooManyIsRefusedWhole() throws {
        var desk = Desk()
        _ = try desk.register("<sip:a@h>", "<sip:b@h>")
        let answer = try desk.register("<sip:c@h>", "<sip:d@h>", cseq: 2)
        #expect(answer.status == 403)
        #expect(desk.contacts.count == 2)
        #expect(try desk.register("<sip:a@h>;expires=0", "<sip:c@h>", "<sip:d@h>", cseq: 3).status == 200)
        #expect(desk.contacts.count == 3)
        #expect(try desk.register("<sip:d@h>", cseq: 4).status == 200)
    }

    @Test func aFullRegistrarSaysWhenToComeBack() throws {
        var desk = Desk()
        for number in 1...5 {
            #expect(try desk.register(phone, number: "10\(number)").status == 200)
        }
        let answer = try desk.register(phone, number: "106")
        #expect(answer.status == 503)
        #expect(answer.values(.retryAfter) == ["60"])
        #expect(try desk.register(phone, number: "105", cseq: 2).status == 200)
    }

    @Test(arguments: ["<tel:+4930123>", "<mailto:a@b>", "<sip:101@192.0.2.7", ""]) func uselessContacts(text: String)
        throws
    {
        var desk = Desk()
        #expect(try desk.register(text).status == 400)
        #expect(desk.story.isEmpty)
    }

    @Test func whatIsKeptPerBindingIsBounded() throws {
        var desk = Desk()
        let long = "<sip:101@h;x=\(String(repeating: "y", count: 4_096))>"
        #expect(try desk.register(long).status == 400)
        #expect(try desk.register(phone, headers: (.path, long)).status == 400)
        #expect(try desk.register(phone, headers: (.userAgent, long)).status == 200)
        #expect(desk.registrar.bindings(for: "101", now: desk.now.instant).first?.userAgent.utf8.count == 128)
    }

    @Test func theSameContactTwiceIsOneBinding() throws {
        var desk = Desk()
        #expect(try desk.register(phone, "<SIP:101@192.0.2.7:5060>").status == 200)
        #expect(desk.contacts == [phoneURI])
        #expect(desk.registrar.count == 1)
    }

    @Test func anEquivalentSpellingReplacesTheStoredOne() throws {
        var desk = Desk()
        _ = try desk.register("<sip:101@192.0.2.8;ob>")
        #expect(try desk.register("<sip:101@192.0.2.8>", cseq: 2).status == 200)
        #expect(desk.story == ["forget sip:101@192.0.2.8;ob", "store sip:101@192.0.2.8"])
    }
}

struct RegistrarPathTests {
    @Test func pathIsKeptAndEchoedToThoseWhoKnowIt() throws {
        var desk = Desk()
        let path = "<sip:edge.example;lr>, <sip:inner.example;lr>"
        let answer = try desk.register(
            phone, headers: (.path, path), (.path, "<sip:third.example;lr>"), (.supported, "path"))
        #expect(answer.values(.path) == [path + ", <sip:third.example;lr>"])
        let binding = try #require(desk.registrar.bindings(for: "101", now: desk.now.instant).first)
        #expect(binding.path == path + ", <sip:third.example;lr>")
        #expect(try desk.register(phone, cseq: 2, headers: (.path, path)).values(.path).isEmpty)
        #expect(try desk.register(phone, cseq: 3, headers: (.path, "<nonsense")).status == 400)
    }
}

struct RegistrarFlowTests {
    @Test func aReboundNATReplacesTheSource() throws {
        var desk = Desk()
        _ = try desk.register(phone)
        desk.flow.remote.port = 40_001
        _ = try desk.register(phone, cseq: 2)
        #expect(desk.registrar.bindings(for: "101", now: desk.now.instant).map(\.source.port) == [40_001])
        #expect(desk.story == ["store \(phoneURI)"])
    }

    @Test func aPhoneThatNoNATHidesIsCalledAtItsContact() throws {
        var desk = Desk()
        desk.flow.remote = Endpoint(IPAddress(ipv4: 0xC000_0207), port: 40_000)
        _ = try desk.register(phone)
        #expect(desk.registrar.bindings(for: "101", now: desk.now.instant).map(\.source.port) == [5_060])
        _ = try desk.register("<sip:101@192.0.2.7>", cseq: 2, headers: (.path, "<sip:edge.example;lr>"))
        let sources = desk.registrar.bindings(for: "101", now: desk.now.instant).map(\.source.port)
        #expect(Set(sources) == [5_060, 40_000], "through a proxy only the way back is known to work")
    }

    @Test func aPhoneThatNoNATHidesOutlivesItsConnection() throws {
        var desk = Desk()
        desk.flow = Flow(
            transport: .tcp, local: desk.flow.local, remote: Endpoint(IPAddress(ipv4: 0xC000_0207), port: 40_000),
            connection: 9)
        _ = try desk.register(phone)
        #expect(desk.registrar.bindings(for: "101", now: desk.now.instant).map(\.source.port) == [40_000])
        desk.effects = []
        desk.registrar.connectionClosed(9, into: &desk.effects)
        #expect(desk.story == ["store \(phoneURI)"])
        let binding = try #require(desk.registrar.bindings(for: "101", now: desk.now.instant).first)
        #expect(binding.connection == 0)
        #expect(binding.source == Endpoint(IPAddress(ipv4: 0xC000_0207), port: 5_060))
    }

    @Test func aClosedConnectionTakesItsBindingsAlong() throws {
        var desk = Desk()
        desk.flow.transport = .tcp
        desk.flow.connection = 9
        _ = try desk.register(phone)
        _ = try desk.register(phone, number: "102")
        desk.flow.connection = 10
        _ = try desk.register(other, callID: "b")
        desk.effects = []
        desk.registrar.connectionClosed(9, into: &desk.effects)
        #expect(desk.story.filter { $0.hasSuffix("connection_closed") }.count == 2)
        #expect(desk.contacts == [otherURI])
        #expect(desk.registrar.count(of: "102") == 0)
    }

    @Test func aNewConnectionTakesTheBindingOver() throws {
        var desk = Desk()
        desk.flow.transport = .tcp
        desk.flow.connection = 9
        _ = try desk.register(phone)
        desk.flow.connection = 10
        _ = try desk.register(phone, cseq: 2)
        desk.effects = []
        desk.registrar.connectionClosed(9, into: &desk.effects)
        #expect(desk.story.isEmpty)
        #expect(desk.registrar.bindings(for: "101", now: desk.now.instant).map(\.connection) == [10])
        desk.registrar.connectionClosed(10, into: &desk.effects)
        #expect(desk.contacts.isEmpty)
    }

    @Test func aDeviceThatComesBackElsewhereReplacesItself() throws {
        var desk = Desk()
        desk.policy.contactsMax = 1
        let instance = #";+sip.instance="<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>""#
        _ = try desk.register(phone + instance)
        let answer = try desk.register(other + instance, callID: "after-reboot")
        #expect(answer.values(.contact) == ["<\(otherURI)>;expires=600\(instance)"])
        #expect(
            desk.story == [
                "forget \(phoneURI)", "removed \(phoneURI) replaced", "store \(otherURI)", "added \(otherURI)",
            ])
        #expect(try desk.register(phone).status == 403)
    }
}

struct RegistrarRestartTests {
    private func stored(_ number: String, _ contact: String, expiresIn seconds: Int, at now: Now) -> ContactBinding {
        ContactBinding(
            number: number, contact: contact, transport: "tcp", source: Endpoint(.ipv4Loopback, port: 1),
            local: Endpoint(.ipv4Loopback, port: 5_060), connection: 77, expiresAt: now.wall + .seconds(seconds),
            sipCallID: "a", cseq: 5)
    }

    @Test func bindingsComeBackWithWhatIsLeft() throws {
        var desk = Desk()
        desk.registrar.restore(
            [
                stored("101", phoneURI, expiresIn: 50, at: desk.now),
                stored("101", otherURI, expiresIn: 0, at: desk.now),
                stored("999", phoneURI, expiresIn: 50, at: desk.now), stored("101", "?", expiresIn: 50, at: desk.now),
            ], now: desk.now, secondsMax: 7_200, isKnown: { $0 == "101" }, into: &desk.effects)
        #expect(desk.story == ["forget \(otherURI)", "forget \(phoneURI)", "forget ?"])
        #expect(desk.contacts == [phoneURI])
        #expect(desk.registrar.bindings(for: "101", now: desk.now.instant).map(\.connection) == [0])
        #expect(desk.registrar.deadline == desk.now.instant + .seconds(50))
        #expect(try desk.register(phone, cseq: 4).status == 500)
        #expect(try desk.register(phone, cseq: 6).status == 200)
        #expect(desk.story == ["store \(phoneURI)"])
    }

    @Test func aClockSetBackMakesNoBindingLiveForEver() {
        var desk = Desk()
        desk.registrar.restore(
            [stored("101", phoneURI, expiresIn: 9_000_000_000, at: desk.now)], now: desk.now, secondsMax: 7_200,
            isKnown: { _ in true }, into: &desk.effects)
        #expect(desk.registrar.deadline == desk.now.instant + .seconds(7_200))
    }

    @Test func extensionsThatAreGoneLoseTheirBindings() throws {
        var desk = Desk()
        _ = try desk.register(phone)
        _ = try desk.register(phone, number: "102")
        desk.effects = []
        desk.registrar.removeBindings(unless: { $0 == "101" }, into: &desk.effects)
        #expect(desk.story == ["forget \(phoneURI)", "removed \(phoneURI) removed"])
        #expect(desk.registrar.snapshots.map(\.number) == ["101"])
    }
}

struct RegistrarFuzzTests {
    /// Whatever stands in a REGISTER that still parses, it is answered, and the limits hold.
    @Test(arguments: 0..<10) func mutatedRequests(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var desk = Desk()
        var builder = SIPMessageBuilder(request: .register, uriText: "sip:pbx.example")
        builder.add(.callID, "a84b4c76e66710")
        builder.add(.cseq, "1826 REGISTER")
        builder.add(.contact, #""Desk" <sip:101@192.0.2.7:5060;transport=tcp>;q=0.7;expires=3600, <sips:b@h>"#)
        builder.add(.path, "<sip:edge.example;lr>")
        builder.add(.supported, "path, outbound")
        builder.add(.expires, 7_200)
        let original = builder.finish()
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: index)
                }
            }
            guard let message = try? SIPMessage(parsing: bytes) else { continue }
            let answer = desk.registrar.register(
                number: "101", message, flow: desk.flow, policy: desk.policy, now: desk.now, into: &desk.effects)
            #expect([200, 400, 403, 423, 500].contains(answer.status))
            #expect(desk.registrar.count <= desk.policy.contactsMax)
        }
    }
}

struct RegistrarInvariantTests {
    /// Random phones for a virtual day: the indexes agree, limits hold, and in the end nothing is left.
    @Test(arguments: 0..<20) func nothingLeaks(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var desk = Desk()
        desk.policy.registrationsMax = 12
        var alive: Set<String> = []
        for step in 1...400 {
            desk.flow.connection = UInt64.random(in: 0...4, using: &random)
            let number = "10\(Int.random(in: 1...6, using: &random))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                desk.effects = []
                desk.registrar.connectionClosed(UInt64.random(in: 1...4, using: &random), into: &desk.effects)
            case 1: _ = try desk.register("*", number: number, callID: "\(step)", expires: 0)
            case 2...4:
                desk.pass(Int.random(in: 0...90, using: &random))
                desk.expire()
            default:
                let contact = "<sip:\(number)@h\(Int.random(in: 1...5, using: &random))>"
                let seconds = [0, 60, 120, 3_600].randomElement(using: &random)
                _ = try desk.register(contact, number: number, callID: "\(step)", expires: seconds)
            }
            for effect in desk.effects {
                switch effect {
                case .added(let snapshot): #expect(alive.insert(snapshot.number + snapshot.contact).inserted)
                case .removed(let snapshot, _): #expect(alive.remove(snapshot.number + snapshot.contact) != nil)
                case .record: break
                }
            }
            #expect(Set(desk.registrar.snapshots.map { $0.number + $0.contact }) == alive)
            #expect(desk.registrar.count == alive.count)
            #expect(alive.count <= 12)
        }
        desk.pass(86_400)
        desk.expire()
        #expect(desk.registrar.count == 0)
        #expect(desk.registrar.deadline == nil)
    }
}
