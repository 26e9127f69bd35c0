import PBXBase
import PBXModel

/// One row of the catalogue: a key, what it may hold, what it holds by default, and what it is for. Parsing, checking,
/// suggestions, the example file and the manual page all come from it.
struct Setting: Sendable {
    /// A value that does not fit, and where it stands.
    struct Problem: Sendable {
        var origin: ConfigOrigin
        /// Completes the setting's name: `is 9999, but must be 1 to 600 seconds`.
        var text: String
    }

    var key: String
    /// What the value must be, in words.
    var expectation: String
    /// One sentence.
    var help: String
    var isRequired = false
    /// Shown in the example when there is no default, as TOML.
    var example = ""
    /// The default as TOML; nil when there is none.
    var defaultLiteral: @Sendable (ConfigurationDraft) -> String?
    /// Puts a value into the draft, or says what is wrong with it.
    var assign: @Sendable (TOMLNode, inout ConfigurationDraft) -> [Problem]
}

/// A table of the configuration file and its settings.
struct SettingSection: Sendable {
    /// How often the table occurs.
    enum Shape: Sendable {
        /// Once: `[sip]`.
        case single
        /// Once for every number: `[extensions.101]`. `noun` is the singular; `open` and `close` frame its settings.
        case numbered(
            noun: String, example: String,
            open: @Sendable (inout ConfigurationDraft, Located<String>) -> Void,
            close: @Sendable (inout ConfigurationDraft) -> Void)
    }

    var name: String
    var shape: Shape
    /// One sentence.
    var help: String
    var settings: [Setting]
}

extension Setting {
    typealias Path<Value> = any WritableKeyPath<ConfigurationDraft, Value> & Sendable

    static func integer(
        _ key: String, _ path: Path<Int>, _ range: ClosedRange<Int>, unit: String = "", _ help: String
    ) -> Setting {
        let expectation = "\(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)")
        return Setting(
            key: key, expectation: expectation, help: help, defaultLiteral: { String($0[keyPath: path]) },
            assign: { node, draft in
                guard case .integer(let value) = node.content else {
                    return [.init(origin: node.origin, text: mismatch(node, "a whole number", key: key))]
                }
                guard let value = Int(exactly: value), range.contains(value) else {
                    return [.init(origin: node.origin, text: "is \(value), but must be \(expectation)")]
                }
                draft[keyPath: path] = value
                return []
            })
    }

    static func text<Value>(
        _ key: String, _ path: Path<Value>, _ form: TextForm<Value>, _ help: String
    ) -> Setting {
        Setting(
            key: key, expectation: form.expectation, help: help,
            defaultLiteral: { quoted(form.format($0[keyPath: path])) },
            assign: { node, draft in
                read(node, form, key: key) { draft[keyPath: path] = $0 }
            })
    }

    /// A text that may be left out, or (`isRequired`) has no default.
    static func optional<Value>(
        _ key: String, _ path: Path<Value?>, _ form: TextForm<Value>, example: String = "", isRequired: Bool = false,
        isSecret: Bool = false, _ help: String
    ) -> Setting {
        Setting(
            key: key, expectation: form.expectation, help: help, isRequired: isRequired, example: quoted(example),
            defaultLiteral: { draft in draft[keyPath: path].map { quoted(form.format($0)) } },
            assign: { node, draft in
                read(node, form, key: key, isSecret: isSecret) { draft[keyPath: path] = $0 }
            })
    }

    static func list<Value>(
        _ key: String, _ path: Path<[Located<Value>]>, _ form: TextForm<Value>, count: ClosedRange<Int>,
        example: String = "", isRequired: Bool = false, _ help: String
    ) -> Setting {
        let expectation = "a list of \(count.lowerBound) to \(count.upperBound), each \(form.expectation)"
        return Setting(
            key: key, expectation: expectation, help: help, isRequired: isRequired, example: example,
            defaultLiteral: { draft in
                let values = draft[keyPath: path].map { quoted(form.format($0.value)) }
                return isRequired ? nil : "[\(values.joined(separator: ", "))]"
            },
            assign: { node, draft in
                guard case .array(let elements) = node.content else {
                    return [.init(origin: node.origin, text: mismatch(node, "a list", key: key))]
                }
                guard count.contains(elements.count) else {
                    let finding = elements.isEmpty ? "is empty" : "has \(elements.count) entries"
                    let text = "\(finding), but must have \(count.lowerBound) to \(count.upperBound)"
                    return [.init(origin: node.origin, text: text)]
                }
                var values: [Located<Value>] = []
                var problems: [Problem] = []
                for element in elements {
                    problems += read(element, form, key: nil) { values.append(Located($0, at: element.origin)) }
                }
                draft[keyPath: path] = values
                return problems
            })
    }

    /// `key` is nil inside a list.
    private static func read<Value>(
        _ node: TOMLNode, _ form: TextForm<Value>, key: String?, isSecret: Bool = false, use: (Value) -> Void
    ) -> [Problem] {
        guard case .text(let text) = node.content else {
            let words = isSecret ? "must be a text in quotes" : mismatch(node, "a text", key: key)
            return [.init(origin: node.origin, text: words)]
        }
        if let value = form.parse(text) {
            use(value)
            return []
        }
        let verb = key == nil ? "has" : "is"
        let finding = isSecret ? "" : "\(verb) \(quoted(text)), but "
        let intent = form.intent(text).map { " (did you mean \(quoted($0))?)" } ?? ""
        return [.init(origin: node.origin, text: "\(finding)must be \(form.expectation)\(intent)")]
    }
}

/// `is the text "30", but must be a whole number (write ring-seconds = 30)`
private func mismatch(_ node: TOMLNode, _ expected: String, key: String?) -> String {
    let left = key.map { "\($0) = " } ?? ""
    let verb = key == nil ? "has" : "is"
    var finding: String
    var remedy = ""
    switch node.content {
    case .table: finding = "a table"
    case .array: finding = "a list"
    case .text(let text):
        finding = "the text \(quoted(text))"
        if expected == "a list" { remedy = "\(left)[\(quoted(text))]" }
        if expected == "a whole number", Int(text) != nil { remedy = "\(left)\(text)" }
    case .integer(let value):
        finding = "the number \(value)"
        if expected == "a text" { remedy = "\(left)\"\(value)\"" }
    case .real(let value): finding = "the number \(value)"
    case .boolean(let value): finding = value ? "true" : "false"
    case .time: finding = "a date or time"
    }
    return "\(verb) \(finding), but must be \(expected)" + (remedy.isEmpty ? "" : " (write \(remedy))")
}

/// A text as TOML writes it, cut short when it is long.
func quoted(_ text: String) -> String {
    guard !text.isEmpty else { return "\"\"" }
    var result = "\""
    for scalar in text.unicodeScalars.prefix(quotedLettersMax) {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + (text.unicodeScalars.count > quotedLettersMax ? "…\"" : "\"")
}

private let quotedLettersMax = 80
