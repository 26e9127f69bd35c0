package import PBXBase
import PBXModel
package import SIPGrammar

extension Registrar {
    /// Processes a REGISTER of somebody who proved to be `number` (RFC 3261 §10.3): all of it or, with an answer that
    /// says why not, none of it.
    /// - Parameters:
    ///   - flow: the way the request came, which is the way calls go back.
    ///   - policy: the limits that hold for this extension now.
    package mutating func register(
        number: String, _ message: SIPMessage, flow: Flow, policy: RegistrationPolicy, now: Now,
        into effects: inout [RegistrationEffect]
    ) -> RegistrationAnswer {
        do {
            let request = try RegisterRequest(message, flow: flow, number: number, policy: policy)
            if request.isWildcard {
                try removeAll(request, into: &effects)
            } else {
                let changes = try changes(for: request)
                try checkRoom(for: changes, number: number, policy: policy)
                for change in changes { apply(change, request, now: now, into: &effects) }
            }
            return accepted(request, now: now.instant)
        } catch {
            return error.answer
        }
    }

    /// RFC 3261 §10.3, step 6.
    private mutating func removeAll(
        _ request: RegisterRequest, into effects: inout [RegistrationEffect]
    ) throws(RegisterRefusal) {
        let known = bindings[request.number] ?? []
        for binding in known { _ = try request.isNewer(than: binding) }
        for binding in known { remove(binding.id, .unregistered, into: &effects) }
    }

    /// What each contact of the request means for the bindings there are; nothing is changed yet.
    private func changes(for request: RegisterRequest) throws(RegisterRefusal) -> [Change] {
        var changes: [Change] = []
        let known = bindings[request.number] ?? []
        for contact in request.contacts {
            // Hardly any phone writes the same contact in two ways.
            let sameURI = known.first {
                $0.contact.contact == contact.text || $0.uri.isEquivalent(to: contact.uri)
            }
            if let sameURI, try !request.isNewer(than: sameURI) { continue }
            if contact.seconds == 0 {
                if let sameURI { changes.append(.remove(sameURI.id)) }
            } else if let sameURI {
                changes.append(.refresh(sameURI, contact))
            } else {
                let sameDevice = known.filter { $0.instance != nil && $0.instance == contact.instance }
                changes.append(.add(contact, replacing: sameDevice.map(\.id)))
            }
        }
        return changes
    }

    private func checkRoom(
        for changes: [Change], number: String, policy: RegistrationPolicy
    ) throws(RegisterRefusal) {
        let growth = changes.reduce(0) { $0 + $1.growth }
        guard growth > 0 else { return }
        guard count(of: number) + growth <= policy.contactsMax else { throw .tooManyContacts(policy.contactsMax) }
        guard count + growth <= policy.registrationsMax else { throw .full }
    }

    private mutating func apply(
        _ change: Change, _ request: RegisterRequest, now: Now, into effects: inout [RegistrationEffect]
    ) {
        switch change {
        case .remove(let id):
            remove(id, .unregistered, into: &effects)
        case .refresh(let known, let contact):
            let binding = request.binding(contact, id: known.id, serial: nextSerial(), now: now)
            // The store knows a binding by its text, of which an equivalent URI may have another.
            if binding.contact.contact != known.contact.contact {
                effects.append(.record(.bindingRemoved(number: request.number, contact: known.contact.contact)))
            }
            update(binding)
            effects.append(.record(.bindingSet(binding.contact)))
        case .add(let contact, let replaced):
            for id in replaced { remove(id, .replaced, into: &effects) }
            // The same contact twice in one request: it is there by now.
            let twin = bindings[request.number]?.contains { $0.uri.isEquivalent(to: contact.uri) } ?? false
            guard !twin else { return }
            let serial = nextSerial()
            let binding = request.binding(contact, id: serial, serial: serial, now: now)
            insert(binding)
            effects.append(.record(.bindingSet(binding.contact)))
            effects.append(.added(binding.snapshot))
        }
    }

    /// RFC 3261 §10.3, step 8: all bindings there are now; RFC 3327 §5.3: and the path, for a phone that knows it.
    private func accepted(_ request: RegisterRequest, now: Instant) -> RegistrationAnswer {
        var answer = RegistrationAnswer(status: 200)
        for binding in bindings[request.number] ?? [] where binding.expiresAt > now {
            answer.headers.append(.init(.contact, binding.contactHeader(at: now)))
        }
        if request.supportsPath, !request.path.isEmpty { answer.headers.append(.init(.path, request.path)) }
        return answer
    }
}

private enum Change {
    case remove(UInt64)
    case refresh(Binding, RegisterRequest.Contact)
    case add(RegisterRequest.Contact, replacing: [UInt64])

    /// By how many bindings it changes their number.
    var growth: Int {
        switch self {
        case .remove: -1
        case .refresh: 0
        case .add(_, let replaced): 1 - replaced.count
        }
    }
}
