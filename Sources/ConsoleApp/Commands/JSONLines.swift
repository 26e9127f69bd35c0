package import ControlProtocol

extension JSONValue {
    /// For people, one member a line, nested ones indented; members by name.
    package func lines(indent: String = "") -> [String] {
        switch self {
        case .object(let members):
            return members.keys.sorted().flatMap { name -> [String] in
                guard let value = members[name] else { return [] }
                if let plain = value.plain { return ["\(indent)\(name): \(plain)"] }
                return ["\(indent)\(name):"] + value.lines(indent: indent + "  ")
            }
        case .array(let elements):
            return elements.flatMap { element -> [String] in
                if let plain = element.plain { return ["\(indent)- \(plain)"] }
                var lines = element.lines(indent: indent + "  ")
                if let first = lines.first { lines[0] = "\(indent)- \(first.dropFirst(indent.count + 2))" }
                return lines
            }
        default: return ["\(indent)\(plain ?? "")"]
        }
    }

    /// A value that fits on a line; nil for what has members.
    private var plain: String? {
        switch self {
        case .null: "–"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let text): text
        case .array(let elements): elements.isEmpty ? "–" : nil
        case .object(let members): members.isEmpty ? "–" : nil
        }
    }
}
