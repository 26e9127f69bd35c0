package import PBXBase
package import SIPDialog
package import SIPGrammar

/// Keeps one subscription of ours alive (RFC 6665 §4.1): subscribes, answers challenges, refreshes in time, begins anew
/// when it is lost, and unsubscribes.
///
///     idle ──start──▶ subscribing ──2xx──▶ active ──time──▶ subscribing …
///                      │ other, no answer   │ NOTIFY terminated   │ stop
///                      ▼                    ▼                     ▼
///                     waiting ──time──▶ …  waiting or refused   unsubscribing ──any final──▶ idle
///
/// A leaf machine: each input returns what to do next. Its driver sends requests by `UserAgent.subscribe` and hands
/// back what comes of them, one request at a time.
package struct OutboundSubscription: Sendable {
    /// What to watch, where, and as whom.
    package struct Target: Sendable {
        /// Request-URI and To: `sip:102@pbx.example`.
        package var uri: String
        /// From: `<sip:101@pbx.example>`.
        package var address: String
        /// Event package, and the type of its bodies.
        package var event: String
        package var accept: String
        package var flow: Flow
        /// Answers to challenges; nil gives up on 401 and 407.
        package var credentials: DigestClient?
        /// Lifetime to ask for; what is granted is the notifier's choice.
        package var seconds: Int

        package init(
            uri: String, address: String, event: String, accept: String, flow: Flow, credentials: DigestClient?,
            seconds: Int = 600
        ) {
            self.uri = uri
            self.address = address
            self.event = event
            self.accept = accept
            self.flow = flow
            self.credentials = credentials
            self.seconds = seconds
        }
    }

    /// What to do about an input.
    package enum Action: Sendable {
        case nothing
        /// A SUBSCRIBE in this machine's `dialog`, with these headers.
        case send([SessionRefusal.Header])
        /// What was known is not known any more. `isFinal`: it is not tried again.
        case lost(status: Int?, phrase: String?, isFinal: Bool)
        /// Unsubscribed, as asked.
        case ended
    }

    package enum Phase: Hashable, Sendable {
        case idle, subscribing, active, waiting, unsubscribing
        /// The notifier refused for good.
        case refused
    }

    package static let retryPauseMin = Interval.seconds(2)
    package static let retryPauseMax = Interval.seconds(1_800)
    /// RFC 6665 §4.1.2.4, timer N: a notifier that has accepted tells the state within this time.
    package static let firstNoticeMax = Interval.seconds(32)
    /// A lifetime below twice this is refreshed after half of it, a longer one this long before its end.
    static let refreshMargin = Interval.seconds(60)
    static let challengesMax = 3

    package internal(set) var phase = Phase.idle
    /// When `timeout` is due.
    package internal(set) var deadline: Instant?
    /// What requests are sent in; another one after a loss.
    package var dialog: Dialog
    let target: Target
    var secondsAsked: Int
    var digest: DigestClient?
    var challenges = 0
    var expiresAt: Instant?
    var hasNotice = false
    /// The latest request was the first of its dialog.
    var isFirst = true
    var retryPause = Self.retryPauseMin

    package init(target: Target, random: inout some RandomSource) {
        self.target = target
        secondsAsked = target.seconds
        digest = target.credentials
        dialog = Self.newDialog(target, random: &random)
    }

    private static func newDialog(_ target: Target, random: inout some RandomSource) -> Dialog {
        let tag = random.token(symbols: 12)
        return Dialog(
            callID: random.token(symbols: 24), localTag: tag, localAddress: "\(target.address);tag=\(tag)",
            remoteAddress: "<\(target.uri)>", remoteTarget: target.uri, routeSet: RouteSet(routes: []),
            flow: target.flow, firstSequence: 0)
    }

    // MARK: Inputs

    /// Subscribes.
    package mutating func start(random: inout some RandomSource) -> Action {
        dialog = Self.newDialog(target, random: &random)
        isFirst = true
        hasNotice = false
        expiresAt = nil
        return subscribe(.subscribing, random: &random)
    }

    /// Ends the subscription; nothing is to be done while there cannot be one.
    package mutating func stop(random: inout some RandomSource) -> Action {
        switch phase {
        case .active: return subscribe(.unsubscribing, random: &random)
        case .subscribing where !isFirst: return subscribe(.unsubscribing, random: &random)
        case .unsubscribing: return .nothing
        case .idle, .subscribing, .waiting, .refused:
            phase = .idle
            deadline = nil
            return .ended
        }
    }

    /// Refreshes what would run out, tries again what failed.
    package mutating func timeout(now: Instant, random: inout some RandomSource) -> Action {
        guard let due = deadline, due <= now else { return .nothing }
        switch phase {
        case .active where hasNotice: return subscribe(.subscribing, random: &random)
        case .active: return lost(nil, "nothing was told of the state", pause: nil, now: now)
        case .waiting: return start(random: &random)
        case .idle, .subscribing, .unsubscribing, .refused: return .nothing
        }
    }

    /// Whether a NOTIFY belongs to this subscription.
    package func isNoticeOfThis(_ request: SIPMessage) -> Bool {
        guard request.toTag?.elementsEqual(dialog.localTag.utf8) == true,
            request.value(.callID)?.elementsEqual(dialog.callID.utf8) == true
        else { return false }
        // RFC 6665 §4.4.1: of several notifiers that a proxy asked, the first that answers counts.
        return dialog.remoteTag.isEmpty || request.fromTag?.elementsEqual(dialog.remoteTag.utf8) == true
    }

    // MARK: Requests

    mutating func subscribe(_ next: Phase, random: inout some RandomSource) -> Action {
        phase = next
        deadline = nil
        challenges = 0
        return send(random: &random)
    }

    mutating func send(random: inout some RandomSource) -> Action {
        let seconds = phase == .unsubscribing ? 0 : secondsAsked
        var headers: [SessionRefusal.Header] = [
            .init(.event, target.event), .init(.accept, target.accept), .init(.expires, String(seconds)),
        ]
        let uri = dialog.routeSet.requestURI(target: dialog.remoteTarget)
        for field in digest?.authorize(method: .subscribe, uri: uri, random: &random) ?? [] {
            headers.append(.init(field.name, field.value))
        }
        return .send(headers)
    }

    mutating func lost(_ status: Int?, _ phrase: String?, pause: Interval?, now: Instant) -> Action {
        phase = .waiting
        deadline = now + min(max(pause ?? .zero, retryPause), Self.retryPauseMax)
        retryPause = min(retryPause * 2, Self.retryPauseMax)
        return .lost(status: status, phrase: phrase, isFinal: false)
    }

    mutating func refused(_ status: Int?, _ phrase: String?) -> Action {
        phase = .refused
        deadline = nil
        return .lost(status: status, phrase: phrase, isFinal: true)
    }

    mutating func finished() -> Action {
        phase = .idle
        deadline = nil
        return .ended
    }
}
