/// Brings the three parties of a consultation together.
package struct ThreeWayCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .threeWay, role: .agent, summary: "let all three of a consultation hear each other",
        parameters: [
            .required("callId", .callID, "identity of either of the two calls, as the list of calls shows it")
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a"],
        result: "{}")

    package var callId: String

    package init(callId: String) { self.callId = callId }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
    }

    package var parameters: CommandParameters { ["callId": .string(callId)] }
}
