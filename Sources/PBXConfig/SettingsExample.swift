/// Renders the catalogue as `etc/pbx.toml`: every setting with its help, commented out at its default.
package enum SettingsExample {
    package static var text: String {
        let defaults = ConfigurationDraft()
        var text = """
            # PBX-X configuration. Further files: conf.d/*.toml beside this one, read in byte order; each adds to the
            # earlier ones, and the same thing set twice is an error. `pbxd --check` checks, `pbxctl reload` applies.
            # A line that is commented out shows the default. See pbx.toml(5).

            """
        for section in SettingsCatalogue.sections {
            text += "\n" + comment(section.help)
            switch section.shape {
            case .single:
                text += "[\(section.name)]\n"
                for setting in section.settings {
                    text += "\n" + comment("\(setting.help) \(sentence(setting.expectation))")
                    let literal = setting.defaultLiteral(defaults) ?? setting.example
                    text += wrapped("# \(setting.key) = \(literal)")
                }
            case .numbered(_, let example, _, _):
                text += "#\n# [\(section.name).\(example)]\n"
                for setting in section.settings {
                    guard let literal = literal(of: setting, defaults) else { continue }
                    text += "# \(setting.key) = \(literal)\n"
                }
            }
        }
        return text
    }

    /// What an entry would show; nil for the alternatives of a password.
    static func literal(of setting: Setting, _ defaults: ConfigurationDraft) -> String? {
        let literal = setting.defaultLiteral(defaults) ?? setting.example
        return literal.isEmpty || literal == "\"\"" ? nil : literal
    }

    static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

    /// Comment lines of at most 100 columns.
    private static func comment(_ text: String) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < 100 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append("# \(word)")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A long list takes a line for every element.
    private static func wrapped(_ line: String) -> String {
        guard line.count > 100, let open = line.firstIndex(of: "["), line.hasSuffix("]") else { return line + "\n" }
        let elements = line[line.index(after: open)...].dropLast().split(separator: ",")
        let rows = elements.map { "#   \($0.drop { $0 == " " }),\n" }
        return "\(line[...open])\n\(rows.joined())# ]\n"
    }
}
