package import PBXBase
package import PBXModel

/// An event as published: numbered and timed by the exchange, put into JSON only where somebody reads it.
package struct ControlEventEnvelope: Hashable, Sendable {
    /// Counts all events of one run of the daemon, whatever their topic: later is greater.
    package var seq: UInt64
    package var timestamp: WallTime
    package var event: ControlEvent

    package init(seq: UInt64, timestamp: WallTime, event: ControlEvent) {
        self.seq = seq
        self.timestamp = timestamp
        self.event = event
    }
}

extension ControlEventEnvelope: Encodable {
    package func encode(to encoder: any Encoder) throws {
        switch event {
        case .callCreated(let call), .callRinging(let call), .callAnswered(let call), .callUpdated(let call):
            try frame(call).encode(to: encoder)
        case .callEnded(let record): try frame(CallRecordReport(record)).encode(to: encoder)
        case .callNoted(let id, let text): try frame(CallNote(callId: id.description, note: text)).encode(to: encoder)
        case .registrationAdded(let registration): try frame(registration).encode(to: encoder)
        case .registrationRemoved(let registration, let reason):
            try frame(RegistrationRemoval(registration: registration, reason: reason)).encode(to: encoder)
        case .settingsChanged(let settings): try frame(settings).encode(to: encoder)
        case .configurationReloaded(let extensions):
            try frame(ConfigurationReload(extensions: extensions)).encode(to: encoder)
        }
    }

    private func frame<Data: Codable & Sendable>(_ data: Data) -> EventFrame<Data> {
        EventFrame(type: event.type.rawValue, timestamp: timestamp.rfc3339, seq: seq, data: data)
    }
}

/// An event as it stands on the wire: `{"type":"CALL_CREATED","timestamp":"…","seq":4711,"data":{…}}`.
package struct EventFrame<Data: Codable & Sendable>: Codable, Sendable {
    package var type: String
    package var timestamp: String
    package var seq: UInt64
    package var data: Data

    package init(type: String, timestamp: String, seq: UInt64, data: Data) {
        self.type = type
        self.timestamp = timestamp
        self.seq = seq
        self.data = data
    }
}

/// Data of `REGISTRATION_REMOVED`: the registration's own fields, and why it is gone.
package struct RegistrationRemoval: Hashable, Sendable, Codable {
    package var registration: RegistrationSnapshot
    package var reason: String

    package init(registration: RegistrationSnapshot, reason: String) {
        self.registration = registration
        self.reason = reason
    }

    private enum Key: String, CodingKey { case reason }

    package init(from decoder: any Decoder) throws {
        registration = try RegistrationSnapshot(from: decoder)
        reason = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .reason)
    }

    package func encode(to encoder: any Encoder) throws {
        try registration.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(reason, forKey: .reason)
    }
}

/// Data of `CALL_NOTED`; without a note there is none any more.
package struct CallNote: Hashable, Sendable, Codable {
    package var callId: String
    package var note: String?

    package init(callId: String, note: String?) {
        self.callId = callId
        self.note = note
    }
}

/// Data of `CONFIGURATION_RELOADED`.
package struct ConfigurationReload: Hashable, Sendable, Codable {
    package var extensions: Int
    package init(extensions: Int) { self.extensions = extensions }
}

/// Data of `EVENTS_LOST`.
package struct LostEvents: Hashable, Sendable, Codable {
    package var count: Int
    package init(count: Int) { self.count = count }
}
