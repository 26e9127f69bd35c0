package import PBXModel

/// One call: its state while it is up, its record from its start on.
package struct ShowCallCommand: ControlCommand {
    /// At least one of both; the record of a call that is up is not complete.
    package struct Reply: Hashable, Sendable, Codable {
        package var call: CallSnapshot?
        package var record: CallRecordReport?

        package init(call: CallSnapshot?, record: CallRecordReport?) {
            self.call = call
            self.record = record
        }
    }

    package static let row = CommandRow(
        .showCall, role: .agent, summary: "show one call, up or ended",
        parameters: [.required("callId", .callID, "identity of the call, as the lists of calls and records show it")],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a"],
        result: #"{"call":{"callId":"…","state":"active",…},"record":{"callId":"…","startedAt":"…",…}}"#)

    package var callId: String

    package init(callId: String) { self.callId = callId }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
    }

    package var parameters: CommandParameters { ["callId": .string(callId)] }
}
