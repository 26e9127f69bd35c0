package import PBXBase
import SIPDialog
package import SIPGrammar
package import SIPTransaction

/// What names a dialog to others (RFC 3891 §3, RFC 3515 §2.1): the tags are ours and the peer's.
package struct DialogIdentifiers: Hashable, Sendable {
    package var callID: String
    package var localTag: String
    package var remoteTag: String
    /// Contact URI of the peer.
    package var remoteTarget: String
}

/// A body of a request inside a session, with what it is.
package struct TypedBody: Hashable, Sendable {
    package var contentType: String
    package var bytes: [UInt8]

    package init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}

// Requests of ours inside a session that have no command of their own: REFER, NOTIFY, INFO.
extension UserAgent {
    /// Sends one; its responses come as `responseReceived` and `requestFailed`. Nil when the session is not established
    /// (any more).
    package mutating func send(
        _ method: SIPMethod, in leg: LegID, headers: [SessionRefusal.Header], body: TypedBody?, now: Instant,
        into effects: inout [UserAgentEffect]
    ) -> ClientTransactionID? {
        guard let session = sessions[leg], session.usage.phase == .established else { return nil }
        // RFC 3515 §2.2, RFC 6665 §4.1: REFER and NOTIFY refresh the target, so they name it.
        let contact = SessionRefusal.Header(.contact, contact(for: session.dialog.flow))
        let (transaction, _) = sendInDialog(
            method, session, body: body?.bytes, contentType: body?.contentType ?? "text/plain",
            headers: [contact] + headers, now: now)
        purposes[transaction] = .request
        settle(now: now, into: &effects)
        return transaction
    }

    mutating func notifyReferral(_ leg: LegID, status: Int, now: Instant) {
        guard let session = sessions[leg], session.usage.phase == .established else { return }
        let (transaction, _) = sendInDialog(
            .notify, session, body: Array("SIP/2.0 \(status) \(status < 300 ? "OK" : "Failed")\r\n".utf8),
            contentType: "message/sipfrag;version=2.0",
            headers: [
                .init(.contact, contact(for: session.dialog.flow)), .init(.event, "refer"),
                .init(.subscriptionState, "terminated;reason=noresource"),
            ], now: now)
        purposes[transaction] = .request
    }

    /// There is no RFC for it: desk phones of several makers answer what rings, and take back what they hold, when they
    /// are told of the event `talk`.
    mutating func askToAnswer(_ leg: LegID, now: Instant, into effects: inout [UserAgentEffect]) {
        guard let session = sessions[leg], session.abandonment == nil,
            session.usage.phase == .calling || session.usage.phase == .established
        else { return }
        // Only a provisional response with a tag and a Contact made a dialog that a request can be sent in.
        guard !session.dialog.remoteTag.isEmpty else {
            effects.append(.session(leg, .answerRefused))
            return
        }
        let (transaction, _) = sendInDialog(
            .notify, session, body: nil,
            headers: [
                .init(.contact, contact(for: session.dialog.flow)), .init(.event, "talk"),
                .init(.subscriptionState, "terminated;reason=noresource"),
            ], now: now)
        purposes[transaction] = .talk(leg)
    }

    /// Names the dialog of an established session; nil for any other leg.
    package func identifiers(of leg: LegID) -> DialogIdentifiers? {
        guard let session = sessions[leg], session.usage.phase == .established else { return nil }
        let dialog = session.dialog
        return DialogIdentifiers(
            callID: dialog.callID, localTag: dialog.localTag, remoteTag: dialog.remoteTag,
            remoteTarget: dialog.remoteTarget)
    }

    /// The leg whose dialog a Replaces header of the peer's side names (RFC 3891 §3): its `to-tag` is ours.
    package func leg(callID: String, localTag: String, remoteTag: String) -> LegID? {
        guard let leg = legs[localTag], let dialog = sessions[leg]?.dialog, dialog.callID == callID,
            dialog.remoteTag == remoteTag
        else { return nil }
        return leg
    }
}
