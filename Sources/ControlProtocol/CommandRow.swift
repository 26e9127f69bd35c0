/// Every command that the daemon knows. `PBXServer/Commands` has one handler file for each.
package enum CommandName: String, Hashable, Sendable, Codable, CaseIterable {
    case hello, subscribe, unsubscribe
    case status, listCalls, showCall, listRegistrations, listExtensions, listRecords, trace
    case hangUp, originate, sendFax, explain
    case hold, resume, transferBlind, pullBackTransfer, transferAttended, swap, completeTransfer, cancelTransfer
    case threeWay, park, parkAndPage, unpark, pickUp, answer, decline, sendDigits, supervise, changeSupervision
    case startRecording, stopRecording
    case setNote, phoneAccount
    case searchDirectory, setDoNotDisturb, setForwarding, setPresence
    case reload, checkConfiguration, setLogLevel
    case beginSelfTest, endSelfTest
}

/// One command of the control protocol, with its parameters as fields: what a client fills in and what a handler
/// receives.
package protocol ControlCommand: Sendable {
    /// What a successful reply holds.
    associatedtype Reply: Codable & Sendable
    static var row: CommandRow { get }
    init(_ parameters: CommandParameters) throws(ControlFailure)
    var parameters: CommandParameters { get }
}

/// What everybody needs to know of a command: checks, `pbxctl` help, completion, man page and API text come from here.
package struct CommandRow: Sendable {
    package var name: CommandName
    /// The least role that may use it.
    package var role: Role
    /// One line for people, imperative, lower case.
    package var summary: String
    package var parameters: [ParameterRow]
    /// Parameters of a typical use.
    package var example: CommandParameters
    /// What the result looks like, abridged JSON.
    package var result: String

    init(
        _ name: CommandName, role: Role, summary: String, parameters: [ParameterRow] = [],
        example: CommandParameters = [:], result: String
    ) {
        self.name = name
        self.role = role
        self.summary = summary
        self.parameters = parameters
        self.example = example
        self.result = result
    }

    /// The row of a parameter that this command is known to have.
    package func help(_ name: String) -> String { parameters.first { $0.name == name }?.help ?? "" }
}

package struct ParameterRow: Sendable {
    package enum Form: Hashable, Sendable {
        /// Non-empty text of at most so many bytes of UTF-8.
        case text(bytesMax: Int)
        case integer(ClosedRange<Int>)
        case choice([String])
        /// A list, not empty, of any of these.
        case choices([String])
    }

    package var name: String
    package var form: Form
    package var isRequired: Bool
    package var help: String

    static func required(_ name: String, _ form: Form, _ help: String) -> ParameterRow {
        ParameterRow(name: name, form: form, isRequired: true, help: help)
    }

    static func optional(_ name: String, _ form: Form, _ help: String) -> ParameterRow {
        ParameterRow(name: name, form: form, isRequired: false, help: help)
    }
}

extension ParameterRow.Form {
    static let callID = Self.text(bytesMax: 64)
    static let number = Self.text(bytesMax: 128)

    /// For error texts and documentation: `an integer from 1 to 1000`.
    package var description: String {
        switch self {
        case .text(let bytesMax): "a string of 1 to \(bytesMax) bytes"
        case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let names): "one of \(names.joined(separator: ", "))"
        case .choices(let names): "a list of \(names.joined(separator: ", "))"
        }
    }

    func fits(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.text(let bytesMax), .string(let text)): (1...bytesMax).contains(text.utf8.count)
        case (.integer(let range), .integer(let value)): Int(exactly: value).map(range.contains) ?? false
        case (.choice(let names), .string(let text)): names.contains(text)
        case (.choices(let names), .array(let elements)):
            !elements.isEmpty && elements.count <= names.count
                && elements.allSatisfy { $0.string.map(names.contains) ?? false }
        default: false
        }
    }
}
