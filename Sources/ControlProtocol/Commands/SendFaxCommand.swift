/// Calls an extension, a fax machine, and sends it the pages of a file in the name of a fax box.
package struct SendFaxCommand: ControlCommand {
    /// Given as soon as the call exists; what becomes of it is told by events, and kept in its record.
    package struct Reply: Hashable, Sendable, Codable {
        package var callId: String
        package init(callId: String) { self.callId = callId }
    }

    package static let row = CommandRow(
        .sendFax, role: .admin, summary: "send the pages of a TIFF file to a fax machine",
        parameters: [
            .required("from", .number, "fax box in whose name it is sent"),
            .required("to", .number, "extension to call"),
            .required("file", .text(bytesMax: 255), "absolute path of a TIFF file that the daemon may read"),
        ],
        example: ["from": "900", "to": "120", "file": "/var/lib/pbx-x/offer.tif"],
        result: #"{"callId":"…"}"#)

    package var from: String
    package var to: String
    package var file: String

    package init(from: String, to: String, file: String) {
        self.from = from
        self.to = to
        self.file = file
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        from = try parameters.string("from")
        to = try parameters.string("to")
        file = try parameters.string("file")
    }

    package var parameters: CommandParameters {
        ["from": .string(from), "to": .string(to), "file": .string(file)]
    }
}
