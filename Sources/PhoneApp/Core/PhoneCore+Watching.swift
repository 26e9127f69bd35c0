import PBXBase
import SIPDialog
import SIPGrammar
import SIPTransaction
import SIPUserAgent

/// Something that the phone subscribes to.
struct Watch: Sendable {
    enum Kind: Hashable, Sendable {
        /// The lamp of this number or address, as the user wrote it.
        case lamp(String)
        /// The account's own mailbox.
        case messages
    }

    let kind: Kind
    let account: Int?
    var subscription: OutboundSubscription
    var dialogs = WatchedDialogs()
    var lamp = LampState.unknown
    var peer: PhonePeer?
}

/// What a lamp shows, and of whom.
package struct LampSummary: Hashable, Sendable {
    /// As it was asked for.
    package var target: String
    package var account: Int?
    package var state: LampState
    /// Who calls there, or is talked with, where that is told.
    package var peer: PhonePeer?

    package init(target: String, account: Int?, state: LampState, peer: PhonePeer?) {
        self.target = target
        self.account = account
        self.state = state
        self.peer = peer
    }
}

// Subscriptions: lamps (RFC 4235) and mailboxes (RFC 3842).
extension PhoneCore {
    var watchDeadline: Instant? {
        watches.values.reduce(nil) { .earliest($0, $1.subscription.deadline) }
    }

    mutating func watch(_ target: String, account wished: Int?, now: Instant, into effects: inout [Effect]) {
        let text = target.trimmingSpaces
        let account = wished ?? (settings.accounts.isEmpty ? nil : 0)
        guard watches.count < PhoneSettings.watchesMax else {
            return fail("all \(PhoneSettings.watchesMax) lamps are in use", &effects)
        }
        if let account, !settings.accounts.indices.contains(account) {
            return fail("there is no account \(account + 1)", &effects)
        }
        guard watch(of: .lamp(text), account: account) == nil else { return fail("\"\(text)\" is watched", &effects) }
        guard let uri = uri(of: text, account: account), let way = way(to: uri, account: account) else {
            return fail("\"\(text)\" cannot be watched: it is no number and no SIP address", &effects)
        }
        begin(
            .lamp(text), uri: uri.description, way, account: account, event: "dialog",
            accept: "application/dialog-info+xml", now: now, into: &effects)
    }

    mutating func unwatch(_ target: String, now: Instant, into effects: inout [Effect]) {
        let text = target.trimmingSpaces
        let found = watches.filter { $0.value.kind == .lamp(text) }.keys.sorted()
        if found.isEmpty { fail("\"\(text)\" is not watched", &effects) }
        for id in found { end(watch: id, now: now, into: &effects) }
    }

    /// A registered account's mailbox is asked for, once.
    mutating func watchMessages(account: Int, now: Instant, into effects: inout [Effect]) {
        guard settings.watchesMessages, watch(of: .messages, account: account) == nil else { return }
        let own = settings.accounts[account]
        begin(
            .messages, uri: own.addressOfRecord, own.flow, account: account, event: "message-summary",
            accept: "application/simple-message-summary", now: now, into: &effects)
    }

    mutating func endWatches(now: Instant, into effects: inout [Effect]) {
        for id in watches.keys.sorted() { end(watch: id, now: now, into: &effects) }
    }

    private func watch(of kind: Watch.Kind, account: Int?) -> Int? {
        watches.first { $0.value.kind == kind && $0.value.account == account }?.key
    }

    private mutating func begin(
        _ kind: Watch.Kind, uri: String, _ way: Flow, account: Int?, event: String, accept: String, now: Instant,
        into effects: inout [Effect]
    ) {
        let own = account.map { settings.accounts[$0] }
        let target = OutboundSubscription.Target(
            uri: uri, address: own?.fromAddress ?? "<sip:\(settings.contactUser)@\(way.local.address.hostText)>",
            event: event, accept: accept, flow: way,
            credentials: own.map { DigestClient(username: $0.username, key: $0.key) })
        var subscription = OutboundSubscription(target: target, random: &random)
        let action = subscription.start(random: &random)
        lastWatch += 1
        watches[lastWatch] = Watch(kind: kind, account: account, subscription: subscription)
        tellLamp(lastWatch, into: &effects)
        carryOut(action, watch: lastWatch, now: now, into: &effects)
    }

    private mutating func end(watch id: Int, now: Instant, into effects: inout [Effect]) {
        guard let action = watches[id]?.subscription.stop(random: &random) else { return }
        carryOut(action, watch: id, now: now, into: &effects)
    }

    // MARK: What comes of it

    mutating func subscriptionAnswered(_ id: Int, _ response: SIPMessage, now: Instant, into effects: inout [Effect]) {
        guard let action = watches[id]?.subscription.responseReceived(response, now: now, random: &random) else {
            return
        }
        carryOut(action, watch: id, now: now, into: &effects)
    }

    mutating func subscriptionFailed(_ id: Int, status: Int, now: Instant, into effects: inout [Effect]) {
        guard let action = watches[id]?.subscription.requestFailed(status: status, now: now) else { return }
        carryOut(action, watch: id, now: now, into: &effects)
    }

    mutating func watchTimeouts(now: Instant, into effects: inout [Effect]) {
        for id in watches.keys.sorted() {
            guard let before = watches[id]?.subscription.dialog.localTag,
                let action = watches[id]?.subscription.timeout(now: now, random: &random)
            else { continue }
            if watches[id]?.subscription.dialog.localTag != before { userAgent.forgetSubscription(tag: before) }
            carryOut(action, watch: id, now: now, into: &effects)
        }
    }

    /// A NOTIFY in a subscription's dialog; false when it belongs to none.
    mutating func notified(
        _ request: SIPMessage, _ transaction: ServerTransactionID, on flow: Flow, now: Instant,
        into effects: inout [Effect]
    ) -> Bool {
        guard let id = watches.first(where: { $0.value.subscription.isNoticeOfThis(request) })?.key else {
            return false
        }
        userAgent.respond(
            to: transaction, request, on: flow, SessionRefusal(status: 200), now: now, into: &agentEffects)
        switch watches[id]?.kind {
        case .lamp:
            if !request.body.isEmpty, watches[id]?.dialogs.take(request.body) == true { showLamp(id, into: &effects) }
        case .messages:
            if let summary = MessageSummary(request), !request.body.isEmpty {
                messagesReported(summary, account: watches[id]?.account, into: &effects)
            }
        case nil: break
        }
        guard let action = watches[id]?.subscription.notified(request, now: now) else { return true }
        carryOut(action, watch: id, now: now, into: &effects)
        return true
    }

    private mutating func carryOut(
        _ action: OutboundSubscription.Action, watch id: Int, now: Instant, into effects: inout [Effect]
    ) {
        switch action {
        case .nothing: break
        case .send(let headers):
            guard var dialog = watches[id]?.subscription.dialog else { return }
            let transaction = userAgent.subscribe(in: &dialog, headers: headers, now: now, into: &agentEffects)
            watches[id]?.subscription.dialog = dialog
            purposes[transaction] = .subscribe(watch: id)
        case .lost(let status, let phrase, let isFinal):
            forget(watch: id, into: &effects)
            if isFinal, case .lamp(let target) = watches[id]?.kind {
                let reason = [status.map(String.init), phrase].compactMap(\.self).joined(separator: " ")
                fail("\"\(target)\" cannot be watched: \(reason)", &effects)
            }
        case .ended:
            forget(watch: id, into: &effects)
            watches[id] = nil
        }
    }

    /// What was known of it is not known any more.
    private mutating func forget(watch id: Int, into effects: inout [Effect]) {
        guard let tag = watches[id]?.subscription.dialog.localTag else { return }
        userAgent.forgetSubscription(tag: tag)
        watches[id]?.dialogs = WatchedDialogs()
        guard watches[id]?.lamp != .unknown else { return }
        watches[id]?.lamp = .unknown
        watches[id]?.peer = nil
        tellLamp(id, into: &effects)
    }

    private mutating func showLamp(_ id: Int, into effects: inout [Effect]) {
        guard let watch = watches[id], watch.lamp != watch.dialogs.lamp || watch.peer != watch.dialogs.peer else {
            return
        }
        watches[id]?.lamp = watch.dialogs.lamp
        watches[id]?.peer = watch.dialogs.peer
        tellLamp(id, into: &effects)
    }

    private func tellLamp(_ id: Int, into effects: inout [Effect]) {
        guard let watch = watches[id], case .lamp(let target) = watch.kind else { return }
        effects.append(
            .tell(
                .lamp(LampSummary(target: target, account: watch.account, state: watch.lamp, peer: watch.peer))))
    }
}
