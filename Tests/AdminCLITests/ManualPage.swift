import ArgumentParser
import ControlProtocol
import FoundationEssentials

@testable import AdminCLI

/// `man/pbxctl.1`, made from the command line's own definition.
struct ManualPage {
    /// What ArgumentParser tells about a command.
    struct Command: Decodable {
        var commandName: String
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }

        var kind: String
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
    }

    private struct Tool: Decodable { var command: Command }

    /// Options that every subcommand takes are described once.
    private static let common: Set<String> = ["socket", "json", "help", "version"]

    let root: Command

    init() throws {
        root = try JSONDecoder().decode(Tool.self, from: Data(PBXControl._dumpHelp().utf8)).command
    }

    var text: String {
        var page = """
            .\\" Generated from the command line's definition; a test compares.
            .TH PBXCTL 1 "" "PBX-X" "User commands"
            .SH NAME
            pbxctl \\- \(escaped(root.abstract ?? ""))
            .SH SYNOPSIS
            .B pbxctl
            .I command
            .RI [ argument ...]
            .RB [ \\-\\-socket
            .IR path ]
            .RB [ \\-\\-json ]
            .SH DESCRIPTION
            .B pbxctl
            talks to a running
            .BR pbxd (8)
            over its control socket: one subcommand for each command of the control protocol.
            Results are text for people, in local time; with
            .B \\-\\-json
            they are printed as the daemon sent them, in UTC, for scripts.
            What a user may do follows from the role that the daemon gives to the Unix account.
            .SH COMMANDS

            """
        for command in root.subcommands ?? [] where command.commandName != "help" {
            for leaf in leaves(command, path: []) { page += section(leaf.command, path: leaf.path) }
        }
        return page + Self.rest
    }

    private func leaves(_ command: Command, path: [String]) -> [(command: Command, path: [String])] {
        let path = path + [command.commandName]
        guard let subcommands = command.subcommands, !subcommands.isEmpty else { return [(command, path)] }
        return subcommands.filter { $0.commandName != "help" }.flatMap { leaves($0, path: path) }
    }

    private func section(_ command: Command, path: [String]) -> String {
        let arguments = (command.arguments ?? []).filter(isOwn)
        let synopsis = (path + arguments.map(usage)).joined(separator: " ")
        var text = ".SS \(escaped(synopsis))\n\(escaped(sentence(command.abstract ?? "")))\n"
        if let discussion = command.discussion, !discussion.isEmpty { text += "\(escaped(discussion))\n" }
        for argument in arguments {
            text += ".TP\n.B \(escaped(name(argument)))\n\(escaped(sentence(help(argument))))\n"
        }
        return text
    }

    private func isOwn(_ argument: Argument) -> Bool {
        argument.shouldDisplay && !(argument.names ?? []).contains { Self.common.contains($0.name) }
    }

    private func usage(_ argument: Argument) -> String {
        let text = name(argument) + (argument.isRepeating ? " ..." : "")
        return argument.isOptional ? "[\(text)]" : text
    }

    private func name(_ argument: Argument) -> String {
        let value = argument.valueName ?? ""
        if argument.kind == "positional" { return value.uppercased() }
        let name = argument.names?.first { $0.kind == "long" }?.name ?? value
        return argument.kind == "flag" ? "--\(name)" : "--\(name) \(value.uppercased())"
    }

    private func help(_ argument: Argument) -> String {
        var text = argument.abstract ?? ""
        if text.hasSuffix(".") { text.removeLast() }
        if let values = argument.allValues, !values.isEmpty, !text.contains(values[0]) {
            text += "; one of \(values.joined(separator: ", "))"
        }
        if let value = argument.defaultValue, !text.contains("default") { text += " (default \(value))" }
        return text
    }

    private func sentence(_ text: String) -> String {
        let bare = text.hasSuffix(".") ? String(text.dropLast()) : text
        return bare.isEmpty ? bare : bare.prefix(1).uppercased() + bare.dropFirst() + "."
    }

    /// A hyphen of an option must stay one when it is copied from the page; a leading dot would be a request.
    private func escaped(_ text: String) -> String {
        let safe = text.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
        return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
    }

    private static let rest = """
        .SH OPTIONS
        Every command takes these, before or after its name:
        .TP
        .BI \\-\\-socket " path"
        Talk to the daemon at this control socket.
        .TP
        .B \\-\\-json
        Print the result as JSON.
        .TP
        .BR \\-h ", " \\-\\-help
        Show what a command takes.
        .TP
        .B \\-\\-version
        Show the version.
        .SH ENVIRONMENT
        .TP
        .B PBX_X_SOCKET
        Control socket to use when there is no
        .BR \\-\\-socket .
        .TP
        .B NO_COLOR
        When set and not empty, output has no colours; it has none either when it goes to a file or a pipe.
        .TP
        .B TZ
        Time zone in which times are shown.
        .SH FILES
        Without
        .B \\-\\-socket
        and
        .B PBX_X_SOCKET
        the first of these that a daemon listens on is used:
        .TP
        .I $XDG_RUNTIME_DIR/pbx\\-x\\-demo/control.sock
        The demo that this user has running, also under
        .IR /tmp/pbx\\-x\\-demo\\-UID .
        .TP
        .I /run/pbx\\-x/control.sock
        The installed daemon.
        .SH EXIT STATUS
        .TP
        .B 0
        Done.
        .TP
        .B 1
        Failed; standard error says what happened and what to do about it.
        .TP
        .B 2
        Bad usage.
        .SH EXAMPLES
        Is it up, and how busy?
        .PP
        .in +4n
        .EX
        pbxctl status
        .EE
        .in
        .PP
        Do calls work, with audio both ways? With advice where they do not:
        .PP
        .in +4n
        .EX
        pbxctl selftest
        .EE
        .in
        .PP
        Who is on the phone, and end the first of these calls:
        .PP
        .in +4n
        .EX
        pbxctl calls
        pbxctl hangup "$(pbxctl calls \\-\\-json | jq \\-r '.calls[0].callId')"
        .EE
        .in
        .PP
        Why does 101 reach nobody at 500?
        .PP
        .in +4n
        .EX
        pbxctl explain 101 500
        pbxctl records \\-\\-number 500
        .EE
        .in
        .PP
        What happened on the wire in the last call, as a ladder and for Wireshark?
        .PP
        .in +4n
        .EX
        id=$(pbxctl records \\-\\-limit 1 \\-\\-json | jq \\-r '.records[0].callId')
        pbxctl trace "$id"
        pbxctl trace "$id" \\-\\-pcap call.pcap
        .EE
        .in
        .PP
        Change the configuration: check it, then put it in force.
        .PP
        .in +4n
        .EX
        pbxctl check && pbxctl reload
        .EE
        .in
        .PP
        Feed a script with every call that ends:
        .PP
        .in +4n
        .EX
        pbxctl events \\-\\-topic calls \\-\\-json | jq \\-c 'select(.type == "CALL_ENDED") | .data'
        .EE
        .in
        .SH SEE ALSO
        .BR pbxd (8),
        .BR pbx.toml (5)

        """
}
