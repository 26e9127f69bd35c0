import ArgumentParser
package import ControlProtocol
import ControlSocket
import PBXModel

/// The program `pbxctl` from its arguments to its exit status.
package enum AdminProgram {
    package static let failed: Int32 = 1
    package static let badUsage: Int32 = 2

    /// Runs one command line (without the program's name). Results go to standard output, errors to standard error.
    package static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try await PBXControl.asyncParseAsRoot(commonOptionsLast(arguments))
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return report(error, arguments: arguments)
        }
    }

    /// Moves `--socket PATH` and `--json` from before the subcommand behind everything, where the subcommand looks for
    /// them: people and scripts write both orders.
    static func commonOptionsLast(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var common: [String] = []
        while let first = rest.first {
            if first == "--json" || first.hasPrefix("--socket=") {
                common.append(rest.removeFirst())
            } else if first == "--socket", rest.count > 1 {
                common += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + common + Array(rest[end...])
    }

    private static func report(_ error: any Error, arguments: [String]) -> Int32 {
        switch error {
        case let failure as ControlFailure:
            StandardError.write(line(for: failure))
            return failed
        case let error as ControlSocketError:
            StandardError.write("pbxctl: \(error.message): \(error.hint)\n")
            return failed
        case let status as ExitCode: return status.rawValue
        default: return reportUsage(error, arguments: arguments)
        }
    }

    /// `pbxctl: what happened: what to do about it`, after one line for each detail.
    package static func line(for failure: ControlFailure) -> String {
        let details = (failure.details ?? []).map { $0 + "\n" }.joined()
        return details + "pbxctl: \(failure.message)\(failure.hint.map { ": \($0)" } ?? "")\n"
    }

    private static func reportUsage(_ error: any Error, arguments: [String]) -> Int32 {
        let status = PBXControl.exitCode(for: error)
        if status.isSuccess {
            // Help, version, or a completion script: asked for, so it is the result.
            let text = PBXControl.fullMessage(for: error)
            try? StandardOutput.write(text.hasSuffix("\n") ? text : text + "\n")
            return 0
        }
        StandardError.write(usageLine(PBXControl.message(for: error), arguments: arguments))
        return badUsage
    }

    /// What is wrong with the command line, in one line, and where to read how it should be.
    static func usageLine(_ message: String, arguments: [String]) -> String {
        let names = PBXControl.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let command = commonOptionsLast(arguments).first, names.contains(command) else {
            let first = commonOptionsLast(arguments).first ?? ""
            guard !first.isEmpty, !first.hasPrefix("-") else {
                return "pbxctl: \(flattened(message)): see \"pbxctl --help\"\n"
            }
            return "pbxctl: unknown command \"\(first)\"\(didYouMean(first, among: names)): see \"pbxctl --help\"\n"
        }
        return "pbxctl: \(flattened(message)): see \"pbxctl \(command) --help\"\n"
    }

    /// The parser's messages are sentences, some with a list below.
    private static func flattened(_ message: String) -> String {
        let lines = message.split(separator: "\n")
        guard var text = lines.first.map(String.init) else { return "bad usage" }
        let list = lines.dropFirst().map { $0.drop { $0 == " " || $0 == "-" } }
        if !list.isEmpty { text += " " + list.joined(separator: ", ") }
        if text.hasSuffix(".") { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
