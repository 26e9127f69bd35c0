package import MediaControl
package import PBXBase
package import SIPGrammar
package import SIPTransaction
import SIPUserAgent

/// The whole phone but its sockets, sound and screen: accounts, lines, transfers and conferences over the SIP machines,
/// with commands to the media engine as effects. Sans I/O.
package struct PhoneCore: Machine {
    package enum Input: Sendable {
        case received(SIPMessage, Flow)
        case flowFailed(Flow)
        case media(MediaEvent)
        case command(PhoneCommand)
        case timeout
    }

    package enum Effect: Sendable {
        case transmit([UInt8], Flow)
        case media(MediaCommand)
        case tell(PhoneEvent)
        /// The engine's end of the sound card's line.
        case connectCard(Endpoint)
        /// Something to be heard once.
        case alert(PhoneSignal)
    }

    /// What a request of ours outside the INVITE usage was for.
    enum Purpose: Sendable {
        case register(account: Int)
        case refer(LineNumber)
        /// Only a failure is told.
        case info
        /// NOTIFY: the peer may well have hung up by now.
        case notice
        case subscribe(watch: Int)
    }

    let settings: PhoneSettings
    /// Of the media engine's certificate; nil: no DTLS.
    let fingerprint: CertificateFingerprint?
    var userAgent: UserAgent
    var random: any RandomSource
    var registrations: [OutboundRegistration?]
    var purposes: [ClientTransactionID: Purpose] = [:]
    var lines: [LineNumber: Line] = [:]
    var lastLine = 0
    var currentLine: LineNumber?
    var lastDialled: (target: String, account: Int?)?
    /// Media ports that are ready for a line, and how many more are asked for.
    var ports: [PortLease] = []
    var portsAsked: [Bool: Int] = [:]
    /// Ports whose line is over, until the engine is done with them.
    var portsLeaving: [MediaPortID: PortLease] = [:]
    /// Calls that were asked for before the first ports were ready.
    var earlyCommands: [PhoneCommand] = []
    var playbacks: [PlaybackID: RunningPlayback] = [:]
    var hasHadPorts = false
    var lastPlayback: UInt64 = 0
    var lastRecording: UInt64 = 0
    /// Files that the engine still writes.
    var recordings: Set<RecordingID> = []
    var cardPort: PortLease?
    var cardSeat = CardSeat(room: nil, isMuted: false)
    var ringingTone: PlaybackID?
    /// Of the sound card; the driver follows.
    package internal(set) var volumes = SoundVolumes()
    var reportsLevels = false
    var watches: [Int: Watch] = [:]
    var lastWatch = 0
    /// In the mailbox of each account, as told last.
    var newMessages: [Int?: Int] = [:]
    var isStopping = false
    var hasToldStop = false
    /// Reused between turns.
    var agentEffects: [UserAgentEffect] = []

    package init(
        settings: PhoneSettings, fingerprint: CertificateFingerprint?, random: any RandomSource,
        listenerPorts: [SIPTransportKind: UInt16], timers: TransactionTimers = TransactionTimers()
    ) {
        self.settings = settings
        self.fingerprint = fingerprint
        self.random = random
        let agentSettings = UserAgentSettings(
            productName: settings.productName, contactUser: settings.contactUser,
            domain: settings.listeners.first?.local.address.hostText ?? "localhost", listenerPorts: listenerPorts,
            methods: [.invite, .options, .refer, .notify], extensions: ["replaces"])
        userAgent = UserAgent(
            settings: agentSettings, random: random, timers: timers, transactionsMax: PhoneSettings.transactionsMax)
        registrations = settings.accounts.map { _ in nil }
    }

    package var deadline: Instant? {
        var earliest = userAgent.deadline
        for registration in registrations { earliest = .earliest(earliest, registration?.deadline) }
        earliest = .earliest(earliest, watchDeadline)
        for line in lines.values { earliest = .earliest(earliest, .earliest(line.retryAt, line.giveUpAt)) }
        return earliest
    }

    package mutating func handle(_ input: Input, now: Instant, into effects: inout [Effect]) {
        switch input {
        case .received(let message, let flow):
            userAgent.handle(.received(message, flow), now: now, into: &agentEffects)
        case .flowFailed(let flow):
            userAgent.handle(.flowFailed(flow), now: now, into: &agentEffects)
        case .media(let event): mediaReported(event, now: now, into: &effects)
        case .command(let command): carryOut(command, now: now, into: &effects)
        case .timeout: timeout(now: now, into: &effects)
        }
        settle(now: now, into: &effects)
        followCard(into: &effects)
        keepPortsReady(into: &effects)
        tellStop(into: &effects)
    }

    /// Works through what the user agent said, until it has nothing more to say.
    private mutating func settle(now: Instant, into effects: inout [Effect]) {
        while !agentEffects.isEmpty {
            var batch: [UserAgentEffect] = []
            swap(&batch, &agentEffects)
            for effect in batch { apply(effect, now: now, into: &effects) }
        }
    }

    private mutating func apply(_ effect: UserAgentEffect, now: Instant, into effects: inout [Effect]) {
        switch effect {
        case .transmit(let bytes, let flow): effects.append(.transmit(bytes, flow))
        case .requestReceived(let transaction, let request, let flow):
            requestReceived(request, transaction, on: flow, now: now, into: &effects)
        case .session(let leg, let event):
            sessionChanged(LineNumber(Int(clamping: leg.value)), event, now: now, into: &effects)
        case .responseReceived(let transaction, let response):
            responseReceived(response, to: transaction, now: now, into: &effects)
        case .requestFailed(let transaction, let status):
            requestFailed(transaction, status: status, now: now, into: &effects)
        case .misbehaved(let flow, let text): effects.append(.tell(.noted("\(flow.remote): \(text)")))
        }
    }

    private mutating func responseReceived(
        _ response: SIPMessage, to transaction: ClientTransactionID, now: Instant, into effects: inout [Effect]
    ) {
        switch purposes[transaction] {
        case .register(let account):
            guard let action = registrations[account]?.responseReceived(response, now: now, random: &random) else {
                return
            }
            if response.status >= 200 { purposes[transaction] = nil }
            carryOut(action, account: account, now: now, into: &effects)
        case .refer(let line):
            guard response.status >= 200 else { return }
            purposes[transaction] = nil
            referralAnswered(line, status: response.status, now: now, into: &effects)
        case .info:
            guard response.status >= 200 else { return }
            purposes[transaction] = nil
            if response.status >= 300 {
                effects.append(.tell(.failed("the other side refused: \(response.status) \(response.reasonPhrase)")))
            }
        case .subscribe(let watch):
            guard response.status >= 200 else { return }
            purposes[transaction] = nil
            subscriptionAnswered(watch, response, now: now, into: &effects)
        case .notice: if response.status >= 200 { purposes[transaction] = nil }
        case nil: break
        }
    }

    private mutating func requestFailed(
        _ transaction: ClientTransactionID, status: Int, now: Instant, into effects: inout [Effect]
    ) {
        switch purposes.removeValue(forKey: transaction) {
        case .register(let account):
            guard let action = registrations[account]?.requestFailed(status: status, now: now) else { return }
            carryOut(action, account: account, now: now, into: &effects)
        case .refer(let line): referralAnswered(line, status: status, now: now, into: &effects)
        case .info: effects.append(.tell(.failed("the other side did not answer")))
        case .subscribe(let watch): subscriptionFailed(watch, status: status, now: now, into: &effects)
        case .notice, nil: break
        }
    }

    private mutating func timeout(now: Instant, into effects: inout [Effect]) {
        userAgent.handle(.timeout, now: now, into: &agentEffects)
        for account in registrations.indices {
            guard let action = registrations[account]?.timeout(now: now, random: &random) else { continue }
            carryOut(action, account: account, now: now, into: &effects)
        }
        watchTimeouts(now: now, into: &effects)
        for number in lines.keys.sorted() {
            if let due = lines[number]?.retryAt, due <= now {
                lines[number]?.retryAt = nil
                reoffer(number, now: now, into: &effects)
            }
            if let due = lines[number]?.giveUpAt, due <= now {
                lines[number]?.giveUpAt = nil
                end(number, .refused(status: 408, phrase: "no answer"), status: 408, now: now, into: &effects)
            }
        }
    }

    private mutating func tellStop(into effects: inout [Effect]) {
        guard isStopping, !hasToldStop, lines.isEmpty, recordings.isEmpty, watches.isEmpty, userAgent.sessionCount == 0,
            registrations.allSatisfy({ $0 == nil || $0?.phase == .idle || $0?.phase == .refused })
        else { return }
        hasToldStop = true
        effects.append(.tell(.stopped))
    }
}
