import ArgumentParser
import ControlProtocol
import ControlSocket

/// `pbxctl reload`
struct Reload: AsyncParsableCommand {
    static let configuration = ReloadCommand.row.configuration(as: "reload")
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(ReloadCommand()) { ConfigurationView.text($0, $1, isInForce: true) }
    }
}

/// `pbxctl check`: exit status 1 when the configuration could not be put in force.
struct Check: AsyncParsableCommand {
    static let configuration = CheckConfigurationCommand.row.configuration(as: "check")
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let client = try await session.connect()
        defer { client.close() }
        let report = try await client.call(CheckConfigurationCommand())
        try StandardOutput.write(
            session.json
                ? JSONText.document(report) : ConfigurationView.text(report, .current(), isInForce: false))
        if !report.isValid { throw ExitCode.failure }
    }
}

/// `pbxctl log-level LEVEL`
struct LogLevelSetting: AsyncParsableCommand {
    static let configuration = SetLogLevelCommand.row.configuration(as: "log-level")
    @Argument(help: ArgumentHelp(SetLogLevelCommand.row.help("level"))) var level: LogLevel
    @OptionGroup var session: SessionOptions

    func run() async throws {
        try await session.show(SetLogLevelCommand(level: level)) { reply, _ in
            "log level \(reply.level.rawValue), was \(reply.previous.rawValue)\n"
        }
    }
}

extension LogLevel: ExpressibleByArgument {}
