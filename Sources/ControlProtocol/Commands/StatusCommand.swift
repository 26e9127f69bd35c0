/// How the daemon is.
package struct StatusCommand: ControlCommand {
    package typealias Reply = StatusReport

    package static let row = CommandRow(
        .status, role: .user, summary: "show version, uptime, load and listeners",
        result: #"{"version":"0.1.0","uptimeSeconds":3600,"calls":2,"callsMax":2000,"registrations":14,…}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
