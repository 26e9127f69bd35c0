/// Puts the configuration files in force: all of them, or nothing. Errors are a failure (`configuration_invalid`) with
/// one detail per finding.
package struct ReloadCommand: ControlCommand {
    package typealias Reply = ConfigurationReport

    package static let row = CommandRow(
        .reload, role: .admin, summary: "read the configuration again and put it in force, or change nothing",
        result: #"{"source":"/etc/pbx-x","extensions":20,"isValid":true,"errors":[],"warnings":[]}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
