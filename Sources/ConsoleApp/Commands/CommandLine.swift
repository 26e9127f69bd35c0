package import ControlProtocol
import PBXModel
import TerminalUI

/// What a line after `:` (or in linear mode) means.
package enum TypedCommand: Hashable, Sendable {
    case screen(Screen)
    case loop(Int)
    /// The number is nil where the chosen person is meant.
    case operation(CallOperation, target: String?)
    case find(String)
    case me(String)
    /// What a user sets himself.
    case setting(OwnSetting)
    /// Of the chosen call; nil takes it away.
    case note(String?)
    case refresh, reconnect, quit
    /// Any command of the catalogue.
    case catalogue(CommandName, CommandParameters)
}

/// Why a line means nothing.
package enum CommandLineError: Error, Hashable, Sendable {
    case unknown(String, nearest: String?)
    case missing(command: String, what: String)
}

/// Reads and completes typed commands: the console's own words, and every command of the control protocol by its name.
package enum CommandLineReader {
    /// The console's own words. Operations have short names beside those of the protocol.
    private static let operations: [(String, CallOperation)] = [
        ("call", .call), ("answer", .answer), ("decline", .decline), ("hangup", .hangUp), ("hold", .hold),
        ("resume", .resume), ("transfer", .transfer), ("consult", .consult), ("connect", .complete),
        ("cancel", .cancelTransfer), ("swap", .swap), ("three-way", .threeWay), ("mailbox", .mailbox), ("park", .park),
        ("page", .pageAndPark),
        ("pullback", .pullBack), ("pickup", .pickUp), ("fetch", .fetch),
    ]

    package static let ownWords =
        operations.map(\.0) + Screen.allCases.map(\.rawValue) + [
            "find", "me", "note", "dnd", "forward", "presence", "refresh", "reconnect", "quit",
        ]

    /// For programs only: what they say belongs to a connection, or (a credential) on no screen.
    private static let unspoken: Set<CommandName> = [.hello, .subscribe, .unsubscribe, .phoneAccount]

    private static var catalogueWords: [String] {
        CommandCatalogue.rows.map(\.name).filter { !unspoken.contains($0) }.map(\.rawValue)
    }

    /// Throws a `CommandLineError`; an empty line is nil.
    package static func read(_ line: String) throws(CommandLineError) -> TypedCommand? {
        let words = line.split(separator: " ").map(String.init)
        guard let first = words.first else { return nil }
        let rest = words.dropFirst().joined(separator: " ")
        let word = first.lowercased()
        if let loop = Int(word), words.count == 1, (1...CallLoops.count).contains(loop) { return .loop(loop - 1) }
        if let screen = Screen(rawValue: word) { return .screen(screen) }
        switch word {
        case "quit", "exit", "q": return .quit
        case "refresh": return .refresh
        case "reconnect": return .reconnect
        case "find": return .find(rest)
        case "me": return .me(try required(rest, of: "me", "NUMBER"))
        case "note": return .note(rest.isEmpty ? nil : rest)
        case "dnd", "forward", "presence": return .setting(try setting(word, rest))
        default: break
        }
        if let operation = operations.first(where: { $0.0 == word })?.1 {
            return .operation(operation, target: rest.isEmpty ? nil : rest)
        }
        guard let name = CommandName.allCases.first(where: { $0.rawValue.lowercased() == word }),
            !unspoken.contains(name), let row = CommandCatalogue.rows.first(where: { $0.name == name })
        else {
            throw .unknown(first, nearest: suggestion(for: first, among: ownWords + catalogueWords))
        }
        return .catalogue(name, try parameters(Array(words.dropFirst()), of: row))
    }

    private static func setting(_ word: String, _ rest: String) throws(CommandLineError) -> OwnSetting {
        switch (word, rest.lowercased()) {
        case ("dnd", ""): return .doNotDisturb(nil)
        case ("dnd", "on"): return .doNotDisturb(true)
        case ("dnd", "off"): return .doNotDisturb(false)
        case ("dnd", _): throw .missing(command: word, what: "on|off")
        case ("forward", "off"): return .forwarding(nil)
        case ("forward", _): return .forwarding(try required(rest, of: word, "NUMBER|off"))
        default: return .presence(rest.isEmpty ? nil : rest)
        }
    }

    /// `name=value` in any order, or values in the order of the row; the last one may hold blanks.
    private static func parameters(
        _ words: [String], of row: CommandRow
    ) throws(CommandLineError) -> CommandParameters {
        var parameters: CommandParameters = [:]
        var open = row.parameters
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2, let index = open.firstIndex(where: { $0.name == parts[0] }) {
                parameters.set(parts[0], value(parts[1], open[index].form))
                open.remove(at: index)
            } else if let next = open.first {
                parameters.set(next.name, value(word, next.form))
                open.removeFirst()
            } else {
                throw .unknown(word, nearest: nil)
            }
        }
        if let missing = open.first(where: \.isRequired) {
            throw .missing(command: row.name.rawValue, what: missing.name)
        }
        return parameters
    }

    private static func value(_ text: String, _ form: ParameterRow.Form) -> JSONValue {
        switch form {
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .choices: .array(text.split(separator: ",").map { .string(String($0)) })
        default: .string(text)
        }
    }

    private static func required(
        _ text: String, of command: String, _ what: String
    ) throws(CommandLineError) -> String {
        guard !text.isEmpty else { throw .missing(command: command, what: what) }
        return text
    }

    /// What Tab adds to a line, and what could follow: commands first, then the values that a parameter can have.
    package static func complete(
        _ line: String, numbers: [String], calls: [String]
    ) -> (added: String, matches: [String]) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1, let first = words.first, let last = words.last else {
            return Completion.complete(line, among: (ownWords + catalogueWords).sorted())
        }
        let row = CommandCatalogue.rows.first { $0.name.rawValue.lowercased() == first.lowercased() }
        let position = words.count - 2
        guard let row, row.parameters.indices.contains(position) else {
            return Completion.complete(
                last, among: operations.contains { $0.0 == first } || ["me", "forward"].contains(first) ? numbers : [])
        }
        let parameter = row.parameters[position]
        switch parameter.form {
        case .choice(let names), .choices(let names): return Completion.complete(last, among: names)
        case .text: return Completion.complete(last, among: parameter.name == "callId" ? calls : numbers)
        case .integer: return ("", [])
        }
    }
}
