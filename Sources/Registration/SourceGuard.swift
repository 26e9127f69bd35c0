package import PBXBase

/// Keeps source addresses from guessing passwords and from flooding us.
///
/// Failed digest checks are counted twice: by address, whose messages are then not even parsed, and by address with the
/// user that was claimed, whose passwords are then not checked. The second serves where many phones share an address
/// (behind a NAT, or a proxy on this machine): such an address is `shared`, and never silenced for one of its phones.
///
/// All tables are bounded. Failures are only counted for addresses that received a nonce of ours, so nobody can fill
/// the tables, or get another address locked out, with forged sources.
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

    /// What a failed check leads to.
    package enum Consequence: Hashable, Sendable {
        case none
        /// The passwords of this user from this address are not looked at for a minute.
        case userBlocked
        /// The address gets no answer for a minute.
        case addressIgnored
    }

    /// A user as one address claims to be it.
    private struct Claim: Hashable {
        var source: IPAddress
        var user: String
    }

    /// Distinct keys that are counted at a time, in each table.
    package static let sourcesMax = 16_384
    /// What of a claimed user's name is looked at.
    private static let userBytesMax = 64
    private static let second = Interval.seconds(1)

    private let messagesPerSecondMax: Int
    private var addresses: FailureTable<IPAddress>
    private var claims: FailureTable<Claim>
    private var messages: [IPAddress: Int] = [:]
    private var secondEnds: Instant?

    /// - Parameters:
    ///   - failuresMax: so many failed digest checks in a minute have the address, or the user claimed from there,
    ///     ignored for a minute. 0: never.
    ///   - messagesPerSecondMax: what is above that is ignored until the second is over. 0: no limit.
    package init(failuresMax: Int, messagesPerSecondMax: Int) {
        self.messagesPerSecondMax = messagesPerSecondMax
        addresses = FailureTable(failuresMax: failuresMax, keysMax: Self.sourcesMax)
        claims = FailureTable(failuresMax: failuresMax, keysMax: Self.sourcesMax)
    }

    /// Counts one message and says whether to look at it.
    package mutating func admit(_ address: IPAddress, now: Instant) -> Admission {
        let source = Self.network(of: address)
        if let isFirst = addresses.blocked(source, now: now) { return .ignored(.tooManyFailures, isFirst: isFirst) }
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

    /// Whether a password that this address gives for the user is to be checked at all.
    package func mayAuthenticate(_ user: String, from address: IPAddress, now: Instant) -> Bool {
        !claims.isBlocked(claim(user, address), now: now)
    }

    /// Counts a failed digest check.
    /// - Parameter isShared: others than the one who failed are reached at this address, which is therefore not ignored
    ///   as a whole.
    package mutating func authenticationFailed(
        _ user: String, from address: IPAddress, isShared: Bool, now: Instant
    ) -> Consequence {
        let isUserBlocked = claims.failed(claim(user, address), now: now)
        if !isShared, addresses.failed(Self.network(of: address), now: now) { return .addressIgnored }
        return isUserBlocked ? .userBlocked : .none
    }

    private func claim(_ user: String, _ address: IPAddress) -> Claim {
        Claim(
            source: Self.network(of: address),
            user: String(decoding: user.utf8.prefix(Self.userBytesMax), as: UTF8.self))
    }

    /// A version 6 host owns a /64 and may speak from any address in it, so that is what counts as one source.
    private static func network(of address: IPAddress) -> IPAddress {
        address.isIPv6 ? IPAddress(ipv6High: address.high, low: 0) : address
    }
}
