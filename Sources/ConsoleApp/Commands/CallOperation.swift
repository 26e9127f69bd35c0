package import ControlProtocol
import PBXModel

/// What a receptionist does with calls. Each is one command of the control protocol; a server that does not have the
/// command is said to lack it, and nothing is pretended.
package enum CallOperation: String, Hashable, Sendable, CaseIterable {
    case call = "originate"
    case answer, decline, hangUp, hold, resume
    case transfer = "transferBlind"
    case consult = "transferAttended"
    case complete = "completeTransfer"
    case cancelTransfer, swap, threeWay
    case mailbox = "transferToMailbox"
    case park
    case pageAndPark = "parkAndPage"
    case pullBack = "pullBackTransfer"
    case pickUp = "pickUp"
    /// Of a parked call, to one's own phone.
    case fetch = "unpark"

    var text: ConsoleText {
        switch self {
        case .call: .call
        case .answer: .answer
        case .decline: .decline
        case .hangUp: .hangUp
        case .hold: .hold
        case .resume: .resume
        case .transfer: .transfer
        case .consult: .consult
        case .complete: .complete
        case .cancelTransfer: .cancelTransfer
        case .swap: .swap
        case .threeWay: .threeWay
        case .mailbox: .mailbox
        case .park: .park
        case .pageAndPark: .pageAndPark
        case .pullBack: .pullBack
        case .pickUp: .pickUp
        case .fetch: .fetch
        }
    }

    /// Whether the control protocol has a command for it at all.
    var isOffered: Bool { CommandName(rawValue: rawValue) != nil }

    /// Whether it is done to a call that must be chosen.
    var needsCall: Bool {
        switch self {
        case .call, .pickUp, .fetch: false
        default: true
        }
    }

    /// Whether it needs somebody from the directory, or a number.
    var needsTarget: Bool {
        switch self {
        case .call, .transfer, .consult, .mailbox, .pageAndPark: true
        default: false
        }
    }

    var needsOwnNumber: Bool {
        switch self {
        case .call, .pickUp, .answer, .decline, .fetch: true
        default: false
        }
    }

    /// Whether it needs a parking slot; parking itself finds one.
    var needsSlot: Bool { self == .fetch }
}

/// What an operation is done to.
package struct OperationSubject: Hashable, Sendable {
    package var callID: String?
    package var target: String?
    package var ownNumber: String?
    package var slot: String?

    package init(callID: String? = nil, target: String? = nil, ownNumber: String? = nil, slot: String? = nil) {
        self.callID = callID
        self.target = target
        self.ownNumber = ownNumber
        self.slot = slot
    }
}

extension CallOperation {
    /// The request that does it; nil when this release's catalogue has no such command, or it asks for something that
    /// the console does not know.
    package func request(_ subject: OperationSubject) -> (name: CommandName, parameters: CommandParameters)? {
        guard let name = CommandName(rawValue: rawValue),
            let row = CommandCatalogue.rows.first(where: { $0.name == name })
        else { return nil }
        var parameters: CommandParameters = [:]
        for parameter in row.parameters {
            let value: String? =
                switch parameter.name {
                case "callId": subject.callID
                case "to", "destination", "number", "mailbox": subject.target
                case "from", "extension": subject.ownNumber
                case "slot": subject.slot
                default: nil
                }
            if let value {
                parameters.set(parameter.name, .string(value))
            } else if parameter.isRequired {
                return nil
            }
        }
        return (name, parameters)
    }
}
