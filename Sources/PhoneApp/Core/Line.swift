import MediaControl
import PBXBase
import SIPGrammar
import SIPTransaction

// One call of the phone:
//
//   calling ──18x──▶ ringing ──2xx──▶ active ⇄ held ──BYE──▶ (gone)
//   incoming ──────── answer ───────▶ active
//
// A line exists from the INVITE to the end of its session; what is over is told and forgotten.

/// What the phone keeps of one call.
struct Line: Sendable {
    let number: LineNumber
    let account: Int?
    let isOutgoing: Bool
    var peer: PhonePeer
    var state: LineState
    var media: LineMedia?
    /// The INVITE's offer until it is answered; nil when it had none, and ours goes in the 2xx.
    var offer: ArraySlice<UInt8>?
    /// Our 2xx carried the offer, the ACK brings the answer.
    var awaitsAnswerInACK = false
    /// Where its sound is mixed: its own room, or the conference's.
    var room: MediaRoomID
    /// Our address towards the peer's signalling.
    let signalling: IPAddress
    /// What the user wants; `state` says what the peer has agreed to.
    var wantsHold = false
    /// What our re-INVITE that is under way asks for.
    var offeredHold: Bool?
    /// When a re-INVITE that met the peer's own is tried again (RFC 3261 §14.1).
    var retryAt: Instant?
    /// When an unanswered call of ours is given up.
    var giveUpAt: Instant?
    var activeSince: Instant?
    var isHeldByPeer = false
    /// Our REFER: until its final response, and then until the peer's last NOTIFY.
    var referral: ClientTransactionID?
    var awaitsReferralNotices = false
    /// The line whose peer asked us to place this call, and is told what becomes of it.
    var referrer: LineNumber?
    var recording: RecordingID?

    var leg: LegID { LegID(UInt64(number.value)) }
    var ownRoom: MediaRoomID { MediaRoomID(UInt64(number.value)) }
    /// Its peer hears us, or nobody (if muted).
    var isSeated: Bool { media?.remote != nil && !wantsHold && state != .held }

    init(
        _ number: LineNumber, account: Int?, isOutgoing: Bool, peer: PhonePeer, state: LineState,
        signalling: IPAddress
    ) {
        self.signalling = signalling
        self.number = number
        self.account = account
        self.isOutgoing = isOutgoing
        self.peer = peer
        self.state = state
        room = MediaRoomID(UInt64(number.value))
    }

    func summary(isInConference: Bool) -> LineSummary {
        LineSummary(
            line: number, state: state, peer: peer, isOutgoing: isOutgoing, account: account,
            isHeldByPeer: isHeldByPeer, isEncrypted: media?.isEncrypted ?? false, isInConference: isInConference,
            codec: media?.sending?.format.name)
    }
}

extension PhonePeer {
    init(_ address: SIPNameAddress) {
        let name = address.displayName.flatMap { $0.isEmpty ? nil : $0 }
        self.init(name: name, number: address.uri.user ?? address.uri.host, uri: address.uri.description)
    }
}
