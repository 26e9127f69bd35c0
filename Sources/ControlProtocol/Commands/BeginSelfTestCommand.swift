/// Lends two extensions to a self-test, which registers phones as them: nobody else's password is needed, and no phone
/// of a user rings. They may only call each other, only from this machine, and are gone at `expiresAt` at the latest.
package struct BeginSelfTestCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// An extension and its password.
        package struct Account: Hashable, Sendable, Codable {
            package var number: String
            package var password: String

            package init(number: String, password: String) {
                self.number = number
                self.password = password
            }
        }

        /// Names the loan, for `endSelfTest`.
        package var testId: String
        package var caller: Account
        package var callee: Account
        /// The listener to register at, as this machine reaches it.
        package var transport: String
        package var address: String
        package var port: UInt16
        /// UDP ports that audio goes through, for advice when it does not: `16384-32767`.
        package var mediaPorts: String
        package var expiresAt: String

        package init(
            testId: String, caller: Account, callee: Account, transport: String, address: String, port: UInt16,
            mediaPorts: String, expiresAt: String
        ) {
            self.testId = testId
            self.caller = caller
            self.callee = callee
            self.transport = transport
            self.address = address
            self.port = port
            self.mediaPorts = mediaPorts
            self.expiresAt = expiresAt
        }
    }

    package static let row = CommandRow(
        .beginSelfTest, role: .admin, summary: "lend two extensions to a self-test, for two minutes",
        result: #"{"testId":"…","caller":{"number":"selftest-…-a","password":"…"},"callee":{…},"transport":"udp",…}"#)

    package init() {}
    package init(_ parameters: CommandParameters) throws(ControlFailure) {}
    package var parameters: CommandParameters { [:] }
}
