import Testing

@testable import PBXConfig

struct PasswordPolicyTests {
    @Test(arguments: [
        "101", "101101", "password", "PASSWORD", "password101", "101secret", "secret!", "Anna Berg", "aaaaaaaa",
        "12121212",
        "123456789", "987654", "abcdefgh", "   ", "demo-101", "admin123", "changeme",
    ])
    func guessableIsRefused(_ password: String) {
        let verdict = PasswordPolicy.strict.verdict(on: password, number: "101", name: "Anna Berg")
        guard case .refused = verdict else {
            Issue.record("\(password): \(verdict)")
            return
        }
    }

    @Test(arguments: [
        ("copper lantern", PasswordPolicy.Verdict.good), ("pwu0101x", .good), ("Xk4-99aB", .good),
        ("k3x9q", .weak("has fewer than 8 characters")),
    ])
    func theOthersPass(_ password: String, _ verdict: PasswordPolicy.Verdict) {
        #expect(PasswordPolicy.strict.verdict(on: password, number: "101", name: "Anna Berg") == verdict)
    }

    @Test func theDemoIsExempt() {
        #expect(PasswordPolicy.demo.verdict(on: "101", number: "101", name: "x") == .good)
    }
}
