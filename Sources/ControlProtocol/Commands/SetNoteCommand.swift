import PBXModel

/// Notes something of a call, up or over; it stays with the call's record. The reply comes once that is stored.
package struct SetNoteCommand: ControlCommand {
    package typealias Reply = CallNote

    package static let row = CommandRow(
        .setNote, role: .agent, summary: "note something of a call, up or ended, or take the note away",
        parameters: [
            .required("callId", .callID, "identity of the call, as the lists of calls and records show it"),
            .optional(
                "text", .text(bytesMax: CallRecord.noteBytesMax), "what is noted, on one line; nothing without it"),
        ],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", "text": "wants an offer by Friday"],
        result: #"{"callId":"…","note":"wants an offer by Friday"}"#)

    package var callId: String
    package var text: String?

    package init(callId: String, text: String?) {
        self.callId = callId
        self.text = text
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
        text = try parameters.optionalString("text")
    }

    package var parameters: CommandParameters {
        CommandParameters(["callId": .string(callId), "text": text.map(JSONValue.string) ?? .null])
    }
}
