/// Call records, latest first.
package struct ListRecordsCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        package var records: [CallRecordReport]
        package init(records: [CallRecordReport]) { self.records = records }
    }

    package static let limitDefault = 20
    package static let limitMax = 1_000

    package static let row = CommandRow(
        .listRecords, role: .supervisor, summary: "list the latest call records",
        parameters: [
            .optional("limit", .integer(1...limitMax), "how many, latest first (default \(limitDefault))"),
            .optional("number", .number, "only calls from or to this number"),
        ],
        example: ["limit": 20],
        result: #"{"records":[{"callId":"…","from":"101","to":"102","talkSeconds":42,"cause":"normal",…}]}"#)

    package var limit: Int
    package var number: String?

    package init(limit: Int = limitDefault, number: String? = nil) {
        self.limit = limit
        self.number = number
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        limit = try parameters.optionalInteger("limit") ?? Self.limitDefault
        number = try parameters.optionalString("number")
    }

    package var parameters: CommandParameters {
        CommandParameters(["limit": .integer(Int64(limit)), "number": number.map(JSONValue.string) ?? .null])
    }
}
