import CallControl
import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// What users set themselves: do not disturb, forwarding, and what they say about themselves.
@Suite struct UserSettingsTests {
    private let office = Office { $0.media.promptFolder = "/prompts" }
    private let caller: Desk
    private let callee: Desk

    init() {
        caller = office.desk("101")
        callee = office.desk("102")
    }

    private func set(_ change: UserSettingsChange, of number: String) throws {
        try office.exchange.change(change, of: number, now: office.world.now)
        office.wait()
    }

    private func settings(of number: String) -> UserSettings? { office.exchange.store.userSettings[number] }

    /// The words that were played last.
    private var words: [String] {
        (office.exchange.media.played.last?.items ?? []).compactMap { item in
            guard case .file(let path) = item else { return nil }
            return String(path.dropFirst("/prompts/en/".count).dropLast(".ulaw".count))
        }
    }

    // MARK: Do not disturb

    @Test func `who does not want to be disturbed is not rung, and the caller told`() throws {
        try set(.doNotDisturb(true), of: "102")
        caller.calls("102")
        #expect(callee.call == nil)
        #expect(caller.statuses == [401, 480])
        #expect(office.record?.cause == .doNotDisturb)
        #expect(office.record?.routeSteps.last == "\"102\" does not want to be disturbed")
        try set(.doNotDisturb(false), of: "102")
        caller.calls("102")
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test func `a ring group leaves out who does not want to be disturbed`() throws {
        let other = office.desk("103")
        try set(.doNotDisturb(true), of: "102")
        caller.calls("500")
        #expect(callee.call == nil)
        #expect(other.state == .incoming)
        other.picksUp()
        caller.hangsUp()
        #expect(office.record?.routeSteps.contains { $0.hasPrefix("\"102\" is left out") } == true)
        try set(.doNotDisturb(true), of: "103")
        caller.calls("500")
        #expect(caller.statuses == [401, 480])
        #expect(office.record?.cause == .doNotDisturb)
        office.close()
    }

    @Test func `the own phone still rings for a call that its user places by command`() throws {
        try set(.doNotDisturb(true), of: "101")
        _ = office.exchange.originate(from: "101", to: "102", now: office.world.now)
        office.wait()
        #expect(caller.state == .incoming)
        office.close()
    }

    @Test func `nobody is let go to who does not want to be disturbed, and a call that comes back rings`() throws {
        let other = office.desk("103")
        caller.calls("102")
        callee.picksUp()
        let id = try #require(office.calls.first?.id)
        try set(.doNotDisturb(true), of: "103")
        #expect(throws: CallRefusal.destination("103", .doNotDisturb)) {
            try office.exchange.operate(.transferBlind(id, by: "102", to: "103"), now: office.world.now)
        }
        try set(.doNotDisturb(false), of: "103")
        try set(.doNotDisturb(true), of: "102")
        try office.exchange.operate(.transferBlind(id, by: "102", to: "103"), now: office.world.now)
        office.wait()
        other.refuses(486)
        #expect(callee.state == .incoming)
        office.close()
    }

    // MARK: Forwarding

    @Test func `calls go where the extension forwards them`() throws {
        let other = office.desk("103")
        try set(.forwarding(to: "103"), of: "102")
        caller.calls("102")
        #expect(callee.call == nil)
        other.picksUp()
        caller.hangsUp()
        #expect(office.record?.answeredBy == "103")
        #expect(office.record?.calledNumber == "102")
        #expect(office.record?.routeSteps.contains("\"102\" forwards all calls to \"103\"") == true)
        office.close()
    }

    @Test func `who takes somebody's calls is put through to him`() throws {
        try set(.forwarding(to: "101"), of: "102")
        caller.calls("102")
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test func `what is wrong with the number that is forwarded to is what the caller is told`() throws {
        try set(.forwarding(to: "103"), of: "102")
        caller.calls("102")
        #expect(office.record?.cause == .notRegistered)
        office.close()
    }

    @Test func `extensions that forward to each other do not go on forever`() throws {
        try set(.forwarding(to: "103"), of: "102")
        try set(.forwarding(to: "102"), of: "103")
        caller.calls("102")
        #expect(caller.statuses == [401, 486])
        #expect(office.record?.cause == .redirectRefused)
        office.close()
    }

    @Test func `members of a ring group ring where they are`() throws {
        try set(.forwarding(to: "104"), of: "102")
        caller.calls("500")
        #expect(callee.state == .incoming)
        office.close()
    }

    @Test(arguments: ["102", "999", "*70", "701", "**101", "*78"])
    func `calls are not forwarded to where no caller can be`(target: String) {
        #expect(throws: UserSettingsRefusal.self) { try set(.forwarding(to: target), of: "102") }
        #expect(settings(of: "102") == nil)
        office.close()
    }

    @Test func `nobody sets anything for an extension that is not there`() {
        #expect(throws: UserSettingsRefusal.noSuchExtension) { try set(.doNotDisturb(true), of: "999") }
        office.close()
    }

    // MARK: At the phone

    @Test(arguments: [
        ("*78", ["do-not-disturb-on"]), ("*79", ["do-not-disturb-off"]),
        ("*72104", ["calls-go-to", "number-1", "number-0", "number-4"]), ("*73", ["calls-go-to-you"]),
        ("*72999", ["not-possible"]),
    ])
    func `a code changes a setting, says so, and hangs up`(code: String, said: [String]) throws {
        caller.calls(code)
        #expect(words == said)
        let changed = UserSettings(
            number: "101", doNotDisturb: code == "*78", forwardsTo: code == "*72104" ? "104" : nil)
        #expect(settings(of: "101") ?? UserSettings(number: "101") == changed)
        office.wait(.seconds(5))
        #expect(caller.state == .ended)
        #expect(office.record?.answeredBy == "own settings")
        #expect(office.record?.cause == .normal)
        office.close()
    }

    @Test func `nothing is said before it is stored`() {
        office.exchange.store.commitTime = .seconds(2)
        caller.calls("*78")
        #expect(caller.state == .established)
        #expect(office.exchange.media.played.isEmpty)
        office.wait(.seconds(2))
        #expect(words == ["do-not-disturb-on"])
        office.close()
    }

    @Test func `a text about oneself is one line of bounded length`() throws {
        try set(.presence("at lunch"), of: "102")
        #expect(settings(of: "102")?.presence == "at lunch")
        #expect(throws: UserSettingsRefusal.self) { try set(.presence("two\nlines"), of: "102") }
        let long = String(repeating: "x", count: UserSettings.presenceBytesMax + 1)
        #expect(throws: UserSettingsRefusal.self) { try set(.presence(long), of: "102") }
        office.close()
    }
}
