package import PBXBase
import SIPGrammar

// Registering, and the digest that it and calls need.
extension ScriptedPhone {
    /// Sends a REGISTER, and keeps the registration up from then on.
    package func register(now: Instant) { sendRegister(attempt: 0, challenge: nil, now: now) }

    /// Takes the registration back.
    package func unregister(now: Instant) {
        timers.cancel(.registration)
        registrationSeconds = 0
        sendRegister(attempt: 0, challenge: nil, now: now)
    }

    private func sendRegister(attempt: Int, challenge: SIPMessage?, now: Instant) {
        let branch = newBranch()
        registrationCSeq += 1
        let uri = "sip:\(server)"
        var builder = SIPMessageBuilder(request: .register, uriText: uri)
        builder.add(.via, via(branch))
        builder.add(.maxForwards, 70)
        builder.add(.from, "<sip:\(number)@\(server.address.hostText)>;tag=\(random.token(symbols: 8))")
        builder.add(.to, "<sip:\(number)@\(server.address.hostText)>")
        builder.add(.callID, registrationCallID)
        builder.add(.cseq, "\(registrationCSeq) REGISTER")
        builder.add(.contact, contact)
        builder.add(.expires, registrationSeconds)
        if let challenge { addCredentials(to: &builder, for: challenge, method: .register, uri: uri) }
        send(
            &builder, method: .register, branch: branch, purpose: .register(attempt: attempt), to: server, now: now)
    }

    func registerAnswered(_ response: SIPMessage, attempt: Int, now: Instant) {
        guard !response.isProvisional else { return }
        if response.status == 401, attempt < 2 {
            sendRegister(attempt: attempt + 1, challenge: response, now: now)
            return
        }
        registrationStatuses.append(response.status)
        if response.status == 423, let least = response.text(.minExpires).flatMap({ Int($0) }), attempt < 4 {
            registrationSeconds = least
            sendRegister(attempt: 4, challenge: nil, now: now)
            return
        }
        isRegistered = response.status == 200 && registrationSeconds > 0
        guard registrationSeconds > 0, !isRetired else { return }
        if response.status == 200 { verifyBinding(response) }
        // Half of what was granted, or a little later after a refusal.
        let wait = isRegistered ? max(10, grantedSeconds(response) / 2) : 30
        timers.schedule(.registration, at: now + .seconds(wait))
        if isRegistered { scheduleFirstCall(now: now) }
    }

    func registerTimedOut(now: Instant) {
        registrationStatuses.append(408)
        isRegistered = false
        if registrationSeconds > 0, !isRetired { timers.schedule(.registration, at: now + .seconds(30)) }
    }

    private func grantedSeconds(_ response: SIPMessage) -> Int {
        let ours = try? response.contacts().first { $0.uri.user == number && $0.uri.host == "\(endpoint.address)" }
        return (ours ?? nil)?.expires.map(Int.init) ?? response.expires().map(Int.init) ?? registrationSeconds
    }

    /// RFC 3261 §10.3 step 8: the answer lists the bindings, and so ours.
    private func verifyBinding(_ response: SIPMessage) {
        let contacts = (try? response.contacts()) ?? []
        if !contacts.contains(where: { $0.uri.host == "\(endpoint.address)" && $0.uri.port == endpoint.port }) {
            violations.append("registered, but the answer does not list \(contact)")
        }
    }

    func addCredentials(
        to builder: inout SIPMessageBuilder, for challenge: SIPMessage, method: SIPMethod, uri: String
    ) {
        let isProxy = challenge.status == 407
        let fields = challenge.values(isProxy ? .proxyAuthenticate : .wwwAuthenticate)
        let challenges = fields.compactMap { try? SIPChallenge(ascii: $0) }
        digestCount += 1
        let credentials = PhoneDigest(username: number, password: password).credentials(
            for: challenges, method: method, uri: uri, clientNonce: random.token(symbols: 12), count: 1)
        guard let credentials else {
            violations.append("no usable challenge in \(challenge.status) to \(method.name)")
            return
        }
        builder.add(isProxy ? .proxyAuthorization : .authorization, credentials.description)
    }
}
