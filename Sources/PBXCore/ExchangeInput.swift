package import ControlProtocol
package import MediaControl
import PBXBase
package import PBXModel
package import SIPGrammar

/// The facts that reach the exchange.
package enum ExchangeInput: Sendable {
    /// One datagram, or one framed message of a stream.
    case received([UInt8], Flow)
    /// The stream connection is gone.
    case flowClosed(Flow)
    /// What was sent on this flow could not be delivered.
    case flowFailed(Flow)
    case media(MediaEvent)
    /// These facts are safely stored.
    case committed([CommitTicket])
    /// A reload was checked and accepted.
    case directoryChanged(Directory)
    /// What the store remembered of the last run.
    case bindingsRestored([ContactBinding])
    case userSettingsRestored([UserSettings])
    case timeout
}

/// What the exchange asks of its driver (architecture §5 names the kinds).
package enum ExchangeEffect: Sendable {
    case transmit([UInt8], Flow)
    case media(MediaCommand)
    case record(Fact, CommitTicket?)
    case publish(ControlEvent)
    case note(Note)
    case count(Metric)
}

/// Counters of the exchange: one row each, name and help as monitoring shows them.
package enum Metric: Int, CaseIterable, Sendable {
    case messagesReceived, messagesMalformed, callsStarted, callsAnswered, callsEnded
    case registrationsAccepted, authenticationsRefused, requestsIgnored

    package var name: String {
        switch self {
        case .messagesReceived: "sip_messages_received_total"
        case .messagesMalformed: "sip_messages_malformed_total"
        case .callsStarted: "calls_started_total"
        case .callsAnswered: "calls_answered_total"
        case .callsEnded: "calls_ended_total"
        case .registrationsAccepted: "registrations_accepted_total"
        case .authenticationsRefused: "authentications_refused_total"
        case .requestsIgnored: "sip_requests_ignored_total"
        }
    }

    package var help: String {
        switch self {
        case .messagesReceived: "SIP messages taken from the network"
        case .messagesMalformed: "SIP messages that could not be read"
        case .callsStarted: "calls begun, answered or not"
        case .callsAnswered: "calls that a phone answered"
        case .callsEnded: "calls ended, with their record stored"
        case .registrationsAccepted: "REGISTER requests accepted"
        case .authenticationsRefused: "requests refused for a wrong user or password"
        case .requestsIgnored: "requests of a source that is over its limit, left without an answer"
        }
    }
}
