import CallControl
package import PBXBase
import PBXModel

// The machine's own proof: extensions lent to it, and taken back.
extension ExchangeCore {
    /// Lends two extensions to a self-test; nil while as many as may be are out.
    package mutating func beginSelfTest(now: Now) -> SelfTestLoan? {
        let loan = temporaryExtensions.lend(realm: directory.realm, now: now, random: &random)
        workingDirectory = temporaryExtensions.merged(with: directory)
        return loan
    }

    /// Takes them back, with their registrations and their call; false when there is no such self-test.
    package mutating func endSelfTest(_ id: String, now: Now, into effects: inout [ExchangeEffect]) -> Bool {
        guard let numbers = temporaryExtensions.takeBack(id) else { return false }
        forget(numbers, now: now)
        settle(now: now, into: &effects)
        return true
    }

    /// Takes back what nobody returned in time.
    mutating func expireSelfTests(now: Now) {
        let numbers = temporaryExtensions.takeBackExpired(now: now.instant)
        if !numbers.isEmpty { forget(numbers, now: now) }
    }

    private mutating func forget(_ numbers: [String], now: Now) {
        workingDirectory = temporaryExtensions.merged(with: directory)
        for call in calls.calls.values.filter({ numbers.contains($0.record.callerNumber) }) {
            _ = calls.hangUp(call.id, cause: .administrator, context(now), into: &callEffects)
        }
        forgetPhonesWithoutExtension()
    }
}
