/// What a reload would find.
package struct CheckConfigurationCommand: ControlCommand {
    package typealias Reply = ConfigurationReport

    package static let row = CommandRow(
        .checkConfiguration, role: .admin, summary: "check the configuration files without putting them in force",
        result:
            #"{"source":"/etc/pbx-x","extensions":20,"isValid":false,"errors":["conf.d/a.toml:41:12: …"],…}"#
    )

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
