import ArgumentParser
import ControlProtocol
import ControlSocket
import FoundationEssentials
import Glibc
import PBXBase
import PBXModel

/// What every subcommand that talks to the daemon takes.
struct SessionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Talk to the daemon at this control socket.", valueName: "path"), completion: .file())
    var socket: String?

    @Flag(help: "Print the result as JSON, for scripts.")
    var json = false

    /// Connects to the daemon that the options and the environment name.
    func connect() async throws -> ControlClient {
        try await Session.connect(socket: socket)
    }

    /// Has `command` done and prints its result: as JSON, or as `view` shows it.
    func show<Command: ControlCommand>(_ command: Command, view: (Command.Reply, ViewContext) -> String) async throws {
        let client = try await connect()
        defer { client.close() }
        if json {
            try StandardOutput.write(JSONText.document(try await client.callForJSON(command)))
        } else {
            try StandardOutput.write(view(try await client.call(command), .current()))
        }
    }
}

/// Ways to the daemon.
enum Session {
    static func connect(socket: String?) async throws -> ControlClient {
        let path = ControlSocketPath.choose(
            option: socket, environment: ProcessInfo.processInfo.environment, uid: getuid())
        return try await ControlClient.connect(to: path, name: "pbxctl \(ProductVersion.text)")
    }

    /// Words for shell completion; none when no daemon answers.
    static func completions<Command: ControlCommand>(
        _ command: Command, _ words: (Command.Reply) -> [String]
    ) async -> [String] {
        guard let client = try? await connect(socket: nil) else { return [] }
        defer { client.close() }
        return (try? await client.call(command)).map(words) ?? []
    }
}

extension CompletionKind {
    /// Identities of the calls that are up.
    static let calls = CompletionKind.custom { _, _, _ in
        await Session.completions(ListCallsCommand()) { $0.calls.map(\.callId) }
    }

    /// Internal numbers.
    static let numbers = CompletionKind.custom { _, _, _ in
        await Session.completions(ListExtensionsCommand()) { $0.extensions.map(\.number) }
    }
}
