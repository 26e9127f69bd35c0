/// Ends the subscription of this connection.
package struct UnsubscribeCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .unsubscribe, role: .agent, summary: "stop receiving events",
        result: "{}")

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
