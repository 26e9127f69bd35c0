/// What passed on the wire for one call, live or ended.
package struct TraceCommand: ControlCommand {
    package typealias Reply = WireTraceReport

    package static let row = CommandRow(
        .trace, role: .supervisor, summary: "show the SIP messages of a call, and how its audio fares",
        parameters: [.required("callId", .callID, "identity of the call, as the lists of calls and records show it")],
        example: ["callId": "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a"],
        result: #"{"callId":"…","parties":[…],"messages":[{"at":"…","party":0,"label":"INVITE","text":"…",…}],…}"#)

    package var callId: String

    package init(callId: String) { self.callId = callId }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        callId = try parameters.string("callId")
    }

    package var parameters: CommandParameters { ["callId": .string(callId)] }
}
