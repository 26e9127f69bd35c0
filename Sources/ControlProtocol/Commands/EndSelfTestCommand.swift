/// Takes the extensions of a self-test back: their registrations are removed, their call is ended.
package struct EndSelfTestCommand: ControlCommand {
    package typealias Reply = Done

    package static let row = CommandRow(
        .endSelfTest, role: .admin, summary: "take the extensions of a self-test back",
        parameters: [.required("testId", .text(bytesMax: 64), "identity of the self-test, as beginSelfTest gave it")],
        example: ["testId": "k7m2xq4wzr"],
        result: "{}")

    package var testId: String

    package init(testId: String) { self.testId = testId }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        testId = try parameters.string("testId")
    }

    package var parameters: CommandParameters { ["testId": .string(testId)] }
}
