/// Ends the call with whom was asked: the asker is with the first party again.
package struct CancelTransferCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .cancelTransfer, role: .agent, summary: "end a consultation and go back to the party that waits",
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
