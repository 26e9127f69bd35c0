/// One `;name` or `;name=value`.
package struct SIPParameter: Hashable, Sendable {
    package var name: String
    /// Nil for a parameter without `=`. A quoted header parameter keeps its quotes, so that it survives a round trip.
    package var value: String?

    package init(name: String, value: String?) {
        self.name = name
        self.value = value
    }
}

/// The parameters of a URI or header value: in order, looked up without regard to case.
package struct SIPParameters: Hashable, Sendable {
    package var items: [SIPParameter]

    package init(_ items: [SIPParameter] = []) { self.items = items }

    package var isEmpty: Bool { items.isEmpty }

    package func contains(_ name: String) -> Bool { index(of: name) != nil }

    /// The value of `name`; nil when it is absent or has no value. Assigning replaces or appends; nil removes.
    package subscript(name: String) -> String? {
        get { index(of: name).flatMap { items[$0].value } }
        set {
            guard let newValue else { return remove(name) }
            set(name, newValue)
        }
    }

    /// Sets `name` to a value, or with nil makes it a parameter without one.
    package mutating func set(_ name: String, _ value: String?) {
        if let index = index(of: name) {
            items[index].value = value
        } else {
            items.append(SIPParameter(name: name, value: value))
        }
    }

    package mutating func remove(_ name: String) {
        items.removeAll { $0.name.utf8.equalsIgnoringCase(name) }
    }

    /// By indices, as an iteration copies every item that it passes.
    func index(of name: String) -> Int? {
        for index in items.indices where items[index].name.utf8.equalsIgnoringCase(name) { return index }
        return nil
    }

    /// Appends as header parameters.
    func write(to buffer: inout [UInt8]) {
        for item in items {
            buffer.append(ASCII.semicolon)
            buffer.append(item.name)
            guard let value = item.value else { continue }
            buffer.append(ASCII.equals)
            buffer.append(value)
        }
    }
}
