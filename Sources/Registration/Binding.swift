import PBXBase
package import PBXModel
package import SIPGrammar

/// A contact binding as the registrar keeps it: the value that is stored, and what serves to find and time it. It never
/// changes, so that all who look at it share one.
final class Binding: Sendable {
    let id: UInt64
    let contact: ContactBinding
    let uri: SIPURI
    /// `+sip.instance` as written: which device this is, whatever its contact. Not known after a restart.
    let instance: String?
    let expiresAt: Instant
    /// Grows with every update: among equals the phone heard from last comes first.
    let serial: UInt64

    init(id: UInt64, contact: ContactBinding, uri: SIPURI, instance: String?, expiresAt: Instant, serial: UInt64) {
        self.id = id
        self.contact = contact
        self.uri = uri
        self.instance = instance
        self.expiresAt = expiresAt
        self.serial = serial
    }

    /// The same without its connection, reached at its own address.
    func reached(at own: Endpoint) -> Binding {
        var contact = contact
        contact.connection = 0
        contact.source = own
        return Binding(
            id: id, contact: contact, uri: uri, instance: instance, expiresAt: expiresAt, serial: serial)
    }

    /// Seconds left, rounded up, so that a phone never believes a binding to be gone before it is asked to refresh.
    func secondsLeft(at now: Instant) -> Int {
        Int(max(0, (expiresAt - now).nanoseconds + 999_999_999) / 1_000_000_000)
    }

    /// As a Contact value of a response (RFC 3261 §10.3, step 8).
    func contactHeader(at now: Instant) -> String {
        var text = "<\(contact.contact)>;expires=\(secondsLeft(at: now))"
        if contact.preference < 1_000 {
            let digits = String(contact.preference)
            text += ";q=0." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
        }
        if let instance { text += ";+sip.instance=\(instance)" }
        return text
    }

    /// Where the phone can be called without the connection that it registered on: the address in its Contact, when
    /// that is the very host its REGISTER came from. Any other host means that a NAT or a proxy is between us, and then
    /// only the way back is known to work (RFC 3581, RFC 5626).
    var ownEndpoint: Endpoint? {
        contact.path.isEmpty ? Self.ownEndpoint(uri, source: contact.source) : nil
    }

    static func ownEndpoint(_ uri: SIPURI, source: Endpoint) -> Endpoint? {
        guard let address = uri.hostAddress, address == source.address else { return nil }
        return Endpoint(address, port: uri.port ?? (uri.scheme == .sips ? 5_061 : 5_060))
    }

    var snapshot: RegistrationSnapshot { RegistrationSnapshot(contact) }
}

extension RegistrationSnapshot {
    package init(_ binding: ContactBinding) {
        self.init(
            number: binding.number, contact: binding.contact, transport: binding.transport,
            source: binding.source.description, expiresAt: binding.expiresAt.rfc3339, userAgent: binding.userAgent)
    }
}

extension ContactBinding {
    /// The way to the phone. A stream without a connection (0, as after a restart) is one to be opened.
    package var flow: Flow? {
        SIPTransportKind(uriName: transport).map {
            Flow(transport: $0, local: local, remote: source, connection: connection)
        }
    }
}
