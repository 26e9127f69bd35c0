import PBXModel

/// Carries parsed files into a draft by the catalogue, one after the other, and keeps every finding on the way.
struct ConfigurationReader {
    private(set) var draft = ConfigurationDraft()
    private(set) var findings: [ConfigFinding] = []
    /// Extensions and ring groups share one number space: what a number is, and where that is said.
    private var numbers: [String: (noun: String, origin: ConfigOrigin)] = [:]

    mutating func read(_ document: TOMLDocument) {
        for entry in document.entries {
            guard let section = SettingsCatalogue.section(entry.key) else {
                reportUnknownSection(entry)
                continue
            }
            guard case .table(let children) = entry.node.content else {
                report(entry.origin, "\(entry.key) must be a table (write \(header(of: section)))")
                continue
            }
            switch section.shape {
            case .single:
                read(children, of: section, path: section.name, subject: "[\(section.name)]")
            case .numbered(let noun, let example, let open, let close):
                for child in children {
                    guard case .table(let settings) = child.node.content else {
                        reportMisplaced(child, in: section, noun: noun, example: example)
                        continue
                    }
                    guard claim(child.key, noun: noun, origin: child.origin) else { continue }
                    open(&draft, Located(child.key, at: child.origin))
                    let path = "\(section.name).\(child.key)"
                    draft.origins[path] = child.origin
                    let subject = "\(noun) \(quoted(child.key))"
                    read(settings, of: section, path: path, subject: subject)
                    reportMissing(in: section, path: path, subject: subject, origin: child.origin)
                    close(&draft)
                }
            }
        }
    }

    private mutating func read(_ entries: [TOMLEntry], of section: SettingSection, path: String, subject: String) {
        for entry in entries {
            guard let setting = section.settings.first(where: { $0.key == entry.key }) else {
                reportUnknownSetting(entry, in: section, subject: subject)
                continue
            }
            let name = "\(path).\(entry.key)"
            if let first = draft.origins[name] {
                report(entry.origin, "\(entry.key) in \(subject) is already set at \(first) (remove one of the two)")
                continue
            }
            draft.origins[name] = entry.origin
            for problem in setting.assign(entry.node, &draft) {
                report(problem.origin, "\(entry.key) in \(subject) \(problem.text)")
            }
        }
    }

    /// Whether `number` is well formed and still free.
    private mutating func claim(_ number: String, noun: String, origin: ConfigOrigin) -> Bool {
        if number.hasPrefix("*") {
            report(
                origin, "\(noun) \(quoted(number)): numbers that start with * are feature codes (choose another number)"
            )
            return false
        }
        guard isDialableNumber(number) else {
            report(
                origin,
                "\(noun) \(quoted(number)): a number has 1 to 32 digits (letters and -_.+ are allowed too)")
            return false
        }
        if let first = numbers[number] {
            let words = first.noun == noun ? "already defined" : "already \(article(first.noun))"
            report(origin, "\(noun) \(quoted(number)) is \(words) at \(first.origin) (remove one of the two)")
            return false
        }
        numbers[number] = (noun, origin)
        return true
    }

    private mutating func reportMissing(
        in section: SettingSection, path: String, subject: String, origin: ConfigOrigin
    ) {
        for setting in section.settings where setting.isRequired && draft.origins["\(path).\(setting.key)"] == nil {
            let example = setting.example.isEmpty ? "" : " (write \(setting.key) = \(setting.example))"
            report(origin, "\(subject) has no \(setting.key)\(example)")
        }
    }

    private mutating func reportUnknownSection(_ entry: TOMLEntry) {
        let sections = SettingsCatalogue.sections
        if case .table = entry.node.content {
            let hint = didYouMean(entry.key, among: sections.map(\.name))
            report(entry.origin, "unknown section \(quoted(entry.key))\(hint)")
        } else if let home = home(of: entry.key) {
            report(entry.origin, "\(entry.key) stands in no section (put it below \(header(of: home)))")
        } else {
            let hint = didYouMean(entry.key, among: sections.flatMap { $0.settings.map(\.key) })
            report(entry.origin, "unknown setting \(quoted(entry.key)) outside of any section\(hint)")
        }
    }

    private mutating func reportUnknownSetting(_ entry: TOMLEntry, in section: SettingSection, subject: String) {
        var hint = didYouMean(entry.key, among: section.settings.map(\.key))
        if hint.isEmpty, let home = home(of: entry.key) { hint = " (it belongs below \(header(of: home)))" }
        report(entry.origin, "unknown setting \(quoted(entry.key)) in \(subject)\(hint)")
    }

    private mutating func reportMisplaced(
        _ entry: TOMLEntry, in section: SettingSection, noun: String, example: String
    ) {
        let isSetting = section.settings.contains { $0.key == entry.key }
        let remedy =
            isSetting
            ? "\(entry.key) belongs to one \(noun): put it below [\(section.name).\(example)]"
            : "write [\(section.name).\(isDialableNumber(entry.key) ? entry.key : example)]"
        report(entry.origin, "\(noun) \(quoted(entry.key)) must be a table (\(remedy))")
    }

    private mutating func report(_ origin: ConfigOrigin, _ message: String) {
        findings.append(ConfigFinding(.error, origin, message))
    }

    /// The first section that has such a setting.
    private func home(of key: String) -> SettingSection? {
        SettingsCatalogue.sections.first { $0.settings.contains { $0.key == key } }
    }

    private func header(of section: SettingSection) -> String {
        switch section.shape {
        case .single: "[\(section.name)]"
        case .numbered(_, let example, _, _): "[\(section.name).\(example)]"
        }
    }
}

/// `an extension`, `a ring group`
private func article(_ noun: String) -> String {
    "aeiou".contains(noun.prefix(1)) ? "an \(noun)" : "a \(noun)"
}
