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

    @Test func anExtensionIsReachedByItsNumber() {
        let decision = DialPlan(directory: directory).decide(dialled: "102", caller: "101")
        #expect(decision.destination == .extensionNumber("102"))
        #expect(decision.steps.last?.description == "\"102\" is extension \"Phone 102\" (conf.d/people.toml:3:1)")
    }

    @Test func aRingGroupIsReachedByItsNumber() {
        let decision = DialPlan(directory: directory).decide(dialled: "500", caller: "101")
        #expect(decision.destination == .ringGroup("500"))
    }

    @Test func aConferenceIsReachedByItsNumber() {
        let decision = DialPlan(directory: directory).decide(dialled: "800", caller: "101")
        #expect(decision.destination == .conference("800"))
        #expect(decision.steps.last?.description == "\"800\" is conference \"Team\" (conf.d/people.toml:3:1)")
    }

    @Test(arguments: [("*43", Destination.echoTest), ("*44", .speakingClock)])
    func featureCodes(code: String, destination: Destination) {
        let decision = DialPlan(directory: directory).decide(dialled: code, caller: "101")
        #expect(decision.destination == destination)
        #expect(decision.steps.last?.text.contains("feature code") == true)
    }

    @Test func anUnknownNumberIsReleasedAndSaysWhy() {
        let decision = DialPlan(directory: directory).decide(dialled: "999", caller: "101")
        #expect(decision.destination == .release(.notFound))
        #expect(decision.steps.count == 2)
    }
}
