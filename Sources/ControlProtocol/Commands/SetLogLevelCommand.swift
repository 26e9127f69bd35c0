/// Changes how much the daemon logs, until the next reload or restart.
package struct SetLogLevelCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var previous: LogLevel
        package var level: LogLevel

        package init(previous: LogLevel, level: LogLevel) {
            self.previous = previous
            self.level = level
        }
    }

    package static let row = CommandRow(
        .setLogLevel, role: .admin, summary: "change how much the daemon logs",
        parameters: [
            .required("level", .choice(LogLevel.allCases.map(\.rawValue)), "least severity that is logged")
        ],
        example: ["level": "debug"],
        result: #"{"previous":"info","level":"debug"}"#)

    package var level: LogLevel

    package init(level: LogLevel) { self.level = level }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        let name = try parameters.string("level")
        guard let level = LogLevel(rawValue: name) else {
            throw .unfit("level", expected: Self.row.parameters[0].form.description, found: .string(name))
        }
        self.level = level
    }

    package var parameters: CommandParameters { ["level": .string(level.rawValue)] }
}

/// The logger's levels, least severe first.
package enum LogLevel: String, Hashable, Sendable, Codable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}
