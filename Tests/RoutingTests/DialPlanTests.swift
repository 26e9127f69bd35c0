import PBXBase
import PBXModel
import Routing
import Testing

@Suite struct DialPlanTests {
    private let directory: Directory = {
        let secret = DigestSecret(md5: "", sha256: "")
        let origin = ConfigOrigin(file: "conf.d/people.toml", line: 3, column: 1)
        let people = ["101", "102"].map {
            Extension(number: $0, displayName: "Phone \($0)", secret: secret, origin: origin)
        }
        let group = RingGroup(number: "500", displayName: "Office", members: ["101", "102"], origin: origin)
        return Directory(
            realm: "example", domains: [], extensions: Dictionary(uniqueKeysWithValues: people.map { ($0.number, $0) }),
            ringGroups: ["500": group],
            conferences: ["800": ConferenceRoom(number: "800", displayName: "Team", origin: origin)])
    }()

    private let settings = UserSettingsTable()

    @Test func anExtensionIsReachedByItsNumber() {
        let decision = DialPlan(directory: directory, settings: settings).decide(dialled: "102", caller: "101")
        #expect(decision.destination == .extensionNumber("102"))
        #expect(decision.steps.last?.description == "\"102\" is extension \"Phone 102\" (conf.d/people.toml:3:1)")
    }

    @Test func aRingGroupIsReachedByItsNumber() {
        let decision = DialPlan(directory: directory, settings: settings).decide(dialled: "500", caller: "101")
        #expect(decision.destination == .ringGroup("500"))
    }

    @Test func aConferenceIsReachedByItsNumber() {
        let decision = DialPlan(directory: directory, settings: settings).decide(dialled: "800", caller: "101")
        #expect(decision.destination == .conference("800"))
        #expect(decision.steps.last?.description == "\"800\" is conference \"Team\" (conf.d/people.toml:3:1)")
    }

    @Test(arguments: [("*43", Destination.echoTest), ("*44", .speakingClock)])
    func featureCodes(code: String, destination: Destination) {
        let decision = DialPlan(directory: directory, settings: settings).decide(dialled: code, caller: "101")
        #expect(decision.destination == destination)
        #expect(decision.steps.last?.text.contains("feature code") == true)
    }

    @Test func anUnknownNumberIsReleasedAndSaysWhy() {
        let decision = DialPlan(directory: directory, settings: settings).decide(dialled: "999", caller: "101")
        #expect(decision.destination == .release(.notFound))
        #expect(decision.steps.count == 2)
    }

    // MARK: What users have set

    private func decide(_ dialled: String, by caller: String = "101", _ settings: UserSettings...) -> RouteDecision {
        DialPlan(directory: directory, settings: UserSettingsTable(settings)).decide(dialled: dialled, caller: caller)
    }

    @Test func forwardingIsFollowedStepByStep() {
        let decision = decide("102", by: "101", UserSettings(number: "102", forwardsTo: "500"))
        #expect(decision.destination == .ringGroup("500"))
        #expect(decision.steps.map(\.text).contains("\"102\" forwards all calls to \"500\""))
    }

    @Test func forwardingComesBeforePeace() {
        let decision = decide("102", by: "101", UserSettings(number: "102", doNotDisturb: true, forwardsTo: "800"))
        #expect(decision.destination == .conference("800"))
    }

    @Test func aCircleOfForwardingEnds() {
        let decision = decide(
            "102", by: "800", UserSettings(number: "102", forwardsTo: "101"),
            UserSettings(number: "101", forwardsTo: "102"))
        #expect(decision.destination == .release(.redirectRefused))
    }

    @Test func peaceIsKept() {
        let decision = decide("102", by: "101", UserSettings(number: "102", doNotDisturb: true))
        #expect(decision.destination == .release(.doNotDisturb))
    }

    @Test(arguments: [
        ("*78", UserSettingsChange.doNotDisturb(true)), ("*73", .forwarding(to: nil)),
        ("*72500", .forwarding(to: "500")),
    ])
    func codesOfSettings(code: String, change: UserSettingsChange) {
        #expect(decide(code).destination == .changeSettings(change))
    }

    @Test func aForwardingCodeAloneMeansNothing() {
        #expect(decide("*72").destination == .release(.notFound))
    }

    @Test func intercomReachesTheExtensionItself() {
        #expect(decide("*80102").destination == .intercom("102"))
        #expect(decide("*80102", UserSettings(number: "102", forwardsTo: "500")).destination == .intercom("102"))
        let asleep = UserSettings(number: "102", doNotDisturb: true)
        #expect(decide("*80102", asleep).destination == .release(.doNotDisturb))
        #expect(decide("*80500").destination == .release(.notFound))
    }
}
