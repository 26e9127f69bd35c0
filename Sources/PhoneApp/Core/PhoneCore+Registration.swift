import PBXBase
import SIPGrammar
import SIPUserAgent

// Accounts: registered, refreshed, and taken back.
extension PhoneCore {
    private static let lifetimeSeconds = 600

    mutating func registerAll(now: Instant, into effects: inout [Effect]) {
        for account in settings.accounts.indices where settings.accounts[account].registers {
            var registration = registrations[account] ?? newRegistration(settings.accounts[account])
            let action = registration.start(random: &random)
            registrations[account] = registration
            carryOut(action, account: account, now: now, into: &effects)
        }
    }

    private mutating func newRegistration(_ account: PhoneAccount) -> OutboundRegistration {
        OutboundRegistration(
            account: .init(
                registrar: account.registrar, address: "<\(account.addressOfRecord)>", username: account.username,
                key: account.key, seconds: Self.lifetimeSeconds),
            contact: userAgent.contact(for: account.flow), callID: random.token(symbols: 24))
    }

    mutating func unregisterAll(now: Instant, into effects: inout [Effect]) {
        for account in registrations.indices {
            forgetRequests(of: account)
            guard let action = registrations[account]?.stop(random: &random) else { continue }
            if case .nothing = action {
                registrations[account] = nil
            } else {
                carryOut(action, account: account, now: now, into: &effects)
            }
        }
    }

    private mutating func forgetRequests(of account: Int) {
        purposes = purposes.filter { entry in
            if case .register(let registered) = entry.value { registered != account } else { true }
        }
    }

    mutating func carryOut(
        _ action: OutboundRegistration.Action, account: Int, now: Instant, into effects: inout [Effect]
    ) {
        switch action {
        case .nothing: break
        case .send(let request):
            let transaction = userAgent.send(
                .register, requestURI: request.requestURI, from: request.address, to: request.address,
                callID: request.callID, sequence: request.sequence, headers: request.headers,
                flow: settings.accounts[account].flow, now: now, into: &agentEffects)
            purposes[transaction] = .register(account: account)
        case .registered(let seconds):
            effects.append(.tell(.registered(account: account, seconds: seconds)))
            if !isStopping { watchMessages(account: account, now: now, into: &effects) }
        case .unregistered: effects.append(.tell(.unregistered(account: account)))
        case .failed(let status, let phrase, let isFinal):
            effects.append(
                .tell(
                    .registrationFailed(account: account, status: status, phrase: phrase ?? "", isFinal: isFinal)))
        }
    }
}
