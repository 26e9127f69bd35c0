package import ArgumentParser
import ControlSocket
import FoundationEssentials
import Glibc
import Logging
import PBXConfig
import PBXModel

/// `pbxd`: starts the daemon, or checks its configuration.
package struct DaemonCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "pbxd", abstract: "The PBX-X daemon: SIP, media, calls and their records.",
        discussion: """
            Started by systemd it reads /etc/pbx-x/pbx.toml. With --demo it runs as an ordinary user with nothing \
            prepared, on loopback only.

            TERM and INT stop it: running calls may end, new ones are refused; a second signal ends them at once. \
            HUP reloads the configuration.
            """,
        version: "pbxd \(Daemon.version)")

    @Option(help: ArgumentHelp("The configuration file; conf.d/*.toml beside it is read too.", valueName: "file"))
    var config = "/etc/pbx-x/pbx.toml"

    @Flag(help: "Run the demo company: extensions 101 to 120, password demo-101 to demo-120.")
    var demo = false

    @Option(help: ArgumentHelp("State folder of the demo.", valueName: "dir"))
    var state: String?

    @Option(help: ArgumentHelp("SIP port of the demo.", valueName: "port"))
    var sipPort: UInt16 = 5_060

    @Flag(help: "Check the configuration, print every finding, and exit.")
    var check = false

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical; else what the configuration says.",
            valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("human or json; else what the configuration says.", valueName: "form"))
    var logFormat: String?

    package init() {}

    package func validate() throws {
        if !demo, state != nil {
            throw ValidationError("--state is for --demo (set store.state-directory in pbx.toml)")
        }
        if sipPort == 0 { throw ValidationError("--sip-port must be 1 to 65535") }
        if let logLevel, Logger.Level(rawValue: logLevel) == nil {
            throw ValidationError(
                "unknown log level \"\(logLevel)\" (trace, debug, info, notice, warning, error, critical)")
        }
        if let logFormat, LogForm(rawValue: logFormat) == nil {
            throw ValidationError("unknown log format \"\(logFormat)\" (human, json)")
        }
    }

    package func run() async throws {
        let source = try configurationSource()
        let loaded: LoadedConfiguration
        do {
            loaded = try source.load()
        } catch {
            for finding in error.findings { complain("\(finding)") }
            let count = error.findings.count { $0.severity == .error }
            complain("pbxd: \(source.name): \(count) \(count == 1 ? "error" : "errors"): correct what is listed above")
            throw ExitCode(1)
        }
        for warning in loaded.warnings { complain("\(warning)") }
        if check {
            print("\(source.name): good, \(loaded.directory.extensions.count) extensions")
            return
        }
        try await serve(source, loaded)
    }

    private func configurationSource() throws -> ConfigurationSource {
        guard demo else { return .file(config) }
        let environment = ProcessInfo.processInfo.environment
        let folder = state ?? DemoPaths.stateFolder(environment: environment, uid: getuid())
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        return .demo(DemoConfiguration(sipPort: sipPort, stateDirectory: absolute(folder), unixUser: user))
    }

    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }

    private func serve(_ source: ConfigurationSource, _ loaded: LoadedConfiguration) async throws {
        let environment = ProcessInfo.processInfo.environment
        let control = LogControl(level: .info, format: .human)
        control.apply(loaded.server.log)
        if let level = logLevel.flatMap(Logger.Level.init(rawValue:)) { control.level = level }
        if let format = logFormat.flatMap(LogForm.init(rawValue:)) { control.format = format }
        let isUnderJournal = environment["JOURNAL_STREAM"] != nil
        LoggingSystem.bootstrap { LineLogHandler(label: $0, control: control, isUnderJournal: isUnderJournal) }
        let logger = Logger(label: "pbxd")

        // Signals are watched before anything is up, so that one during the start is not lost.
        let (signals, signalSink) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(16))
        let watcher = SignalWatcher([SIGTERM, SIGINT, SIGHUP]) { signalSink.yield($0) }
        defer { watcher.cancel() }

        let daemon: Daemon
        do {
            daemon = try await Daemon.start(
                source, loaded, logger: logger, logControl: control, environment: environment)
        } catch {
            complain("pbxd: cannot start: \(error)")
            throw ExitCode(1)
        }
        if demo { DemoGreeting(listeners: daemon.listeners, socket: daemon.controlSocketPath, port: sipPort).print() }
        await serve(daemon, signals)
    }

    private func serve(_ daemon: Daemon, _ signals: AsyncStream<Int32>) async {
        var iterator = signals.makeAsyncIterator()
        while let number = await iterator.next() {
            guard number == SIGHUP else { break }
            _ = await daemon.reload(askedBy: "signal HUP")
        }
        await daemon.stop(hurry: {
            for await number in signals where number != SIGHUP { return }
        })
    }

    private func complain(_ line: String) { StandardError.write(line) }
}

extension DaemonCommand {
    /// What `pbxd` runs: exit 0 done, 1 failed, 2 bad usage.
    package static func start() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Glibc.exit(0)
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code.isSuccess {
                print(text)
                Glibc.exit(0)
            }
            StandardError.write(text)
            Glibc.exit(code == .validationFailure ? 2 : 1)
        }
    }
}
