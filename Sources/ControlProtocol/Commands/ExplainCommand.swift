/// Why a call would go where, step by step, without placing it.
package struct ExplainCommand: ControlCommand {
    package typealias Reply = RouteReport

    package static let row = CommandRow(
        .explain, role: .supervisor, summary: "show how a call would be routed, step by step, without placing it",
        parameters: [
            .required("from", .number, "extension that would call"),
            .required("to", .number, "number that it would dial"),
        ],
        example: ["from": "101", "to": "500"],
        result: #"{"destination":"ring group 500","steps":[{"text":"…","origin":"conf.d/groups.toml:3:1"}]}"#)

    package var from: String
    package var to: String

    package init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        from = try parameters.string("from")
        to = try parameters.string("to")
    }

    package var parameters: CommandParameters { ["from": .string(from), "to": .string(to)] }
}
