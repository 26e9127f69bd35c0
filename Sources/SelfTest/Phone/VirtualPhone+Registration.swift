import PBXBase
import SIPGrammar
import SIPTransaction
import SIPUserAgent

// Requests outside the call: OPTIONS and REGISTER.
extension VirtualPhone {
    private static let registrationSeconds = 120

    /// Asks the server whether it is there; `serverAnswered` follows.
    func probe() {
        guard let flow = link?.flow else { return }
        begin()
        optionsTransaction = userAgent.send(
            .options, requestURI: account.uri(of: nil), from: address(of: account.number),
            to: "<\(account.uri(of: nil))>",
            callID: random.token(symbols: 24), sequence: 1, headers: [], flow: flow, now: currentInstant(),
            into: &effects)
        execute()
    }

    /// `registered` follows.
    func register() {
        guard let flow = link?.flow else { return }
        begin()
        var registration = OutboundRegistration(
            account: .init(
                registrar: account.uri(of: nil), address: address(of: account.number), username: account.number,
                password: account.password, seconds: Self.registrationSeconds),
            contact: userAgent.contact(for: flow), callID: random.token(symbols: 24))
        let action = registration.start(random: &random)
        self.registration = registration
        apply(action)
        execute()
    }

    /// `unregistered` follows, at once when there is nothing to remove.
    func unregister() {
        begin()
        switch registration?.stop(random: &random) {
        case .nothing, nil: reached(.unregistered)
        case .some(let action): apply(action)
        }
        execute()
    }

    func apply(_ action: OutboundRegistration.Action) {
        switch action {
        case .nothing: break
        case .send(let request):
            guard let flow = link?.flow else { return }
            registerTransaction = userAgent.send(
                .register, requestURI: request.requestURI, from: request.address, to: request.address,
                callID: request.callID, sequence: request.sequence, headers: request.headers, flow: flow,
                now: currentInstant(), into: &effects)
        case .registered: reached(.registered)
        case .unregistered: reached(.unregistered)
        case .failed(let status, let phrase, _): fail(.refused(status: status, phrase: phrase ?? ""))
        }
    }

    func responseReceived(_ response: SIPMessage, to transaction: ClientTransactionID) {
        if transaction == optionsTransaction {
            guard response.status >= 200 else { return }
            optionsTransaction = nil
            if response.status < 300 {
                reached(.serverAnswered)
            } else {
                fail(.refused(status: response.status, phrase: response.reasonPhrase))
            }
        } else if transaction == registerTransaction {
            let action = registration?.responseReceived(response, now: currentInstant(), random: &random)
            if let action { apply(action) }
        }
    }

    func requestFailed(_ transaction: ClientTransactionID, status: Int) {
        if transaction == optionsTransaction {
            optionsTransaction = nil
            fail(.refused(status: status, phrase: "no response"))
        } else if transaction == registerTransaction {
            let action = registration?.requestFailed(status: status, now: currentInstant())
            if let action { apply(action) }
        }
    }

    func address(of number: String) -> String { "<\(account.uri(of: number))>" }
}
