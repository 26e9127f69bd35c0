import NIOCore
import PBXBase
import SIPGrammar
import SIPTransaction
import SIPUserAgent
import SystemTestKit

extension FaxPhone {
    private static let registrationSeconds = 600

    /// Registers with the account's password.
    func register() async throws {
        guard let flow else { return }
        var registration = OutboundRegistration(
            account: .init(
                registrar: uri(nil), address: "<\(uri(account.number))>", username: account.number,
                password: account.password, seconds: Self.registrationSeconds),
            contact: userAgent.contact(for: flow), callID: random.token(symbols: 24))
        let action = registration.start(random: &random)
        self.registration = registration
        let promise = loop.makePromise(of: Void.self)
        registered = promise
        carryOut(action)
        execute()
        try await promise.futureResult.get()
    }

    func responded(_ response: SIPMessage, _ transaction: ClientTransactionID) {
        guard transaction == registerTransaction else { return }
        if let action = registration?.responseReceived(response, now: now(), random: &random) { carryOut(action) }
    }

    func registrationTimerFired() {
        if let action = registration?.timeout(now: now(), random: &random) { carryOut(action) }
    }

    private func carryOut(_ action: OutboundRegistration.Action) {
        switch action {
        case .nothing, .unregistered: break
        case .send(let request):
            guard let flow else { return }
            registerTransaction = userAgent.send(
                .register, requestURI: request.requestURI, from: request.address, to: request.address,
                callID: request.callID, sequence: request.sequence, headers: request.headers, flow: flow,
                now: now(), into: &effects)
        case .registered: settle(.success(()))
        case .failed(let status, let phrase, _):
            settle(.failure(PeerFailure("registration of \(account.number) refused: \(status) \(phrase ?? "")")))
        }
    }

    private func settle(_ result: Result<Void, any Error>) {
        registered?.completeWith(result)
        registered = nil
    }
}
