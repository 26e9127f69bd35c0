/// Begins to write what both parties of a call say to a file.
package struct StartRecordingCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// A WAV file on the daemon's machine: the caller left, the other party right.
        package var file: String
        package init(file: String) { self.file = file }
    }

    package static let row = CommandRow(
        .startRecording, role: .supervisor, summary: "record a call, the caller left and the other party right",
        parameters: [.required("callId", .callID, "identity of the call, as the list of calls shows it")],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a"],
        result: #"{"file":"/var/lib/pbx-x/recordings/….wav"}"#)

    package var callId: String

    package init(callId: String) { self.callId = callId }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
    }

    package var parameters: CommandParameters { ["callId": .string(callId)] }
}
