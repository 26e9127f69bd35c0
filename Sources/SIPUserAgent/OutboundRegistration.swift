package import PBXBase
package import SIPGrammar

/// Keeps one contact of ours registered (RFC 3261 §10.2): registers, answers challenges, refreshes in time, tries again
/// when it fails, and unregisters.
///
///     idle ──start──▶ registering ──200──▶ registered ──time──▶ registering …
///                      │ other, no answer        │ stop
///                      ▼                         ▼
///                     waiting ──time──▶ …   unregistering ──any final──▶ idle
///
/// A leaf machine: each input returns what to do next. Its driver sends requests by `UserAgent.send` and hands back
/// what comes of them, one request at a time.
package struct OutboundRegistration: Sendable {
    /// Whom to register, and where.
    package struct Account: Sendable {
        /// Request-URI: `sip:pbx.example`.
        package var registrar: String
        /// From and To: `<sip:101@pbx.example>`.
        package var address: String
        package var username: String
        package var key: DigestKey
        /// Lifetime to ask for; what is granted is the registrar's choice.
        package var seconds: Int

        package init(registrar: String, address: String, username: String, key: DigestKey, seconds: Int = 600) {
            self.registrar = registrar
            self.address = address
            self.username = username
            self.key = key
            self.seconds = seconds
        }

        package init(registrar: String, address: String, username: String, password: String, seconds: Int = 600) {
            self.init(
                registrar: registrar, address: address, username: username, key: .password(password), seconds: seconds)
        }
    }

    /// A REGISTER to send, besides what every request has.
    package struct Request: Sendable {
        package var requestURI: String
        /// From and To, without tags.
        package var address: String
        package var callID: String
        package var sequence: UInt32
        /// Contact, Expires and credentials.
        package var headers: [SessionRefusal.Header]
    }

    /// What to do about an input.
    package enum Action: Sendable {
        case nothing
        case send(Request)
        /// The contact is registered for so many seconds from now.
        case registered(seconds: Int)
        case unregistered
        /// Not registered. `isFinal`: trying again as it is would not help; else it is tried again by `timeout`.
        case failed(status: Int, phrase: String?, isFinal: Bool)
    }

    package enum Phase: Hashable, Sendable {
        case idle, registering, registered, waiting, unregistering
        /// The registrar refused for good.
        case refused
    }

    /// RFC 5626 §4.5: the first and the longest pause after a failure.
    package static let retryPauseMin = Interval.seconds(30)
    package static let retryPauseMax = Interval.seconds(1_800)
    /// A REGISTER is answered with credentials so often before the registrar counts as confused.
    static let challengesMax = 3
    /// A lifetime below this is refreshed after half of it, a longer one this long before its end.
    static let refreshMargin = Interval.seconds(60)

    package private(set) var phase = Phase.idle
    /// When `timeout` is due.
    package private(set) var deadline: Instant?
    private let account: Account
    /// Contact value without parameters: `<sip:101@192.0.2.7:5060>`.
    private let contact: String
    /// RFC 3261 §10.2: all registrations of one phone have one Call-ID, and a rising CSeq.
    private let callID: String
    private var sequence: UInt32 = 0
    private var secondsAsked: Int
    private var digest: DigestClient
    private var challenges = 0
    /// The registrar has, or may still have, our contact.
    private var isKnown = false
    private var retryPause = Self.retryPauseMin

    package init(account: Account, contact: String, callID: String) {
        self.account = account
        self.contact = contact
        self.callID = callID
        secondsAsked = account.seconds
        digest = DigestClient(username: account.username, key: account.key)
    }

    // MARK: Inputs

    /// Registers, or refreshes at once.
    package mutating func start(random: inout some RandomSource) -> Action {
        register(.registering, random: &random)
    }

    /// Removes the contact; nothing is to be done while the registrar cannot know it. An answer that is still to come
    /// to the latest request is not to be handed in any more.
    package mutating func stop(random: inout some RandomSource) -> Action {
        guard phase != .unregistering, isKnown || phase == .registering else { return .nothing }
        return register(.unregistering, random: &random)
    }

    /// Refreshes what would run out, tries again what failed.
    package mutating func timeout(now: Instant, random: inout some RandomSource) -> Action {
        guard let due = deadline, due <= now else { return .nothing }
        return register(.registering, random: &random)
    }

    /// A response to the latest request.
    package mutating func responseReceived(
        _ response: SIPMessage, now: Instant, random: inout some RandomSource
    ) -> Action {
        guard phase == .registering || phase == .unregistering, response.status >= 200 else { return .nothing }
        switch response.status {
        case 200..<300: return accepted(response, now: now)
        case 401, 407: return challenged(response, now: now, random: &random)
        case 423:
            // RFC 3261 §10.2.8: asked for less than the registrar takes.
            guard phase == .registering, let least = response.value(.minExpires).flatMap(Self.seconds),
                least > secondsAsked
            else { return failed(response.status, response.reasonPhrase, isFinal: true, now: now) }
            secondsAsked = least
            return send(random: &random)
        case 403, 404, 405, 416, 420, 501, 505, 604:
            return failed(response.status, response.reasonPhrase, isFinal: true, now: now)
        default:
            let pause = response.value(.retryAfter).flatMap(Self.seconds).map { Interval.seconds($0) }
            return failed(response.status, response.reasonPhrase, isFinal: false, pause: pause, now: now)
        }
    }

    /// No final response came to the latest request: 408 or 503.
    package mutating func requestFailed(status: Int, now: Instant) -> Action {
        guard phase == .registering || phase == .unregistering else { return .nothing }
        return failed(status, nil, isFinal: false, now: now)
    }

    // MARK: What came back

    private mutating func accepted(_ response: SIPMessage, now: Instant) -> Action {
        if phase == .unregistering { return finished() }
        let granted = grantedSeconds(response)
        guard granted > 0 else { return failed(response.status, "contact not taken", isFinal: false, now: now) }
        let lifetime = Interval.seconds(granted)
        let margin = Self.refreshMargin * 2 < lifetime ? Self.refreshMargin : Interval.seconds(granted / 2)
        retryPause = Self.retryPauseMin
        phase = .registered
        isKnown = true
        deadline = max(now + lifetime - margin, now + .seconds(1))
        return .registered(seconds: granted)
    }

    /// RFC 3261 §10.2.4: our contact's own parameter, else the header, else what we asked for.
    private func grantedSeconds(_ response: SIPMessage) -> Int {
        guard let contacts = try? response.contacts() else { return 0 }
        guard let ours = try? SIPNameAddress(ascii: Array(contact.utf8)[...]),
            let match = contacts.first(where: { $0.uri.isEquivalent(to: ours.uri) })
        else { return 0 }
        return Int(match.expires ?? response.expires() ?? UInt32(clamping: secondsAsked))
    }

    private mutating func challenged(
        _ response: SIPMessage, now: Instant, random: inout some RandomSource
    ) -> Action {
        challenges += 1
        guard challenges <= Self.challengesMax, digest.challenged(by: response) == .retry else {
            return failed(response.status, response.reasonPhrase, isFinal: true, now: now)
        }
        return send(random: &random)
    }

    private mutating func failed(
        _ status: Int, _ phrase: String?, isFinal: Bool, pause: Interval? = nil, now: Instant
    ) -> Action {
        // What cannot be unregistered runs out by itself.
        if phase == .unregistering { return finished() }
        phase = isFinal ? .refused : .waiting
        deadline = nil
        if !isFinal {
            deadline = now + min(max(pause ?? .zero, retryPause), Self.retryPauseMax)
            retryPause = min(retryPause * 2, Self.retryPauseMax)
        }
        return .failed(status: status, phrase: phrase, isFinal: isFinal)
    }

    private mutating func finished() -> Action {
        phase = .idle
        deadline = nil
        isKnown = false
        return .unregistered
    }

    // MARK: Requests

    private mutating func register(_ next: Phase, random: inout some RandomSource) -> Action {
        phase = next
        deadline = nil
        challenges = 0
        return send(random: &random)
    }

    private mutating func send(random: inout some RandomSource) -> Action {
        sequence += 1
        let seconds = phase == .unregistering ? 0 : secondsAsked
        var headers = [
            SessionRefusal.Header(.contact, contact), SessionRefusal.Header(.expires, String(seconds)),
        ]
        for field in digest.authorize(method: .register, uri: account.registrar, random: &random) {
            headers.append(.init(field.name, field.value))
        }
        return .send(
            Request(
                requestURI: account.registrar, address: account.address, callID: callID, sequence: sequence,
                headers: headers))
    }

    private static func seconds(_ value: ArraySlice<UInt8>) -> Int? {
        // Retry-After may go on with a comment.
        let digits = value.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits.prefix(9), as: UTF8.self))
    }
}
