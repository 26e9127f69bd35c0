package import PBXBase
package import PBXModel
import SIPGrammar

/// The registrar (RFC 3261 §10): which contacts each extension has, until when, and by which way they are reached.
///
/// It is told who registers; proving that is the digest's business. It takes both clocks, because a binding is timed by
/// the monotonic one and outlives the process by the other.
package struct Registrar: Sendable {
    var bindings: [String: [Binding]] = [:]
    private var numbers: [UInt64: String] = [:]
    /// Stream connection → bindings that came in on it.
    private var connections: [UInt64: Set<UInt64>] = [:]
    /// How many bindings are reached at an address.
    private var sources: [IPAddress: Int] = [:]
    private var expiries = DeadlineHeap<UInt64>()
    private var lastSerial: UInt64 = 0

    package init() {}

    /// Bindings of all extensions together.
    package var count: Int { numbers.count }

    /// When `expire` is due at the latest.
    package var deadline: Instant? { expiries.deadline }

    /// See `ContactTable.bindings`.
    package func bindings(for number: String, now: Instant) -> [ContactBinding] {
        contacts.bindings(for: number, now: now)
    }

    /// The bindings as they are now. For handing on: the registrar as a whole has many more tables to refer to.
    package var contacts: ContactTable { ContactTable(bindings: bindings) }

    /// Every binding, in order of extension and contact.
    package var snapshots: [RegistrationSnapshot] {
        bindings.values.joined().map(\.contact)
            .sorted { ($0.number, $0.contact) < ($1.number, $1.contact) }
            .map { RegistrationSnapshot($0) }
    }

    /// Whether a phone that proved its password is reached at this address.
    package func hasBinding(from address: IPAddress) -> Bool { sources[address] != nil }

    /// How many contacts an extension has.
    package func count(of number: String) -> Int { bindings[number]?.count ?? 0 }

    /// Takes up what the store kept over a restart. Nothing is announced; what has expired meanwhile, or belongs to an
    /// extension that is gone, is removed from the store too.
    /// - Parameter secondsMax: the longest lifetime granted; a clock that was set back makes no binding outlive it.
    package mutating func restore(
        _ stored: [ContactBinding], now: Now, secondsMax: Int, isKnown: (String) -> Bool,
        into effects: inout [RegistrationEffect]
    ) {
        for contact in stored {
            let left = min(contact.expiresAt - now.wall, .seconds(secondsMax))
            guard left > .zero, isKnown(contact.number), let uri = try? SIPURI(contact.contact) else {
                effects.append(.record(.bindingRemoved(number: contact.number, contact: contact.contact)))
                continue
            }
            var restored = contact
            // Connections do not survive the process that had them.
            restored.connection = 0
            restored.expiresAt = now.wall + left
            let serial = nextSerial()
            let binding = Binding(
                id: serial, contact: restored, uri: uri, instance: nil, expiresAt: now.instant + left, serial: serial)
            insert(binding.ownEndpoint.map { binding.reached(at: $0) } ?? binding)
        }
    }

    /// Ends what is due.
    package mutating func expire(now: Instant, into effects: inout [RegistrationEffect]) {
        while let id = expiries.popDue(now: now) { remove(id, .expired, into: &effects) }
    }

    /// A stream connection is gone, and with it the way to the phones behind it; those that no NAT hides are called on
    /// a new one.
    package mutating func connectionClosed(_ connection: UInt64, into effects: inout [RegistrationEffect]) {
        for id in (connections[connection] ?? []).sorted() {
            guard let lost = binding(id), let own = lost.ownEndpoint else {
                remove(id, .connectionClosed, into: &effects)
                continue
            }
            let binding = lost.reached(at: own)
            update(binding)
            effects.append(.record(.bindingSet(binding.contact)))
        }
    }

    /// Ends the bindings of extensions that are no longer there, as after a reload.
    package mutating func removeBindings(
        unless isKnown: (String) -> Bool, into effects: inout [RegistrationEffect]
    ) {
        for number in bindings.keys.filter({ !isKnown($0) }).sorted() {
            for binding in bindings[number] ?? [] { remove(binding.id, .removed, into: &effects) }
        }
    }
}

// MARK: - Keeping the indexes in step

extension Registrar {
    mutating func nextSerial() -> UInt64 {
        lastSerial += 1
        return lastSerial
    }

    private func binding(_ id: UInt64) -> Binding? {
        numbers[id].flatMap { bindings[$0]?.first { $0.id == id } }
    }

    mutating func insert(_ binding: Binding) {
        bindings[binding.contact.number, default: []].append(binding)
        numbers[binding.id] = binding.contact.number
        sources[binding.contact.source.address, default: 0] += 1
        attach(binding)
    }

    /// Puts a newer state in the place of the binding with the same id.
    mutating func update(_ binding: Binding) {
        let number = binding.contact.number
        guard let index = bindings[number]?.firstIndex(where: { $0.id == binding.id }) else { return }
        if let old = bindings[number]?[index].contact.connection, old != binding.contact.connection {
            detach(binding.id, from: old)
        }
        if let old = bindings[number]?[index].contact.source.address { forget(old) }
        bindings[number]?[index] = binding
        sources[binding.contact.source.address, default: 0] += 1
        attach(binding)
    }

    mutating func remove(_ id: UInt64, _ reason: RegistrationRemoval, into effects: inout [RegistrationEffect]) {
        guard let number = numbers.removeValue(forKey: id),
            let index = bindings[number]?.firstIndex(where: { $0.id == id }),
            let binding = bindings[number]?.remove(at: index)
        else { return }
        if bindings[number]?.isEmpty == true { bindings[number] = nil }
        expiries.cancel(id)
        forget(binding.contact.source.address)
        detach(id, from: binding.contact.connection)
        effects.append(.record(.bindingRemoved(number: number, contact: binding.contact.contact)))
        effects.append(.removed(binding.snapshot, reason: reason))
    }

    private mutating func attach(_ binding: Binding) {
        expiries.schedule(binding.id, at: binding.expiresAt)
        let connection = binding.contact.connection
        if connection != 0 { connections[connection, default: []].insert(binding.id) }
    }

    private mutating func forget(_ source: IPAddress) {
        guard let count = sources[source] else { return }
        sources[source] = count > 1 ? count - 1 : nil
    }

    private mutating func detach(_ id: UInt64, from connection: UInt64) {
        connections[connection]?.remove(id)
        if connections[connection]?.isEmpty == true { connections[connection] = nil }
    }
}
