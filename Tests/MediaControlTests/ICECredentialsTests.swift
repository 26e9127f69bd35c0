import MediaControl
import PBXBase
import Testing

struct ICECredentialsTests {
    @Test(arguments: [
        ("abcd", String(repeating: "x", count: 22), true), ("abc", String(repeating: "x", count: 22), false),
        ("abcd", String(repeating: "x", count: 21), false), ("ab+/", String(repeating: "/", count: 256), true),
        (String(repeating: "u", count: 257), String(repeating: "x", count: 22), false),
        ("ab:d", String(repeating: "x", count: 22), false), ("abcd", String(repeating: "ü", count: 22), false),
    ])
    func lengthsAndCharactersAreChecked(fragment: String, password: String, isValid: Bool) {
        #expect((ICECredentials(usernameFragment: fragment, password: password) != nil) == isValid)
    }

    @Test func newOnesAreValidAndUnlike() {
        var random = SeededRandom(seed: 3)
        let first = ICECredentials(from: &random)
        let second = ICECredentials(from: &random)
        #expect(ICECredentials(usernameFragment: first.usernameFragment, password: first.password) == first)
        #expect(first.usernameFragment != second.usernameFragment)
        #expect(first.password != second.password)
    }

    @Test func noTextShowsThePassword() {
        var random = SeededRandom(seed: 3)
        let credentials = ICECredentials(from: &random)
        let plan = MediaPlan(ice: ICEPlan(local: credentials))
        for text in ["\(credentials)", String(reflecting: credentials), "\(plan)"] {
            #expect(text.contains(credentials.usernameFragment))
            #expect(!text.contains(credentials.password))
        }
    }
}
