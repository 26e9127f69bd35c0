/// Renders the catalogue as the manual page `man/pbx.toml.5`.
package enum SettingsManual {
    package static var text: String {
        let defaults = ConfigurationDraft()
        var page = opening
        for section in SettingsCatalogue.sections {
            switch section.shape {
            case .single: page += ".SS [\(escaped(section.name))]\n"
            case .numbered: page += ".SS [\(escaped(section.name)).\\fINUMBER\\fP]\n"
            }
            page += line(section.help)
            for setting in section.settings {
                page += ".TP\n.B \(escaped(setting.key))\n"
                page += line(setting.help)
                page += line(SettingsExample.sentence(setting.expectation))
                if setting.isRequired { page += line("Required.") }
                if let literal = setting.defaultLiteral(defaults), literal != "[]" {
                    page += "Default: \\fB\(escaped(literal))\\fP.\n"
                }
            }
        }
        return page + closing
    }

    private static func line(_ text: String) -> String {
        let words = escaped(text)
        return (words.hasPrefix(".") || words.hasPrefix("'") ? "\\&" : "") + words + "\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\"": result += "\\(dq"
            default: result.append(character)
            }
        }
        return result
    }

    private static let opening = #"""
        .\" Generated from the settings catalogue; a test compares.
        .TH PBX.TOML 5 "" "PBX-X" "File formats"
        .SH NAME
        pbx.toml \- configuration of the PBX-X daemon
        .SH SYNOPSIS
        .I /etc/pbx\-x/pbx.toml
        .br
        .I /etc/pbx\-x/conf.d/*.toml
        .SH DESCRIPTION
        The daemon
        .BR pbxd (8)
        reads
        .I pbx.toml
        and then every file of
        .I conf.d
        whose name ends in .toml, in byte order.
        All are TOML 1.0.
        A later file adds to the earlier ones;
        defining the same setting, extension or ring group twice is an error that names
        both places.
        .PP
        .B pbxd \-\-check
        reports every mistake of all files in one go, with file, line and column.
        .B pbxctl reload
        applies changes: all of them, or, when there is a mistake, none.
        .PP
        Files that hold passwords should be readable by the daemon's group only (mode 0640).
        .SH SECTIONS

        """#

    private static let closing = #"""
        .SH EXAMPLES
        Two extensions that ring together as 500:
        .PP
        .nf
        [server]
        domain = \(dqpbx.example.com\(dq

        [extensions.101]
        name = \(dqAnna Berg\(dq
        password = \(dqcopper\-lantern\-29\(dq

        [extensions.102]
        name = \(dqBen Okafor\(dq
        password = \(dqviolet\-harbour\-74\(dq

        [ring\-groups.500]
        name = \(dqFront desk\(dq
        members = [\(dq101\(dq, \(dq102\(dq]
        .fi
        .PP
        Keep hashes instead of a password (the first line prints the MD5 hash, the second the SHA\-256 hash):
        .PP
        .nf
        printf %s \(aq101:pbx.example.com:copper\-lantern\-29\(aq | md5sum
        printf %s \(aq101:pbx.example.com:copper\-lantern\-29\(aq | sha256sum
        .fi
        .SH FILES
        .TP
        .I /etc/pbx\-x/pbx.toml
        The main file.
        .TP
        .I /etc/pbx\-x/conf.d/
        Further files.
        .SH SEE ALSO
        .BR pbxd (8),
        .BR pbxctl (1)

        """#
}
