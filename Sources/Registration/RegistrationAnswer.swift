package import PBXModel
package import SIPGrammar

/// What the response to a REGISTER says, beyond what every response copies from its request.
package struct RegistrationAnswer: Sendable {
    package struct Header: Hashable, Sendable {
        package var name: SIPHeaderName
        package var value: String

        package init(_ name: SIPHeaderName, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var status: Int
    /// Reason phrase; nil means the usual one.
    package var phrase: String?
    package var headers: [Header]

    package init(status: Int, phrase: String? = nil, headers: [Header] = []) {
        self.status = status
        self.phrase = phrase
        self.headers = headers
    }
}

/// What the registrar asks of the exchange besides its answer, in order.
package enum RegistrationEffect: Hashable, Sendable {
    case record(Fact)
    /// A phone is reachable at a contact that was not there before. A refresh is not an addition.
    case added(RegistrationSnapshot)
    case removed(RegistrationSnapshot, reason: RegistrationRemoval)
}

/// Why a binding went; the raw value is what events say.
package enum RegistrationRemoval: String, Hashable, Sendable {
    case expired
    case unregistered
    /// The same device (`+sip.instance`, RFC 5626 §4.1) registered another contact.
    case replaced
    case connectionClosed = "connection_closed"
    /// The extension is gone, or an administrator ended it.
    case removed
}

/// The limits that hold for one REGISTER, taken from the directory of the moment.
package struct RegistrationPolicy: Hashable, Sendable {
    package var secondsMin: Int
    package var secondsDefault: Int
    package var secondsMax: Int
    /// Contacts of this extension; one more is refused with 403.
    package var contactsMax: Int
    /// Contacts of all extensions; one more is refused with 503.
    package var registrationsMax: Int

    package init(_ settings: SIPSettings, contactsMax: Int, registrationsMax: Int) {
        secondsMin = settings.registrationSecondsMin
        secondsDefault = settings.registrationSecondsDefault
        secondsMax = settings.registrationSecondsMax
        self.contactsMax = contactsMax
        self.registrationsMax = registrationsMax
    }
}
