import CallControl
import ControlProtocol
import PBXBase
import PBXModel
import Registration
import SIPGrammar
import SIPUserAgent

// Requests outside a dialog: who sent them, and what they are for.
extension ExchangeCore {
    mutating func requestReceived(_ request: Request, now: Now, into effects: inout [ExchangeEffect]) {
        switch request.message.method {
        case .options:
            userAgent.respondToOptions(
                request.transaction, request.message, on: request.flow, now: now.instant, into: &userAgentEffects)
        case .register: registerReceived(request, now: now, into: &effects)
        case .invite: inviteReceived(request, now: now, into: &effects)
        // A call is transferred from within.
        case .refer: refuse(request, SessionRefusal(status: 403, phrase: "REFER Outside A Call"), now: now)
        default: refuse(request, SessionRefusal(status: 405), now: now)
        }
    }

    // MARK: Authentication

    /// The extension whose password the request proves; nil when it was challenged, refused or ignored instead.
    private mutating func authenticated(
        _ request: Request, now: Now, into effects: inout [ExchangeEffect]
    ) -> Extension? {
        let source = request.flow.remote
        let extensions = workingDirectory.extensions
        let isOutsider = !isOwn(request.flow)
        let temporary = temporaryExtensions
        let sources = sourceGuard
        var isUserBlocked = false
        let verdict = authenticator.check(
            request.message, header: .authorization, source: source.address, now: now.instant
        ) { user in
            if !sources.mayAuthenticate(user, from: source.address, now: now.instant) {
                isUserBlocked = true
                return nil
            }
            // Out there, nobody learns that there is a self-test.
            if isOutsider, temporary.contains(user) { return nil }
            return extensions[user].map { (md5: $0.secret.md5, sha256: $0.secret.sha256) }
        }
        switch verdict {
        case .accepted(let user): return extensions[user]
        case .challenge(let stale): challenge(request, stale: stale, now: now)
        case .refused(let user, let isUnknownUser):
            effects.append(.count(.authenticationsRefused))
            if !isUserBlocked { countFailure(of: user, isUnknown: isUnknownUser, request, now: now, into: &effects) }
            challenge(request, stale: false, now: now)
        case .malformed(let problem):
            effects.append(
                .note(Note(.info, "request from \(source) refused, Authorization: \(problem)", source: source)))
            refuse(request, SessionRefusal(status: 400, phrase: "Bad Authorization"), now: now)
        }
        return nil
    }

    private mutating func countFailure(
        of user: String, isUnknown: Bool, _ request: Request, now: Now, into effects: inout [ExchangeEffect]
    ) {
        let source = request.flow.remote
        // Behind this machine's own proxy, or a NAT with phones that are known, one who guesses is not the only one.
        let isShared = source.address.isLoopback || registrar.hasBinding(from: source.address)
        let consequence = sourceGuard.authenticationFailed(
            user, from: source.address, isShared: isShared, now: now.instant)
        let advice =
            switch consequence {
            case .none: "check the phone's account"
            case .userBlocked: "too many failures, its password is not looked at for a minute"
            case .addressIgnored: "too many failures, this address gets no answer for a minute"
            }
        let what = isUnknown ? "no such extension" : "wrong password"
        let method = request.message.method.name
        let text = "\(method) as \"\(user)\" from \(source) refused: \(what) (\(advice))"
        effects.append(.note(Note(.warning, text, source: source)))
    }

    private mutating func challenge(_ request: Request, stale: Bool, now: Now) {
        let challenges = authenticator.challenges(
            stale: stale, source: request.flow.remote.address, now: now.instant, random: &random)
        let headers = challenges.map { SessionRefusal.Header(.wwwAuthenticate, $0) }
        refuse(request, SessionRefusal(status: 401, headers: headers), now: now)
    }

    private mutating func refuse(_ request: Request, _ refusal: SessionRefusal, now: Now) {
        userAgent.respond(
            to: request.transaction, request.message, on: request.flow, refusal, now: now.instant,
            into: &userAgentEffects)
    }

    // MARK: REGISTER

    private mutating func registerReceived(_ request: Request, now: Now, into effects: inout [ExchangeEffect]) {
        guard let account = authenticated(request, now: now, into: &effects) else { return }
        let source = request.flow.remote
        guard let number = try? request.message.to().uri.user, number == account.number else {
            let text = "registration from \(source) refused: \"\(account.number)\" may not register another extension"
            effects.append(.note(Note(.warning, text, source: source)))
            refuse(request, SessionRefusal(status: 403), now: now)
            return
        }
        let policy = RegistrationPolicy(
            directory.sip, contactsMax: account.contactsMax, registrationsMax: directory.limits.registrationsMax)
        let answer = registrar.register(
            number: number, request.message, flow: request.flow, policy: policy, now: now, into: &registrationEffects)
        if answer.status == 200 {
            effects.append(.count(.registrationsAccepted))
        } else {
            let text = "registration of \(number) from \(source) refused: \(answer.status) \(answer.phrase ?? "")"
            effects.append(.note(Note(.info, text, source: source)))
        }
        let headers = answer.headers.map { SessionRefusal.Header($0.name, $0.value) }
        refuse(request, SessionRefusal(status: answer.status, phrase: answer.phrase, headers: headers), now: now)
    }

    mutating func applyRegistrationEffects(into effects: inout [ExchangeEffect]) {
        for effect in registrationEffects {
            switch effect {
            case .record(let fact): effects.append(.record(fact, nil))
            case .added(let registration):
                if isWatched { effects.append(.publish(.registrationAdded(registration))) }
                let text = "phone of \(registration.number) registered at \(registration.source)"
                effects.append(.note(Note(.debug, text)))
            case .removed(let registration, let reason):
                if isWatched { effects.append(.publish(.registrationRemoved(registration, reason: reason.rawValue))) }
                let text = "phone of \(registration.number) at \(registration.source) is gone: \(reason.rawValue)"
                effects.append(.note(Note(.debug, text)))
            }
        }
        registrationEffects.removeAll(keepingCapacity: true)
    }

    // MARK: INVITE

    private mutating func inviteReceived(_ request: Request, now: Now, into effects: inout [ExchangeEffect]) {
        guard let caller = authenticated(request, now: now, into: &effects) else { return }
        let source = request.flow.remote
        // What a phone may say of itself is what it proved: a From of somebody else would show on the callee's screen.
        guard let from = try? request.message.from(), from.uri.user == caller.number else {
            let text = "call from \(source) refused: \"\(caller.number)\" may not call as somebody else"
            effects.append(.note(Note(.warning, text, call: nil, source: source)))
            refuse(request, SessionRefusal(status: 403), now: now)
            return
        }
        guard let target = try? request.message.requestURI(), let dialled = target.user,
            isOurs(target.host, request.flow)
        else {
            let text = "call of \(caller.number) refused: \"\(request.message.requestURIText)\" is not a number here"
            effects.append(.note(Note(.info, text, source: source)))
            refuse(request, SessionRefusal(status: 404), now: now)
            return
        }
        guard temporaryExtensions.allowCall(from: caller.number, to: dialled) else {
            let text = "call of \(caller.number) to \"\(dialled)\" refused: phones of a self-test only call each other"
            effects.append(.note(Note(.warning, text, source: source)))
            refuse(request, SessionRefusal(status: 404), now: now)
            return
        }
        let leg = calls.newLegID()
        guard
            userAgent.beginSession(
                leg, request.transaction, request.message, on: request.flow, now: now.instant, into: &userAgentEffects)
        else { return }
        let result = calls.incomingCall(
            leg, request.message, on: request.flow, caller: caller, dialled: dialled, context(now), into: &callEffects)
        if case .refused(let cause) = result {
            let text = "call of \(caller.number) to \"\(dialled)\" refused: \(cause.row.phrase)"
            effects.append(.note(Note(.warning, text, source: source)))
            let row = cause.row
            let refusal = SessionRefusal(
                status: row.sipStatus, phrase: row.sipPhrase, retryAfterSeconds: row.sipStatus == 503 ? 5 : nil)
            userAgent.handle(.command(.reject(leg, refusal)), now: now.instant, into: &userAgentEffects)
        }
    }

    /// Whether a request comes from this machine itself.
    private func isOwn(_ flow: Flow) -> Bool {
        flow.remote.address.isLoopback || flow.remote.address == flow.local.address
    }

    /// Whether a host in a request URI means this PBX: a configured domain, or the address that the request reached.
    private func isOurs(_ host: String, _ flow: Flow) -> Bool {
        directory.domains.contains(host) || host == directory.realm || IPAddress(host) == flow.local.address
    }
}
