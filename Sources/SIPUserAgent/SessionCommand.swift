package import PBXBase
package import SIPGrammar
package import SIPTransaction

/// What the layers above ask of a session. A command that its session is past (it just ended) does nothing: both sides
/// may act in the same turn.
package enum SessionCommand: Sendable {
    /// Opens a leg with an INVITE. `body` is our offer; nil asks the peer for one.
    case invite(LegID, SessionTarget, body: [UInt8]?)
    /// A provisional response (180, 181, 182, 183) with early-media SDP if any.
    case ring(LegID, status: Int, body: [UInt8]?)
    /// The 2xx to the INVITE.
    case answer(LegID, body: [UInt8])
    /// Asks the phone that rings to answer, or one that holds to go on (NOTIFY with `Event: talk`); `answerRefused`
    /// says that it does not.
    case askToAnswer(LegID)
    /// A final refusal of the INVITE.
    case reject(LegID, SessionRefusal)
    /// Ends the session by whatever its phase asks for: CANCEL, a final response or BYE.
    case end(LegID, SessionRefusal)
    /// The ACK of a 2xx whose SDP was the offer, with our answer.
    case acknowledge(LegID, body: [UInt8])
    /// A re-INVITE inside the session; nil asks the peer for an offer.
    case reoffer(LegID, body: [UInt8]?)
    /// Our answer to the peer's re-INVITE or UPDATE.
    case answerReoffer(LegID, body: [UInt8]?)
    case rejectReoffer(LegID, SessionRefusal)
    /// Sends a request of another session's peer on to this session's; its final response goes back by itself.
    case relay(ServerTransactionID, SIPMessage, Flow, to: LegID)
    /// Answers such a request with this.
    case respond(ServerTransactionID, SIPMessage, Flow, SessionRefusal)
    /// Tells the peer, who asked by REFER, what became of it; its last notice (RFC 3515 §2.4.4).
    case notifyReferral(LegID, status: Int)
    /// Answers such a request with 200.
    case accept(ServerTransactionID, SIPMessage, Flow)
    /// The 200 to the BYE that ended this session, held until the call's record is safe (architecture §9).
    case confirmEnd(LegID)
}

/// A final response, and the Reason that goes with a CANCEL or BYE instead (RFC 3326).
package struct SessionRefusal: Sendable, Equatable {
    package var status: Int
    package var phrase: String?
    /// Q.850 cause for the Reason header; nil leaves it out.
    package var q850: Int?
    package var retryAfterSeconds: Int?
    /// Further header fields, such as challenges.
    package var headers: [Header]

    package struct Header: Sendable, Equatable {
        package var name: SIPHeaderName
        package var value: String

        package init(_ name: SIPHeaderName, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Reason value of a CANCEL or BYE.
    var reason: String? { q850.map { "Q.850;cause=\($0)" } }

    package init(
        status: Int, phrase: String? = nil, q850: Int? = nil, retryAfterSeconds: Int? = nil, headers: [Header] = []
    ) {
        self.status = status
        self.phrase = phrase
        self.q850 = q850
        self.retryAfterSeconds = retryAfterSeconds
        self.headers = headers
    }
}

/// Whom a new leg calls, and as whom.
package struct SessionTarget: Sendable {
    package var requestURI: String
    /// Path of the binding (RFC 3327), as Route values in order.
    package var routes: [SIPNameAddress]
    package var flow: Flow
    /// From and To values without tags.
    package var from: String
    package var to: String
    /// Hops that are left (RFC 3261 §8.1.1.6): the caller's less one, which stops loops through us.
    package var maxForwards: Int
    /// Further header fields.
    package var headers: [SessionRefusal.Header]
    /// Answers to a challenge of the called side; nil gives up on 401 and 407.
    package var credentials: DigestClient?
    /// The dialog's Call-ID, where it has to be known before the first message is sent; nil makes one up.
    package var callID: String?

    /// Random symbols of a Call-ID: 120 bits, unique in space and time (RFC 3261 §8.1.1.4).
    package static let callIDSymbols = 24

    package init(
        requestURI: String, routes: [SIPNameAddress] = [], flow: Flow, from: String, to: String, maxForwards: Int = 70,
        headers: [SessionRefusal.Header] = [], credentials: DigestClient? = nil, callID: String? = nil
    ) {
        self.requestURI = requestURI
        self.routes = routes
        self.flow = flow
        self.from = from
        self.to = to
        self.maxForwards = maxForwards
        self.headers = headers
        self.credentials = credentials
        self.callID = callID
    }
}
