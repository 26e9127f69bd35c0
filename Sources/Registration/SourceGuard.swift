package import PBXBase

/// Keeps source addresses from guessing passwords and from flooding us, before anything of theirs is parsed.
///
/// Both tables are bounded. Failures are only counted for addresses that received a nonce of ours, so nobody can fill
/// that table, or get another address locked out, with forged sources.
package struct SourceGuard: Sendable {
    package enum Admission: Hashable, Sendable {
        case admitted
        /// To be dropped without an answer; `isFirst` once per source and reason, so that a log line costs little.
        case ignored(Reason, isFirst: Bool)
    }

    package enum Reason: String, Hashable, Sendable {
        case tooManyFailures = "too many failed authentications"
        case tooManyMessages = "too many messages in a second"
    }

    private struct Offender: Sendable {
        /// Of the last minute, oldest first; at most `failuresMax`.
        var failures: [Instant] = []
        var ignoredUntil: Instant?
        var isReported = false
    }

    /// Distinct addresses that are counted at a time, in each table.
    package static let sourcesMax = 16_384
    private static let window = Interval.seconds(60)
    private static let penalty = Interval.seconds(60)
    private static let second = Interval.seconds(1)

    private let failuresMax: Int
    private let messagesPerSecondMax: Int
    private var offenders: [IPAddress: Offender] = [:]
    private var messages: [IPAddress: Int] = [:]
    private var secondEnds: Instant?

    /// - Parameters:
    ///   - failuresMax: so many failed digest checks in a minute have the address ignored for a minute. 0: never.
    ///   - messagesPerSecondMax: what is above that is ignored until the second is over. 0: no limit.
    package init(failuresMax: Int, messagesPerSecondMax: Int) {
        self.failuresMax = failuresMax
        self.messagesPerSecondMax = messagesPerSecondMax
    }

    /// Counts one message and says whether to look at it.
    package mutating func admit(_ address: IPAddress, now: Instant) -> Admission {
        let source = Self.network(of: address)
        if !offenders.isEmpty, let ignored = ignoredForFailures(source, now: now) { return ignored }
        guard messagesPerSecondMax > 0 else { return .admitted }
        if secondEnds.map({ now >= $0 }) ?? true {
            messages.removeAll(keepingCapacity: true)
            secondEnds = now + Self.second
        }
        guard let count = messages[source] else {
            // A flood from more addresses than we count is none that a limit per address could stop.
            if messages.count < Self.sourcesMax { messages[source] = 1 }
            return .admitted
        }
        messages[source] = count + 1
        guard count >= messagesPerSecondMax else { return .admitted }
        return .ignored(.tooManyMessages, isFirst: count == messagesPerSecondMax)
    }

    /// Counts a failed digest check. True when it was the last one allowed: the source is ignored from now on, for a
    /// minute.
    package mutating func authenticationFailed(_ address: IPAddress, now: Instant) -> Bool {
        guard failuresMax > 0 else { return false }
        let source = Self.network(of: address)
        if offenders[source] == nil, offenders.count >= Self.sourcesMax { makeRoom(now: now) }
        var offender = offenders[source] ?? Offender()
        offender.failures.removeAll { $0 + Self.window <= now }
        offender.failures.append(now)
        let isTooMuch = offender.failures.count >= failuresMax
        if isTooMuch {
            offender.failures = []
            offender.ignoredUntil = now + Self.penalty
            offender.isReported = false
        }
        offenders[source] = offender
        return isTooMuch
    }

    private mutating func ignoredForFailures(_ source: IPAddress, now: Instant) -> Admission? {
        guard let offender = offenders[source], let until = offender.ignoredUntil else { return nil }
        guard now < until else {
            offenders[source] = nil
            return nil
        }
        offenders[source]?.isReported = true
        return .ignored(.tooManyFailures, isFirst: !offender.isReported)
    }

    /// Everything that no longer counts goes; if that is too little, the quarter whose failures are the longest ago, so
    /// that a full table is not walked for each new address.
    private mutating func makeRoom(now: Instant) {
        let relevantUntil = { (offender: Offender) -> Instant in
            offender.ignoredUntil ?? offender.failures.last.map { $0 + Self.window } ?? now
        }
        offenders = offenders.filter { relevantUntil($0.value) > now }
        guard offenders.count >= Self.sourcesMax else { return }
        let oldestFirst = offenders.sorted { relevantUntil($0.value) < relevantUntil($1.value) }
        for (source, _) in oldestFirst.prefix(Self.sourcesMax / 4) { offenders[source] = nil }
    }

    /// A version 6 host owns a /64 and may speak from any address in it, so that is what counts as one source.
    private static func network(of address: IPAddress) -> IPAddress {
        address.isIPv6 ? IPAddress(ipv6High: address.high, low: 0) : address
    }
}
