/// Point-in-time copies of live state, as the control protocol shows them. Times are RFC 3339 text.
package struct CallSnapshot: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable {
        case new, ringing, active, held, ended
    }

    package var callId: String
    package var direction: CallRecord.Direction
    package var state: State
    package var from: String
    package var fromName: String
    package var to: String
    package var answeredBy: String?
    package var startedAt: String
    package var ringingAt: String?
    package var answeredAt: String?
    /// The slot that it is parked in.
    package var parkedAt: String?
    package var parkedSince: String?
    /// The extension whose command put the other party on hold.
    package var heldBy: String?
    /// Who transferred or parked it, while nobody has taken it yet.
    package var handedOverBy: String?
    /// The file that it is being recorded to.
    package var recording: String?
    /// What somebody noted of it.
    package var note: String?
    /// Its part in a consultation: two calls between which one phone stands.
    package var consultation: ConsultationSnapshot?
    package var legs: [LegSnapshot]

    package init(
        callId: String, direction: CallRecord.Direction, state: State, from: String, fromName: String, to: String,
        answeredBy: String?, startedAt: String, ringingAt: String?, answeredAt: String?, parkedAt: String? = nil,
        parkedSince: String? = nil, heldBy: String? = nil, handedOverBy: String? = nil, recording: String? = nil,
        consultation: ConsultationSnapshot? = nil, legs: [LegSnapshot]
    ) {
        self.callId = callId
        self.direction = direction
        self.state = state
        self.from = from
        self.fromName = fromName
        self.to = to
        self.answeredBy = answeredBy
        self.startedAt = startedAt
        self.ringingAt = ringingAt
        self.answeredAt = answeredAt
        self.parkedAt = parkedAt
        self.parkedSince = parkedSince
        self.heldBy = heldBy
        self.handedOverBy = handedOverBy
        self.recording = recording
        self.consultation = consultation
        self.legs = legs
    }
}

/// How a call takes part in a consultation.
package struct ConsultationSnapshot: Hashable, Sendable, Codable {
    /// The other call.
    package var callId: String
    /// The extension that asks.
    package var by: String
    /// It is the call that somebody is asked about; else the one with whom is asked.
    package var isFirst: Bool
    /// Its party waits while the asker is in the other call.
    package var isWaiting: Bool
    /// All three hear each other.
    package var isThreeWay: Bool

    package init(callId: String, by: String, isFirst: Bool, isWaiting: Bool, isThreeWay: Bool) {
        self.callId = callId
        self.by = by
        self.isFirst = isFirst
        self.isWaiting = isWaiting
        self.isThreeWay = isThreeWay
    }
}

package struct LegSnapshot: Hashable, Sendable, Codable {
    package enum Role: String, Hashable, Sendable, Codable { case caller, callee }

    package var role: Role
    package var number: String
    /// Transport and address of the peer's signalling: `udp 192.0.2.7:5060`.
    package var peer: String
    package var sipCallId: String
    package var state: String
    package var codec: String?
    /// Where the peer's RTP comes from, once known.
    package var media: String?
    /// How its audio is encrypted; nil: it is not.
    package var encryption: String?
    /// Its audio so far, as of the last look; nil before the first.
    package var figures: MediaFigures?

    package init(
        role: Role, number: String, peer: String, sipCallId: String, state: String, codec: String? = nil,
        media: String? = nil, encryption: String? = nil, figures: MediaFigures? = nil
    ) {
        self.role = role
        self.number = number
        self.peer = peer
        self.sipCallId = sipCallId
        self.state = state
        self.codec = codec
        self.media = media
        self.encryption = encryption
        self.figures = figures
    }
}

package struct RegistrationSnapshot: Hashable, Sendable, Codable {
    package var number: String
    package var contact: String
    package var transport: String
    package var source: String
    package var expiresAt: String
    package var userAgent: String

    package init(
        number: String, contact: String, transport: String, source: String, expiresAt: String, userAgent: String
    ) {
        self.number = number
        self.contact = contact
        self.transport = transport
        self.source = source
        self.expiresAt = expiresAt
        self.userAgent = userAgent
    }
}

package struct ExtensionSnapshot: Hashable, Sendable, Codable {
    package var number: String
    package var name: String
    /// `extension` or `ring group`.
    package var kind: String
    package var registrations: Int
    package var calls: Int
    /// File, line and column of its definition.
    package var origin: String
    /// What its user has set; nil for groups.
    package var settings: UserSettings?

    package init(
        number: String, name: String, kind: String, registrations: Int, calls: Int, origin: String,
        settings: UserSettings? = nil
    ) {
        self.number = number
        self.name = name
        self.kind = kind
        self.registrations = registrations
        self.calls = calls
        self.origin = origin
        self.settings = settings
    }
}
