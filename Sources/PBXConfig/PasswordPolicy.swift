/// Which passwords an extension may have. Scanners try the number itself and a short list of words on every address of
/// the internet, all day; toll fraud starts with one of those.
enum PasswordPolicy: Sendable {
    case strict
    /// The factory's demo company, whose passwords are printed in the manual.
    case demo

    enum Verdict: Hashable, Sendable {
        case good
        /// Completes `the password of extension "101" `.
        case weak(String)
        case refused(String)
    }

    static let charactersRecommended = 8

    func verdict(on password: String, number: String, name: String) -> Verdict {
        guard self == .strict else { return .good }
        let folded = password.lowercased()
        if password.allSatisfy({ $0 == " " }) { return .refused("is blank") }
        if folded == number.lowercased() { return .refused("is its own number") }
        if folded == name.lowercased() { return .refused("is its own name") }
        if folded == "demo-\(number.lowercased())" { return .refused("is the one of the factory's demo") }
        if Self.guessable.contains(folded) || Self.guessable.contains(stem(of: folded, number: number)) {
            return .refused("is among the first that everybody tries")
        }
        if Set(folded).count <= 2 { return .refused("repeats one or two characters") }
        if isRun(folded) { return .refused("is a run of neighbours such as 12345") }
        if password.count < Self.charactersRecommended {
            return .weak("has fewer than \(Self.charactersRecommended) characters")
        }
        return .good
    }

    /// `password101` and `101secret` without the number, `password1` without its last digits.
    private func stem(of password: String, number: String) -> String {
        var stem = Substring(password)
        if stem.hasSuffix(number) { stem = stem.dropLast(number.count) }
        if stem.hasPrefix(number) { stem = stem.dropFirst(number.count) }
        while let last = stem.last, last.isNumber || "!-_.".contains(last) { stem = stem.dropLast() }
        return String(stem)
    }

    private func isRun(_ password: String) -> Bool {
        let bytes = Array(password.utf8)
        guard bytes.count >= 3 else { return false }
        let steps = zip(bytes, bytes.dropFirst()).map { Int($1) - Int($0) }
        return steps.allSatisfy { $0 == 1 } || steps.allSatisfy { $0 == -1 }
    }

    private static let guessable: Set<String> = [
        "password", "passwort", "passwd", "pass", "secret", "geheim", "changeme", "change-me", "default", "admin",
        "administrator", "root", "test", "testing", "guest", "user", "phone", "telefon", "voip", "sip", "asterisk",
        "freepbx", "pbx", "pbx-x", "extension", "ext", "qwerty", "qwertz", "abc", "letmein", "welcome", "1q2w3e",
        "1q2w3e4r", "iloveyou", "123", "321", "1230", "12341234", "123123", "112233", "demo",
    ]
}
