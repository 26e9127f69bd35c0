package import PBXBase
import PBXModel
import SIPUserAgent

/// What a self-test is lent: two extensions, with the passwords that are kept nowhere else.
package struct SelfTestLoan: Hashable, Sendable {
    package struct Account: Hashable, Sendable {
        package var number: String
        package var password: String
    }

    /// Names the loan.
    package var id: String
    package var caller: Account
    package var callee: Account
    package var expiresAt: WallTime
}

/// The extensions that self-tests borrow, beside those of the administrator: for a while, for this machine's own
/// phones, and for calls to each other.
struct TemporaryExtensions {
    /// How long a loan lasts at most.
    static let secondsMax = 120
    /// Loans at a time.
    static let loansMax = 4
    /// In front of every number that is lent; records of calls between them show it.
    static let prefix = "selftest-"
    private static let ringSeconds = 30
    /// 50 random bits that make the numbers free, 120 that nobody guesses.
    private static let idSymbols = 10
    private static let passwordSymbols = 24

    private struct Entry {
        var id: String
        var extensions: [Extension]
        var expiresAt: Instant
    }

    private var entries: [Entry] = []

    /// When the next loan ends by itself.
    var deadline: Instant? { entries.first?.expiresAt }

    /// Lends two extensions; nil when too many are out.
    /// - Parameter realm: their passwords are good for this one only.
    mutating func lend(realm: String, now: Now, random: inout some RandomSource) -> SelfTestLoan? {
        guard entries.count < Self.loansMax else { return nil }
        let id = random.token(symbols: Self.idSymbols)
        let caller = SelfTestLoan.Account(
            number: "\(Self.prefix)\(id)-a", password: random.token(symbols: Self.passwordSymbols))
        let callee = SelfTestLoan.Account(
            number: "\(Self.prefix)\(id)-b", password: random.token(symbols: Self.passwordSymbols))
        entries.append(
            Entry(
                id: id,
                extensions: [
                    Self.extension(caller, name: "self-test caller", realm: realm),
                    Self.extension(callee, name: "self-test callee", realm: realm),
                ], expiresAt: now.instant + .seconds(Self.secondsMax)))
        return SelfTestLoan(
            id: id, caller: caller, callee: callee, expiresAt: now.wall + .seconds(Self.secondsMax))
    }

    /// Ends a loan; returns its numbers, or nil when there is none of that name.
    mutating func takeBack(_ id: String) -> [String]? {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
        return entries.remove(at: index).extensions.map(\.number)
    }

    /// Ends the loans whose time is up; returns their numbers.
    mutating func takeBackExpired(now: Instant) -> [String] {
        let count = entries.prefix { $0.expiresAt <= now }.count
        defer { entries.removeFirst(count) }
        return entries.prefix(count).flatMap { $0.extensions.map(\.number) }
    }

    func contains(_ number: String) -> Bool {
        entries.contains { entry in entry.extensions.contains { $0.number == number } }
    }

    /// Whether the caller may reach the number as far as loans go: those of one loan reach each other, and nobody else
    /// reaches them or is reached by them.
    func allowCall(from caller: String, to dialled: String) -> Bool {
        guard !entries.isEmpty else { return true }
        return loan(of: caller) == loan(of: dialled)
    }

    /// The administrator's directory with what is lent.
    func merged(with directory: Directory) -> Directory {
        entries.isEmpty ? directory : directory.adding(entries.flatMap(\.extensions))
    }

    private func loan(of number: String) -> String? {
        entries.first { entry in entry.extensions.contains { $0.number == number } }?.id
    }

    private static func `extension`(_ account: SelfTestLoan.Account, name: String, realm: String) -> Extension {
        let secret = digestSecret(user: account.number, realm: realm, password: account.password)
        return Extension(
            number: account.number, displayName: name, secret: DigestSecret(md5: secret.md5, sha256: secret.sha256),
            ringSeconds: ringSeconds, contactsMax: 1, callsMax: 1, origin: ConfigOrigin(file: "self-test", line: 1))
    }
}
