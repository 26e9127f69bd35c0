import PBXBase

/// Failures per key within the last minute, and who is blocked for a minute because they were too many. Bounded.
struct FailureTable<Key: Hashable & Sendable>: Sendable {
    private struct Offender: Sendable {
        /// Of the last minute, oldest first; at most `failuresMax`.
        var failures: [Instant] = []
        var blockedUntil: Instant?
        var isReported = false
    }

    private static var window: Interval { .seconds(60) }
    private static var penalty: Interval { .seconds(60) }

    private let failuresMax: Int
    private let keysMax: Int
    private var offenders: [Key: Offender] = [:]

    /// - Parameter failuresMax: so many failures in a minute block the key; 0: never.
    init(failuresMax: Int, keysMax: Int) {
        self.failuresMax = failuresMax
        self.keysMax = keysMax
    }

    /// Counts a failure. True when it was the last one allowed: the key is blocked from now on.
    mutating func failed(_ key: Key, now: Instant) -> Bool {
        guard failuresMax > 0 else { return false }
        if offenders[key] == nil, offenders.count >= keysMax { makeRoom(now: now) }
        var offender = offenders[key] ?? Offender()
        if let until = offender.blockedUntil, until <= now { offender = Offender() }
        offender.failures.removeAll { $0 + Self.window <= now }
        offender.failures.append(now)
        let isTooMuch = offender.failures.count >= failuresMax
        if isTooMuch {
            offender.failures = []
            offender.blockedUntil = now + Self.penalty
            offender.isReported = false
        }
        offenders[key] = offender
        return isTooMuch
    }

    func isBlocked(_ key: Key, now: Instant) -> Bool {
        guard !offenders.isEmpty, let until = offenders[key]?.blockedUntil else { return false }
        return now < until
    }

    /// Nil while the key is free; else whether this is the first time that its block is met.
    mutating func blocked(_ key: Key, now: Instant) -> Bool? {
        guard !offenders.isEmpty, let offender = offenders[key], let until = offender.blockedUntil else { return nil }
        guard now < until else {
            offenders[key] = nil
            return nil
        }
        offenders[key]?.isReported = true
        return !offender.isReported
    }

    /// Everything that no longer counts goes; if that is too little, the quarter whose failures are the longest ago, so
    /// that a full table is not walked for each new key.
    private mutating func makeRoom(now: Instant) {
        let relevantUntil = { (offender: Offender) -> Instant in
            offender.blockedUntil ?? offender.failures.last.map { $0 + Self.window } ?? now
        }
        offenders = offenders.filter { relevantUntil($0.value) > now }
        guard offenders.count >= keysMax else { return }
        let oldestFirst = offenders.sorted { relevantUntil($0.value) < relevantUntil($1.value) }
        for (key, _) in oldestFirst.prefix(keysMax / 4) { offenders[key] = nil }
    }
}
