import PBXModel
import Testing

struct SuggestionTests {
    @Test(arguments: [
        ("110", ["101", "111", "119"], "111"),
        ("ring_seconds", ["ring-seconds", "calls-max"], "ring-seconds"),
        ("LISTEN", ["listen"], "listen"),
        ("lsiten", ["listen", "level"], "listen"),
        ("domian", ["domain", "domains"], "domain"),
    ])
    func theNearestIsMeant(_ name: String, _ candidates: [String], _ expected: String) {
        #expect(suggestion(for: name, among: candidates) == expected)
    }

    @Test(arguments: ["weather", "5", "", String(repeating: "listen", count: 100)])
    func farAwayIsNotSuggested(_ name: String) {
        #expect(suggestion(for: name, among: ["listen", "101", "domains"]) == nil)
    }
}
