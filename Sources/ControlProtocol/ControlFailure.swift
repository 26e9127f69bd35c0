package import PBXModel

/// Why a command was not done, in a form for programs (`code`) and for people (`message`, `hint`).
package struct ControlFailure: Error, Hashable, Sendable, Codable {
    /// Stable name of the kind of failure. Text, not an enum, so that a client survives codes of a newer server.
    package struct Code: RawRepresentable, Hashable, Sendable, Codable {
        package var rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        package static let badRequest = Code(rawValue: "bad_request")
        package static let lineTooLong = Code(rawValue: "line_too_long")
        package static let unknownCommand = Code(rawValue: "unknown_command")
        package static let missingParameter = Code(rawValue: "missing_parameter")
        package static let unknownParameter = Code(rawValue: "unknown_parameter")
        package static let badParameter = Code(rawValue: "bad_parameter")
        package static let roleMissing = Code(rawValue: "role_missing")
        package static let tooManyConnections = Code(rawValue: "too_many_connections")
        package static let noSuchCall = Code(rawValue: "no_such_call")
        package static let wrongState = Code(rawValue: "wrong_state")
        package static let notAParty = Code(rawValue: "not_a_party")
        package static let alreadyTaken = Code(rawValue: "already_taken")
        package static let noSuchSlot = Code(rawValue: "no_such_slot")
        package static let slotTaken = Code(rawValue: "slot_taken")
        package static let noFreeSlot = Code(rawValue: "no_free_slot")
        package static let noSuchExtension = Code(rawValue: "no_such_extension")
        package static let noListener = Code(rawValue: "no_listener")
        package static let noOwnExtension = Code(rawValue: "no_own_extension")
        package static let noSuchFaxBox = Code(rawValue: "no_such_fax_box")
        package static let fileUnusable = Code(rawValue: "file_unusable")
        package static let configurationInvalid = Code(rawValue: "configuration_invalid")
        package static let noSuchSelfTest = Code(rawValue: "no_such_self_test")
        package static let selfTestUnavailable = Code(rawValue: "self_test_unavailable")
        package static let notStored = Code(rawValue: "not_stored")
        package static let shuttingDown = Code(rawValue: "shutting_down")
        package static let internalError = Code(rawValue: "internal_error")
    }

    package var code: Code
    /// Subject, attempt and finding; lower case, no full stop.
    package var message: String
    /// The way out.
    package var hint: String?
    /// One line per finding where a failure has several, such as the errors of a configuration.
    package var details: [String]?

    package init(_ code: Code, _ message: String, hint: String? = nil, details: [String]? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details
    }

    package static func noSuchCall(_ callId: String) -> ControlFailure {
        ControlFailure(.noSuchCall, "no call \"\(callId)\"", hint: "it may have ended; look at the calls that are up")
    }

    package static func noSuchExtension(_ number: String) -> ControlFailure {
        ControlFailure(.noSuchExtension, "no extension \"\(number)\"", hint: "look at the list of extensions")
    }
}

extension ControlFailure.Code {
    /// A call that could not be placed or went on to fail: the cause's own name.
    package init(_ cause: ReleaseCause) { self.init(rawValue: cause.rawValue) }
}
