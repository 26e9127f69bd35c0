import ControlProtocol
import ControlSocket
import Foundation
import NIOPosix
import PBXBase
import PBXModel
import Synchronization
import Testing

/// The built program as a user runs it, with a daemon's socket at the other end.
struct ProgramTests {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The program that was built together with these tests.
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "pbxctl")

    private func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = ["TZ": "UTC", "XDG_RUNTIME_DIR": "/nonexistent"].merging(environment) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        // What these commands print fits a pipe, so nobody has to read before the end.
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        func text(_ pipe: Pipe) throws -> String {
            String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        }
        return Outcome(status: status, output: try text(output), errors: try text(errors))
    }

    /// Runs `body` with the path of a socket that answers as a small daemon.
    private func withDaemon(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/pbx-x-cli-\(UInt32.random(in: 0 ... .max)).sock"
        let daemon = SmallDaemon()
        let server = try await ControlServer.start(
            ControlServer.Settings(path: path), on: MultiThreadedEventLoopGroup.singleton.next(), role: { _ in .admin },
            handler: { request, peer in daemon.answer(request, peer) })
        daemon.serve(on: server)
        do { try await body(path) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func resultsGoToStandardOutput() async throws {
        try await withDaemon { path in
            let text = try await run(["calls", "--socket", path])
            #expect(text.status == 0)
            #expect(text.output == "no calls\n")
            #expect(text.errors.isEmpty)
            let json = try await run(["calls", "--json"], environment: ["PBX_X_SOCKET": path])
            #expect(json.output == "{\n  \"calls\" : [\n\n  ]\n}\n")
        }
    }

    @Test func commonOptionsMayComeFirst() async throws {
        try await withDaemon { path in
            let explained = try await run(["--socket", path, "--json", "explain", "101", "500"])
            #expect(explained.output.contains("ring group 500"))
            let listed = try await run(["--socket=\(path)", "calls", "list"])
            #expect(listed.output == "no calls\n")
        }
    }

    @Test func aRefusalIsOneLineWithTheWayOut() async throws {
        try await withDaemon { path in
            let outcome = try await run(["hangup", "c1", "--socket", path])
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors == "pbxctl: no call \"c1\": it may have ended; look at the calls that are up\n")
        }
    }

    @Test func anInvalidConfigurationIsAFailedCheck() async throws {
        try await withDaemon { path in
            let outcome = try await run(["check", "--socket", path])
            #expect(outcome.status == 1)
            #expect(outcome.output == "a.toml:1:1: x\netc: 1 error, nothing was changed\n")
        }
    }

    @Test func eventsAreFollowedAsLines() async throws {
        try await withDaemon { path in
            let outcome = try await run(["events", "--topic", "system", "--count", "1", "--json", "--socket", path])
            let lines = outcome.output.split(separator: "\n")
            #expect(outcome.status == 0)
            #expect(lines.count == 2)
            #expect(lines.first?.contains(#""type":"SNAPSHOT""#) == true)
            #expect(lines.last?.hasPrefix(#"{"data":{"extensions":3},"seq":7,"#) == true)
        }
    }

    @Test func theShellCompletesNumbersThatTheDaemonKnows() async throws {
        // What the generated completion scripts ask for.
        let request = ["---completion", "explain", "--", "positional@0", "2", "0", ""]
        try await withDaemon { path in
            let known = try await run(request, environment: ["PBX_X_SOCKET": path])
            #expect(known.output == "101\n")
            let silent = try await run(request, environment: ["PBX_X_SOCKET": "/nonexistent/control.sock"])
            #expect(silent.status == 0)
            #expect(silent.errors.isEmpty)
        }
    }

    static let usageErrors: [([String], String)] = [
        (["statsu"], "pbxctl: unknown command \"statsu\" (did you mean status?): see \"pbxctl --help\"\n"),
        (["--frob"], "pbxctl: unknown option '--frob': see \"pbxctl --help\"\n"),
        (["hangup"], "pbxctl: missing expected argument '<id>': see \"pbxctl hangup --help\"\n"),
        (
            ["records", "--limit", "0"],
            "pbxctl: --limit must be from 1 to 1000, found 0: see \"pbxctl records --help\"\n"
        ),
    ]

    @Test(arguments: usageErrors)
    func badUsageIsStatusTwo(arguments: [String], errors: String) async throws {
        let outcome = try await run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == errors)
    }

    @Test func aWrongChoiceNamesTheRightOnesInOneLine() async throws {
        let outcome = try await run(["log-level", "loud"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("trace, debug, info, notice, warning, error, critical"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func nobodyThereIsAFailureThatSaysWhatToStart() async throws {
        let outcome = try await run(["status", "--socket", "/nonexistent/control.sock"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("pbxctl: no daemon at \"/nonexistent/control.sock\": start one with"))
    }

    @Test(arguments: [
        ["--version"], ["--help"], ["calls", "--help"], ["completion", "bash"],
        ["--generate-completion-script", "zsh"],
    ])
    func whatIsAskedForGoesToStandardOutput(arguments: [String]) async throws {
        let outcome = try await run(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("pbxctl"))
        #expect(outcome.errors.isEmpty)
    }
}

/// Gives one fixed answer to each command, and has one event follow each snapshot.
private final class SmallDaemon: Sendable {
    private let server = Mutex<ControlServer?>(nil)

    func serve(on server: ControlServer) { self.server.withLock { $0 = server } }

    func answer(_ request: ControlRequest, _ peer: ControlPeer) -> ControlReply {
        let id = request.id
        switch request.command {
        case .hello:
            return ControlReply(id: id, result: HelloCommand.Reply(name: "pbxd", version: "0", peer: peer))
        case .listCalls: return ControlReply(id: id, result: ListCallsCommand.Reply(calls: []))
        case .listExtensions:
            let entry = ExtensionSnapshot(
                number: "101", name: "Ada", kind: "extension", registrations: 0, calls: 0, origin: "demo:1:1")
            return ControlReply(id: id, result: ListExtensionsCommand.Reply(extensions: [entry]))
        case .hangUp: return ControlReply(id: id, failure: .noSuchCall("c1"))
        case .explain:
            return ControlReply(
                id: id, result: RouteReport(from: "101", to: "500", destination: "ring group 500", steps: []))
        case .subscribe:
            let event = ControlEvent.configurationReloaded(extensions: 3)
            server.withLock(\.self)?.publish([
                ControlEventEnvelope(seq: 7, timestamp: WallTime(microseconds: 0), event: event)
            ])
            return ControlReply(id: id, result: SubscribeCommand.Reply(seq: 6, topics: [.system]))
        case .checkConfiguration:
            return ControlReply(
                id: id,
                result: ConfigurationReport(source: "etc", extensions: 0, isValid: false, errors: ["a.toml:1:1: x"]))
        default: return ControlReply(id: id, result: Done())
        }
    }
}
