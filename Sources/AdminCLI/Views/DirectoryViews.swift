package import ControlProtocol
package import PBXModel

/// Registered phones, as a table.
package enum RegistrationsView {
    package static func text(_ registrations: [RegistrationSnapshot], _ context: ViewContext) -> String {
        guard !registrations.isEmpty else { return "no phones are registered\n" }
        var table = TextTable([
            ("NUMBER", .left), ("FROM", .left), ("VIA", .left), ("EXPIRES IN", .right), ("PHONE", .left),
            ("CONTACT", .left),
        ])
        for registration in registrations {
            table.add([
                TextTable.Cell(registration.number), TextTable.Cell(registration.source),
                TextTable.Cell(registration.transport), TextTable.Cell(context.distance(registration.expiresAt)),
                TextTable.Cell(registration.userAgent.printable), TextTable.Cell(registration.contact.printable),
            ])
        }
        return table.text(context)
    }
}

/// Internal numbers, as a table.
package enum ExtensionsView {
    package static func text(_ extensions: [ExtensionSnapshot], _ context: ViewContext) -> String {
        guard !extensions.isEmpty else { return "no extensions are configured\n" }
        var table = TextTable([
            ("NUMBER", .left), ("NAME", .left), ("KIND", .left), ("PHONES", .right), ("CALLS", .right),
            ("SETTINGS", .left), ("DEFINED AT", .left),
        ])
        for entry in extensions {
            table.add([
                TextTable.Cell(entry.number), TextTable.Cell(entry.name.printable), TextTable.Cell(entry.kind),
                TextTable.Cell("\(entry.registrations)", colour: entry.registrations > 0 ? .good : .quiet),
                TextTable.Cell("\(entry.calls)", colour: entry.calls > 0 ? .good : .quiet),
                TextTable.Cell(entry.settings.map(UserSettingsView.words) ?? "", colour: .pending),
                TextTable.Cell(entry.origin),
            ])
        }
        return table.text(context)
    }
}

/// People who were looked up, as a table.
package enum DirectoryView {
    package static func text(_ reply: SearchDirectoryCommand.Reply, _ context: ViewContext) -> String {
        guard !reply.entries.isEmpty else { return "nobody found\n" }
        var table = TextTable([
            ("NUMBER", .left), ("NAME", .left), ("DEPARTMENT", .left), ("COMPANY", .left), ("MOBILE", .left),
            ("E-MAIL", .left), ("KIND", .left),
        ])
        for entry in reply.entries {
            table.add([
                TextTable.Cell(entry.number), TextTable.Cell(entry.name.printable),
                TextTable.Cell(entry.department?.printable ?? ""), TextTable.Cell(entry.company?.printable ?? ""),
                TextTable.Cell(entry.mobile ?? ""), TextTable.Cell(entry.email?.printable ?? ""),
                TextTable.Cell(entry.kind.rawValue),
            ])
        }
        let more = reply.count - reply.entries.count
        return table.text(context) + (more > 0 ? "and \(more) more\n" : "")
    }
}

/// What a user has set.
package enum UserSettingsView {
    package static func text(_ settings: UserSettings, _ context: ViewContext) -> String {
        let words = words(settings)
        return "\(settings.number): \(words.isEmpty ? "nothing is set" : words)\n"
    }

    /// `do not disturb, calls go to 103, "at lunch"`; empty when nothing is set.
    static func words(_ settings: UserSettings) -> String {
        [
            settings.doNotDisturb ? "do not disturb" : nil,
            settings.forwardsTo.map { "calls go to \($0.printable)" },
            settings.presence.map { "\"\($0.printable)\"" },
        ].compactMap(\.self).joined(separator: ", ")
    }
}

/// A routing decision, step by step.
package enum RouteView {
    package static func text(_ report: RouteReport, _ context: ViewContext) -> String {
        var lines = ["\(report.from) calls \(report.to)".printable.coloured(.heading, context)]
        for (index, step) in report.steps.enumerated() {
            let origin = step.origin.map { " (\($0))".coloured(.quiet, context) } ?? ""
            lines.append("  \(index + 1). \(step.text.printable)\(origin)")
        }
        lines.append("  → \(report.destination.printable)")
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What a look at the configuration found.
package enum ConfigurationView {
    package static func text(_ report: ConfigurationReport, _ context: ViewContext, isInForce: Bool) -> String {
        var lines = report.errors + report.warnings
        if !report.isValid {
            lines.append("\(report.source): \(counted(report.errors.count, "error")), nothing was changed")
        } else {
            lines.append(
                "\(report.source): \(counted(report.extensions, "number")), \(isInForce ? "in force" : "no errors")")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
