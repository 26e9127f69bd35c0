import PBXBase
import SIPGrammar

/// One call as a phone lives it: the dialog, and what was seen of it. Reads as the phone's memory in a test:
/// `call.statuses`, `call.state`, `call.remoteMedia`.
package final class PhoneCall {
    package enum State: Hashable, Sendable {
        /// INVITE sent, nothing heard but perhaps 100.
        case calling
        /// Our INVITE rings over there.
        case ringing
        /// Somebody calls us.
        case incoming
        /// We answered; the ACK is still to come.
        case answered
        case established
        /// BYE sent, not yet confirmed.
        case ending
        case ended
    }

    package let sipCallID: String
    package let isCaller: Bool
    package internal(set) var state: State
    /// Status of every response to our INVITE, in order, and of every one that we gave.
    package internal(set) var statuses: [Int] = []
    /// What the other side said of its media last.
    package internal(set) var remoteMedia: PhoneSDP?
    /// We have put the other side on hold.
    package internal(set) var isHolding = false
    /// Whether it ended by a BYE of ours that was confirmed.
    package internal(set) var isByeConfirmed = false
    /// Re-INVITEs of ours that were accepted, and of theirs that we accepted.
    package internal(set) var changeCount = 0
    /// Final status of each re-INVITE, UPDATE and INFO of ours, in order.
    package internal(set) var changeStatuses: [Int] = []

    let localTag: String
    var remoteTag: String?
    /// Addresses as they stand in From and To of our requests, without tags.
    var localAddress: String
    var remoteAddress: String
    var remoteTarget = ""
    var routes: [String] = []
    var localCSeq: Int
    var remoteCSeq: UInt32?
    var sdpVersion = 1

    /// Our INVITE: branch of the newest one, and how often we gave credentials.
    var inviteBranch = ""
    var inviteAttempts = 0
    /// Our INVITE carries no SDP: the offer comes with the answer of the call, our answer with the ACK.
    var offersLate = false
    /// We gave it up before it was answered; and the CANCEL for that still waits for a provisional response.
    var isGivenUp = false
    var awaitsCancel = false
    /// The ACK of the newest 2xx, repeated when that is.
    var acknowledgement: (cseq: UInt32, message: Outgoing)?

    /// Their INVITE, while it waits for our final response, and that response while it waits for the ACK.
    var invite: (message: SIPMessage, flow: Flow)?
    var answer: (message: Outgoing, cseq: UInt32, interval: Interval, giveUpAt: Instant)?
    /// Branch of our re-INVITE that is underway, and whether it holds.
    var change: (branch: String, holds: Bool)?

    init(sipCallID: String, isCaller: Bool, state: State, localTag: String, localAddress: String, remoteAddress: String)
    {
        self.sipCallID = sipCallID
        self.isCaller = isCaller
        self.state = state
        self.localTag = localTag
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        localCSeq = 1
    }

    package var isLive: Bool { state != .ended }
}
