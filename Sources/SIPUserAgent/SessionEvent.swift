package import PBXBase
package import SIPGrammar
package import SIPTransaction

/// What happened to a session, for the layers above.
package enum SessionEvent: Sendable {
    /// The caller gave up before our final response; the 487 is already sent.
    case cancelled
    /// A provisional response of the called side, 180 to 199.
    case progressed(SIPMessage)
    /// The called side's 2xx. When our INVITE carried no offer, this is the offer, and `acknowledge` is due.
    case answered(SIPMessage)
    /// The called side does not take `askToAnswer`.
    case answerRefused
    /// No session came of our INVITE: its final response, or nil where none came (`status` then says which).
    case failed(status: Int, SIPMessage?)
    /// The ACK to our 2xx. Its body is the answer when our 2xx carried the offer.
    case acknowledged(SIPMessage)
    /// The peer's re-INVITE or UPDATE; `answerReoffer` or `rejectReoffer` is due.
    case offered(SIPMessage)
    case reofferAnswered(SIPMessage)
    case reofferFailed(status: Int)
    /// Another request inside the session (INFO; REFER and NOTIFY where the settings say so): answer it, or `relay` it.
    case requested(ServerTransactionID, SIPMessage, Flow)
    case ended(SessionEnd)
}

/// How an established session ended from the other side.
package enum SessionEnd: Sendable, Equatable {
    /// BYE received; its 200 waits for `confirmEnd`. The Q.850 cause of its Reason header, if any.
    case bye(q850: Int?)
    /// No ACK came to our 2xx; a BYE is on its way.
    case acknowledgementMissing
    /// The caller's connection is gone before we answered.
    case flowLost
    /// The peer no longer knows the dialog (481), or does not respond (408) to a re-INVITE; a BYE is on its way.
    case dialogLost(status: Int)
}

/// What the user agent asks of its driver and tells the layers above.
package enum UserAgentEffect: Sendable {
    case transmit([UInt8], Flow)
    /// A valid request outside any dialog, to be answered with `respond` (or, for INVITE, `beginSession`).
    case requestReceived(ServerTransactionID, SIPMessage, Flow)
    case session(LegID, SessionEvent)
    /// Final or provisional response to a request sent with `send`.
    case responseReceived(ClientTransactionID, SIPMessage)
    /// No final response to such a request: 408 or 503.
    case requestFailed(ClientTransactionID, status: Int)
    /// The peer broke the protocol, in words; costs at most one log line per source and minute.
    case misbehaved(Flow, String)
}
