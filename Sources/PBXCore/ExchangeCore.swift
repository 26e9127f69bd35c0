package import CallControl
import ControlProtocol
import MediaControl
package import PBXBase
package import PBXModel
package import Registration
package import SIPGrammar
import SIPTransaction
import SIPUserAgent

/// The whole PBX as one machine: user agent, registrar and call control wired into one struct. It runs as it is inside
/// a test; in the daemon the `Exchange` actor drives it (architecture §6).
package struct ExchangeCore {
    /// What the administrator configured.
    package internal(set) var directory: Directory
    /// The same with the extensions that a self-test borrows: what requests and calls are decided by.
    var workingDirectory: Directory
    var temporaryExtensions = TemporaryExtensions()
    /// What users have set themselves.
    package internal(set) var userSettings = UserSettingsTable()
    var userAgent: UserAgent
    var authenticator: DigestAuthenticator
    var sourceGuard: SourceGuard
    package internal(set) var registrar: Registrar
    package internal(set) var calls: CallTable
    var random: any RandomSource
    var closingCalls: [CommitTicket: CallID] = [:]
    /// Calls whose callers changed a setting that is not stored yet.
    var settingCalls: [CommitTicket: CallID] = [:]
    private var nextTicket: UInt64 = 1
    /// How far local time is ahead of UTC, as its driver says: for announcements.
    package var utcOffsetSeconds = 0
    /// Whether anybody follows events; snapshots for nobody are not made.
    package var isWatched = false

    /// Reused between turns, so that a turn does not allocate for them.
    var userAgentEffects: [UserAgentEffect] = []
    var callEffects: [CallEffect] = []
    var registrationEffects: [RegistrationEffect] = []

    /// - Parameters:
    ///   - listenerPorts: where peers reach us, per transport, for our Contact on connections that we opened.
    ///   - digestKey: at least 16 random bytes, new with every start: nonces of an earlier run are stale.
    package init(
        directory: Directory, listenerPorts: [SIPTransportKind: UInt16], digestKey: [UInt8],
        random: any RandomSource
    ) {
        self.directory = directory
        workingDirectory = directory
        self.random = random
        let settings = UserAgentSettings(
            productName: directory.sip.serverName, contactUser: "pbx", domain: directory.realm,
            listenerPorts: listenerPorts, methods: [.invite, .options, .register, .refer])
        userAgent = UserAgent(settings: settings, random: random, transactionsMax: directory.limits.transactionsMax)
        authenticator = Self.authenticator(directory, key: digestKey)
        sourceGuard = SourceGuard(directory.limits)
        registrar = Registrar()
        calls = CallTable(random: random, music: directory.media.holdMusic)
    }

    /// When `handle(.timeout, …)` is due at the latest.
    package var deadline: Instant? {
        Instant.earliest(
            .earliest(userAgent.deadline, calls.deadline),
            .earliest(registrar.deadline, temporaryExtensions.deadline))
    }

    /// The same for a driver in another module, whose reading of the property would copy the whole core first.
    package mutating func nextDeadline() -> Instant? { deadline }

    package mutating func handle(_ input: ExchangeInput, now: Now, into effects: inout [ExchangeEffect]) {
        switch input {
        case .received(let bytes, let flow): received(bytes, on: flow, now: now, into: &effects)
        case .flowClosed(let flow):
            registrar.connectionClosed(flow.connection, into: &registrationEffects)
            userAgent.handle(.flowFailed(flow), now: now.instant, into: &userAgentEffects)
        case .flowFailed(let flow):
            userAgent.handle(.flowFailed(flow), now: now.instant, into: &userAgentEffects)
        case .media(let event): calls.mediaChanged(event, context(now), into: &callEffects)
        case .committed(let tickets):
            for ticket in tickets { committed(ticket, now: now) }
        case .directoryChanged(let directory): directoryChanged(to: directory, into: &effects)
        case .bindingsRestored(let bindings):
            let extensions = directory.extensions
            registrar.restore(
                bindings, now: now, secondsMax: directory.sip.registrationSecondsMax,
                isKnown: { extensions[$0] != nil }, into: &registrationEffects)
        case .userSettingsRestored(let settings): userSettings = UserSettingsTable(settings)
        case .timeout:
            userAgent.handle(.timeout, now: now.instant, into: &userAgentEffects)
            calls.timeout(context(now), into: &callEffects)
            registrar.expire(now: now.instant, into: &registrationEffects)
            expireSelfTests(now: now)
        }
        settle(now: now, into: &effects)
    }

    private mutating func received(
        _ bytes: [UInt8], on flow: Flow, now: Now, into effects: inout [ExchangeEffect]
    ) {
        effects.append(.count(.messagesReceived))
        switch sourceGuard.admit(flow.remote.address, now: now.instant) {
        case .admitted: break
        case .ignored(let reason, let isFirst):
            effects.append(.count(.requestsIgnored))
            if isFirst {
                let text = "messages from \(flow.remote.address) are ignored for a while: \(reason.rawValue)"
                effects.append(.note(Note(.warning, text)))
            }
            return
        }
        do {
            let message = try SIPMessage(parsing: bytes)
            userAgent.handle(.received(message, flow), now: now.instant, into: &userAgentEffects)
        } catch {
            effects.append(.count(.messagesMalformed))
            let text = "message from \(flow.transport.uriName) \(flow.remote) dropped: \(error.field): \(error.problem)"
            effects.append(.note(Note(.info, text, source: flow.remote)))
        }
    }

    /// A new configuration is in force: for what begins from now on. Calls keep the one that they began with; phones of
    /// extensions that are gone are forgotten.
    private mutating func directoryChanged(to new: Directory, into effects: inout [ExchangeEffect]) {
        let old = directory
        directory = new
        workingDirectory = temporaryExtensions.merged(with: new)
        if old.realm != new.realm || old.sip.nonceSeconds != new.sip.nonceSeconds {
            // A fresh key: with the old one, nonces whose use is forgotten here could be used a second time.
            authenticator = Self.authenticator(new, key: Array(random.token(symbols: 52).utf8))
        }
        if old.limits != new.limits { sourceGuard = SourceGuard(new.limits) }
        userAgent.productName = new.sip.serverName
        calls.directoryChanged(to: new, into: &callEffects)
        forgetPhonesWithoutExtension()
        effects.append(.publish(.configurationReloaded(extensions: new.extensions.count)))
    }

    /// Drops the bindings of extensions that are gone.
    mutating func forgetPhonesWithoutExtension() {
        let extensions = workingDirectory.extensions
        registrar.removeBindings(unless: { extensions[$0] != nil }, into: &registrationEffects)
    }

    private static func authenticator(_ directory: Directory, key: [UInt8]) -> DigestAuthenticator {
        DigestAuthenticator(realm: directory.realm, key: key, nonceLifetime: .seconds(directory.sip.nonceSeconds))
    }

    // MARK: Carrying effects between the machines

    func context(_ now: Now) -> CallContext {
        CallContext(
            now: now, directory: workingDirectory, contacts: LiveContacts(table: registrar.contacts, now: now.instant),
            settings: userSettings, utcOffsetSeconds: utcOffsetSeconds)
    }

    /// Hands what the user agent said to call control and back, until both are quiet.
    mutating func settle(now: Now, into effects: inout [ExchangeEffect]) {
        while !userAgentEffects.isEmpty || !callEffects.isEmpty {
            var said: [UserAgentEffect] = []
            swap(&said, &userAgentEffects)
            for effect in said { apply(effect, now: now, into: &effects) }
            var ordered: [CallEffect] = []
            swap(&ordered, &callEffects)
            for effect in ordered { apply(effect, now: now, into: &effects) }
            if userAgentEffects.isEmpty {
                said.removeAll(keepingCapacity: true)
                userAgentEffects = said
            }
            if callEffects.isEmpty {
                ordered.removeAll(keepingCapacity: true)
                callEffects = ordered
            }
        }
        applyRegistrationEffects(into: &effects)
        for command in calls.growPorts(now: now.instant) { effects.append(.media(command)) }
    }

    private mutating func apply(_ effect: UserAgentEffect, now: Now, into effects: inout [ExchangeEffect]) {
        switch effect {
        case .transmit(let bytes, let flow): effects.append(.transmit(bytes, flow))
        case .session(let leg, let event): calls.sessionChanged(leg, event, context(now), into: &callEffects)
        case .requestReceived(let transaction, let request, let flow):
            requestReceived(Request(transaction: transaction, message: request, flow: flow), now: now, into: &effects)
        case .misbehaved(let flow, let problem):
            let text = "\(flow.transport.uriName) \(flow.remote) sent a request that was refused: \(problem)"
            effects.append(.note(Note(.info, text, source: flow.remote)))
        case .responseReceived, .requestFailed:
            break  // The exchange sends no request outside sessions.
        }
    }

    private mutating func apply(_ effect: CallEffect, now: Now, into effects: inout [ExchangeEffect]) {
        switch effect {
        case .session(let command):
            userAgent.handle(.command(command), now: now.instant, into: &userAgentEffects)
        case .media(let command): effects.append(.media(command))
        case .record(let fact, let closing):
            guard let closing else {
                effects.append(.record(fact, nil))
                return
            }
            let ticket = newTicket()
            closingCalls[ticket] = closing
            effects.append(.record(fact, ticket))
        case .changed(let id, let change): publish(id, change, into: &effects)
        case .note(let note): effects.append(.note(note))
        case .changeSettings(let change, let number, let call):
            settingsChanged(change, of: number, by: call, now: now, into: &effects)
        }
    }

    mutating func newTicket() -> CommitTicket {
        defer { nextTicket += 1 }
        return CommitTicket(nextTicket)
    }

    private mutating func committed(_ ticket: CommitTicket, now: Now) {
        if let call = closingCalls.removeValue(forKey: ticket) {
            calls.recordCommitted(call, into: &callEffects)
        } else if let call = settingCalls.removeValue(forKey: ticket) {
            calls.settingsChanged(by: call, isDone: true, context(now), into: &callEffects)
        }
    }

    private func publish(_ id: CallID, _ change: CallChange, into effects: inout [ExchangeEffect]) {
        switch change {
        case .created: effects.append(.count(.callsStarted))
        case .answered: effects.append(.count(.callsAnswered))
        case .ended(let record):
            effects.append(.count(.callsEnded))
            effects.append(.publish(.callEnded(record)))
            return
        case .ringing, .updated: break
        }
        guard isWatched, let call = calls.calls[id] else { return }
        switch change {
        case .created: effects.append(.publish(.callCreated(call.snapshot)))
        case .ringing: effects.append(.publish(.callRinging(call.snapshot)))
        case .answered: effects.append(.publish(.callAnswered(call.snapshot)))
        case .updated: effects.append(.publish(.callUpdated(call.snapshot)))
        case .ended: break
        }
    }
}

/// A request outside any dialog that waits for an answer.
struct Request {
    var transaction: ServerTransactionID
    var message: SIPMessage
    var flow: Flow
}

/// The registrar as call control asks it; small enough to stand in a context without memory of its own.
private struct LiveContacts: ContactSource {
    let table: ContactTable
    let now: Instant

    func bindings(of number: String) -> [ContactBinding] { table.bindings(for: number, now: now) }
}

extension SourceGuard {
    fileprivate init(_ limits: Limits) {
        self.init(
            failuresMax: limits.authenticationFailuresPerSourceMax,
            messagesPerSecondMax: limits.messagesPerSourcePerSecondMax)
    }
}
