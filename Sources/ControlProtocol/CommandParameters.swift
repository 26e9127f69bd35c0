/// Named parameters of a request. Reading one throws the failure that the client should see.
package struct CommandParameters: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package var values: [String: JSONValue]

    package init(_ values: [String: JSONValue]) { self.values = values }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        values = Dictionary(elements) { _, last in last }
    }

    /// Optional parameters: nil is left out, as is `null` on the wire.
    package mutating func set(_ name: String, _ value: JSONValue?) { values[name] = value }

    package func string(_ name: String) throws(ControlFailure) -> String {
        guard let text = try optionalString(name) else { throw .missing(name) }
        return text
    }

    package func optionalString(_ name: String) throws(ControlFailure) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string else { throw .unfit(name, expected: "a string", found: value) }
        return text
    }

    package func optionalInteger(_ name: String) throws(ControlFailure) -> Int? {
        guard let value = present(name) else { return nil }
        guard let number = value.integer.flatMap(Int.init(exactly:)) else {
            throw .unfit(name, expected: "an integer", found: value)
        }
        return number
    }

    package func strings(_ name: String) throws(ControlFailure) -> [String] {
        guard let value = present(name) else { throw .missing(name) }
        guard let elements = value.array else { throw .unfit(name, expected: "a list of strings", found: value) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw .unfit(name, expected: "a list of strings", found: element) }
            texts.append(text)
        }
        return texts
    }

    private func present(_ name: String) -> JSONValue? {
        guard let value = values[name], value != .null else { return nil }
        return value
    }
}

extension ControlFailure {
    static func missing(_ name: String, hint: String? = nil) -> ControlFailure {
        ControlFailure(.missingParameter, "missing parameter \"\(name)\"", hint: hint)
    }

    static func unfit(_ name: String, expected: String, found value: JSONValue, hint: String? = nil) -> ControlFailure {
        ControlFailure(.badParameter, "parameter \"\(name)\" must be \(expected), found \(value.shown)", hint: hint)
    }
}

extension JSONValue {
    /// A short value itself, else its kind.
    fileprivate var shown: String {
        switch self {
        case .string(let text) where text.utf8.count <= 40: "\"\(text)\""
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .null, .string, .array, .object: kind
        }
    }
}
