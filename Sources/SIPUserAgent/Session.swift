import PBXBase
import SIPDialog
import SIPGrammar
import SIPTransaction

/// One leg as the user agent keeps it: a dialog, its INVITE usage, and the transactions that are under way in it.
/// Confined to its user agent.
final class Session {
    /// A request of the peer that we owe a final response.
    struct Pending {
        var transaction: ServerTransactionID
        var request: SIPMessage
        var flow: Flow
    }

    /// Our INVITE while it has no final response.
    struct OwnInvite {
        var transaction: ClientTransactionID
        var sequence: UInt32
        var carriesOffer: Bool
        /// What a second attempt with credentials is built from; dropped once the INVITE succeeds.
        var target: SessionTarget?
        var body: [UInt8]?
    }

    let leg: LegID
    var dialog: Dialog
    var usage: SessionUsage
    /// The peer's INVITE until our final response.
    var invite: Pending?
    /// The transaction that carries our repeated 2xx.
    var answeredTransaction: ServerTransactionID?
    var ownInvite: OwnInvite?
    /// The peer's re-INVITE or UPDATE until our response.
    var reoffer: Pending?
    /// Our re-INVITE until its final response.
    var ownReoffer: OwnInvite?
    /// The peer's BYE until `confirmEnd`.
    var bye: Pending?
    /// CSeq of the 2xx that waits for an `acknowledge` with a body.
    var unacknowledgedSequence: UInt32?
    /// The ACK of the last 2xx, for its retransmissions.
    var lastACK: (sequence: UInt32, bytes: [UInt8])?
    /// Why the leg is to end, when that was asked for before the INVITE was settled.
    var abandonment: SessionRefusal?

    init(leg: LegID, dialog: Dialog, usage: SessionUsage) {
        self.leg = leg
        self.dialog = dialog
        self.usage = usage
    }
}
