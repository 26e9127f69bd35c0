package import PBXBase
import SIPDialog
package import SIPGrammar

// What the notifier says: responses, and NOTIFY.
extension OutboundSubscription {
    /// A response to the latest request.
    package mutating func responseReceived(
        _ response: SIPMessage, now: Instant, random: inout some RandomSource
    ) -> Action {
        guard phase == .subscribing || phase == .unsubscribing, response.status >= 200 else { return .nothing }
        switch response.status {
        case 200..<300: return accepted(response, now: now)
        case 401, 407:
            challenges += 1
            guard challenges <= Self.challengesMax, digest?.challenged(by: response) == .retry else {
                return failed(response, isFinal: true, now: now)
            }
            return send(random: &random)
        case 423:
            // RFC 6665 §4.1.2.2: asked for less than the notifier takes.
            guard phase == .subscribing, let least = response.value(.minExpires).flatMap(Self.seconds),
                least > secondsAsked
            else { return failed(response, isFinal: true, now: now) }
            secondsAsked = least
            return send(random: &random)
        case 481:
            // The notifier has forgotten us: at once anew, unless it forgets us again and again.
            guard !isFirst, phase == .subscribing else { return failed(response, isFinal: false, now: now) }
            return lost(nil, nil, pause: nil, now: now)
        case 403, 404, 405, 416, 420, 489, 501, 603, 604: return failed(response, isFinal: true, now: now)
        default: return failed(response, isFinal: false, now: now)
        }
    }

    /// No final response came to the latest request: 408 or 503.
    package mutating func requestFailed(status: Int, now: Instant) -> Action {
        guard phase == .subscribing || phase == .unsubscribing else { return .nothing }
        if phase == .unsubscribing { return finished() }
        return lost(status, nil, pause: nil, now: now)
    }

    /// A NOTIFY of this subscription, which is to be answered with 200 before. Its body counts whatever is returned.
    package mutating func notified(_ request: SIPMessage, now: Instant) -> Action {
        hasNotice = true
        let state = SubscriptionState(request)
        guard state.isTerminated else {
            guard phase == .active else { return .nothing }
            expire(after: state.expires, now: now)
            return .nothing
        }
        if phase == .unsubscribing { return finished() }
        // RFC 6665 §4.1.3: whether, and when, to try again.
        switch state.reason {
        case "rejected", "noresource", "invariant": return refused(nil, state.reason)
        case "probation", "giveup": return lost(nil, state.reason, pause: state.retryAfter, now: now)
        default: return lost(nil, nil, pause: state.retryAfter, now: now)
        }
    }

    private mutating func accepted(_ response: SIPMessage, now: Instant) -> Action {
        if phase == .unsubscribing { return finished() }
        if isFirst {
            guard (try? dialog.responseReceived(response)) != nil else {
                return lost(response.status, "no Contact", pause: nil, now: now)
            }
        } else {
            // It has held through one lifetime.
            retryPause = Self.retryPauseMin
        }
        isFirst = false
        phase = .active
        let granted = Int(response.expires() ?? UInt32(clamping: secondsAsked))
        guard granted > 0 else { return lost(response.status, "no lifetime", pause: nil, now: now) }
        expire(after: granted, now: now)
        return .nothing
    }

    /// Takes a new end of the lifetime, and has it refreshed in time.
    private mutating func expire(after seconds: Int?, now: Instant) {
        if let seconds {
            let end = now + .seconds(min(max(1, seconds), secondsAsked))
            // A NOTIFY may cut the lifetime short; only a response to our refresh makes it longer.
            expiresAt = expiresAt.map { phase == .active && deadline != nil ? min($0, end) : end } ?? end
        }
        guard let expiresAt else { return }
        let left = expiresAt - now
        let margin = Self.refreshMargin * 2 < left ? Self.refreshMargin : Interval(nanoseconds: left.nanoseconds / 2)
        let refresh = max(expiresAt - margin, now + .seconds(1))
        deadline = hasNotice ? refresh : min(refresh, now + Self.firstNoticeMax)
    }

    private mutating func failed(_ response: SIPMessage, isFinal: Bool, now: Instant) -> Action {
        // What cannot be unsubscribed runs out by itself.
        if phase == .unsubscribing { return finished() }
        if isFinal { return refused(response.status, response.reasonPhrase) }
        let pause = response.value(.retryAfter).flatMap(Self.seconds).map { Interval.seconds($0) }
        return lost(response.status, response.reasonPhrase, pause: pause, now: now)
    }

    private static func seconds(_ value: ArraySlice<UInt8>) -> Int? {
        // Retry-After may go on with a comment.
        let digits = value.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits.prefix(9), as: UTF8.self))
    }
}

/// A Subscription-State value (RFC 6665 §8.2.3).
private struct SubscriptionState {
    var isTerminated = false
    var expires: Int?
    var reason: String?
    var retryAfter: Interval?

    init(_ request: SIPMessage) {
        let parts = (request.text(.subscriptionState) ?? "active").lowercased().split(separator: ";").map { part in
            part.split(separator: "=", maxSplits: 1).map { String($0.filter { $0 != " " }) }
        }
        isTerminated = parts.first?.first == "terminated"
        for pair in parts.dropFirst() where pair.count == 2 {
            switch pair[0] {
            case "expires": expires = Int(pair[1].prefix(9))
            case "reason": reason = pair[1]
            case "retry-after": retryAfter = Int(pair[1].prefix(9)).map { .seconds($0) }
            default: break
            }
        }
    }
}
