package import PBXBase
package import PBXModel

/// Where the phones of each extension are, to be looked up.
package struct ContactTable: Sendable {
    let bindings: [String: [Binding]]

    /// The contacts of an extension that calls go to: preferred ones first (`q`), among equals the one heard from last.
    package func bindings(for number: String, now: Instant) -> [ContactBinding] {
        guard let known = bindings[number] else { return [] }
        guard known.count > 1 else { return known.filter { $0.expiresAt > now }.map(\.contact) }
        return known.filter { $0.expiresAt > now }
            .sorted { ($0.contact.preference, $0.serial) > ($1.contact.preference, $1.serial) }
            .map(\.contact)
    }
}
