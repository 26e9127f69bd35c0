extension SIPURI {
    /// Whether both name the same resource (RFC 3261 §19.1.4): not an equivalence relation in the mathematical sense,
    /// as a parameter that only one of them has is mostly ignored.
    package func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme, user == other.user, password == other.password, opaque == other.opaque,
            host.utf8.equalsIgnoringCase(other.host), port == other.port
        else { return false }
        guard hasCompatibleParameters(with: other), other.hasCompatibleParameters(with: self) else { return false }
        return sortedHeaders == other.sortedHeaders
    }

    private func hasCompatibleParameters(with other: SIPURI) -> Bool {
        parameters.items.allSatisfy { parameter in
            guard let match = other.parameters.index(of: parameter.name) else {
                return !Self.decisiveParameters.contains { parameter.name.utf8.equalsIgnoringCase($0) }
            }
            let value = other.parameters.items[match].value ?? ""
            return (parameter.value ?? "").utf8.equalsIgnoringCase(value)
        }
    }

    /// Parameters that make a difference even when only one side has them; `transport` is one because its default is
    /// not ours to guess.
    private static let decisiveParameters = ["user", "ttl", "method", "maddr", "transport"]

    private var sortedHeaders: [String] {
        (headers ?? "").split(separator: "&").map { Array($0.utf8)[...].lowercasedText }.sorted()
    }
}
