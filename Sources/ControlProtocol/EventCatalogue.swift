/// What a client can subscribe to.
package enum Topic: String, Hashable, Sendable, Codable, CaseIterable {
    case calls, registrations, settings, system
}

/// The name that an event has on the wire.
package enum EventType: String, Hashable, Sendable, Codable, CaseIterable {
    case callCreated = "CALL_CREATED"
    case callRinging = "CALL_RINGING"
    case callAnswered = "CALL_ANSWERED"
    case callUpdated = "CALL_UPDATED"
    case callEnded = "CALL_ENDED"
    case callNoted = "CALL_NOTED"
    case registrationAdded = "REGISTRATION_ADDED"
    case registrationRemoved = "REGISTRATION_REMOVED"
    case settingsChanged = "SETTINGS_CHANGED"
    case configurationReloaded = "CONFIGURATION_RELOADED"
    /// Of the connection, not of the exchange: this client was too slow; a `SNAPSHOT` follows.
    case eventsLost = "EVENTS_LOST"
    case snapshot = "SNAPSHOT"
}

/// One row per event: documentation, subscriptions and webhooks come from here.
package struct EventRow: Sendable {
    package var type: EventType
    /// nil: every subscriber may receive it.
    package var topic: Topic?
    package var summary: String
    /// What `data` looks like, abridged JSON.
    package var data: String
}

package enum EventCatalogue {
    private static let call = #"{"callId":"…","direction":"internal","state":"…","from":"101","to":"102","legs":[…]}"#
    private static let registration = #"{"number":"101","contact":"sip:…","transport":"udp","source":"…",…}"#

    package static let rows: [EventRow] = EventType.allCases.map(row)

    package static func row(_ type: EventType) -> EventRow {
        switch type {
        case .callCreated: EventRow(type: type, topic: .calls, summary: "a call arrived or was placed", data: call)
        case .callRinging: EventRow(type: type, topic: .calls, summary: "the called side is ringing", data: call)
        case .callAnswered: EventRow(type: type, topic: .calls, summary: "the call was answered", data: call)
        case .callUpdated:
            EventRow(type: type, topic: .calls, summary: "hold, resume or new media of a call", data: call)
        case .callEnded:
            EventRow(
                type: type, topic: .calls, summary: "the call ended and its record is durable",
                data: #"{"callId":"…","cause":"normal","talkSeconds":42,…} (a call record, see listRecords)"#)
        case .callNoted:
            EventRow(
                type: type, topic: .calls, summary: "something was noted of a call that is over",
                data: #"{"callId":"…","note":"wants an offer by Friday"}"#)
        case .registrationAdded:
            EventRow(type: type, topic: .registrations, summary: "a phone registered", data: registration)
        case .registrationRemoved:
            EventRow(
                type: type, topic: .registrations, summary: "a phone is gone",
                data: #"{"number":"101","contact":"sip:…","reason":"expired",…}"#)
        case .settingsChanged:
            EventRow(
                type: type, topic: .settings, summary: "a user has set something",
                data: #"{"number":"101","doNotDisturb":true,"forwardsTo":"103","presence":"at lunch"}"#)
        case .configurationReloaded:
            EventRow(
                type: type, topic: .system, summary: "a new configuration is in force", data: #"{"extensions":20}"#)
        case .eventsLost:
            EventRow(
                type: type, topic: nil, summary: "this client was too slow and lost events", data: #"{"count":17}"#)
        case .snapshot:
            EventRow(
                type: type, topic: nil, summary: "the whole state again, after EVENTS_LOST",
                data: #"{"seq":4711,"topics":["calls"],"calls":[…]} (as the result of subscribe)"#)
        }
    }
}

extension ControlEvent {
    package var type: EventType {
        switch self {
        case .callCreated: .callCreated
        case .callRinging: .callRinging
        case .callAnswered: .callAnswered
        case .callUpdated: .callUpdated
        case .callEnded: .callEnded
        case .callNoted: .callNoted
        case .registrationAdded: .registrationAdded
        case .registrationRemoved: .registrationRemoved
        case .settingsChanged: .settingsChanged
        case .configurationReloaded: .configurationReloaded
        }
    }

    package var topic: Topic {
        switch self {
        case .callCreated, .callRinging, .callAnswered, .callUpdated, .callEnded, .callNoted: .calls
        case .registrationAdded, .registrationRemoved: .registrations
        case .settingsChanged: .settings
        case .configurationReloaded: .system
        }
    }
}
