import MediaControl
package import PBXBase
package import PBXModel
import SDPNegotiation

// What a person would name a call (architecture §8):
//
//   new ── 180 from a callee ──▶ ringing ── 2xx ──▶ active ⇄ held ──▶ ended
//    └──────────── 2xx ──────────────────────────────▲                  ▲
//    └──────────── refused, cancelled, no answer ───────────────────────┘

/// One call with its legs. Confined to the call table.
package final class Call {
    package enum State: Sendable { case new, ringing, active, held, ended }

    /// Who makes the first offer.
    enum OfferMode {
        /// The caller's INVITE carried it.
        case callerOffers
        /// The caller sent none: the callee's 2xx carries it, the caller's ACK the answer.
        case calleeOffers
    }

    package let id: CallID
    /// The configuration that the call started with: codec policy and limits do not change under it.
    let directory: Directory
    /// The codecs that its legs are told, by the configuration that it started with.
    let codecs: CodecBridge
    /// Where its legs meet when packets cannot be passed on as they are.
    let room: MediaRoomID
    package internal(set) var record: CallRecord
    package internal(set) var state = State.new
    /// The caller's phone. While a call that a command placed still rings the caller's phones, the first of them.
    package internal(set) var caller: CallLeg
    /// The caller's other phones, which ring too until one of them is picked up (click to call).
    var callerForks: [CallLeg] = []
    /// Phones that ring for this call, until one answers.
    var forks: [CallLeg] = []
    /// The phone that answered.
    package internal(set) var callee: CallLeg?
    /// The fork whose early media the caller hears.
    var earlyMediaLeg: LegID?
    /// What the caller was told for it: its answer, whoever takes the call in the end.
    var earlyAnswer: [UInt8]?
    var offerMode = OfferMode.callerOffers
    /// The most telling refusal of a fork so far.
    var refusal: ReleaseCause?
    /// Extensions whose phones were called, and how often one of them sent the call on.
    var numbersRung: Set<String> = []
    var redirectCount = 0
    /// Hops that the callee's INVITE may still take.
    var hopsLeft = 70
    var ringDeadline: Instant?
    var endDeadline: Instant?
    /// When the workers are asked for its figures again.
    var reportDeadline: Instant?
    /// The leg whose re-INVITE is being passed on, if any.
    var reofferFrom: LegID?
    /// The offer that is being passed on: of `reofferFrom`, or of the other side when `reofferFrom` asked for one.
    var pendingOffer: MediaDescription?
    /// The leg that is offered audio again, after it took down its audio without taking fax packets for it.
    var restoringAudioOf: LegID?
    /// The answered callee's codecs are being told to a caller that was told others before: one that we called first
    /// (click to call), or that heard early media of another phone.
    var isAligning = false
    /// The same is due once the caller has acknowledged the call.
    var mustAlign = false
    /// Where the caller's phone leads once it is picked up, in a call that a command placed for it.
    var clickToCall: Destination?

    /// What answers in place of a phone, and what its caller hears of it.
    var application: (any CallApplication)?
    var applicationMedia = ApplicationMedia.silent
    var playback: PlaybackID?
    /// What its parties say is written to this file.
    var recording: (id: RecordingID, path: String)?
    /// Recordings of it so far.
    var recordingCount = 0
    /// The fax machine that its caller is with.
    var fax: FaxID?
    /// What is sent to the caller, whom we called for it.
    var faxToSend: FaxJob?
    /// The conference that its caller is in, or about to enter.
    var conference: String?
    /// When a caller who holds us is asked whether it is still there: no packet of its would tell.
    var probeDeadline: Instant?
    /// Our offer to the caller is answered by its ACK.
    var awaitsAnswer = false

    enum ApplicationMedia: Hashable {
        case silent, echo, fax
        case room(MediaRoomID, hasCompany: Bool)
    }

    /// Its place of the callee is empty: it was transferred or parked, and nobody has taken it yet.
    var handover: Handover?
    /// The phones that it rings are to answer by themselves.
    var isAskedToAnswer = false
    /// Its part in a consultation, while there is one.
    var consultation: Consultation?
    /// Where everybody who has to do with it is heard, also from other calls; nil: its parties only hear each other.
    var sharedRoom: MediaRoomID?
    /// The sound of both calls of its consultation goes there.
    var isConsultationShared = false
    /// Of a supervisor's call: what it is beside of.
    var supervision: Supervision?
    /// Calls of supervisors that are beside this one.
    var supervisors: [CallID] = []
    /// Tone that its connected caller hears while phones ring for it.
    var ringBack: PlaybackID?
    /// The slot that it waits in, also while it rings for somebody who is to take it out.
    var parkedSlot: String?
    /// Since when.
    var parkedSince: WallTime?
    /// The party whose command put the other one on hold.
    var heldBy: LegID?
    /// The last blind transfer, which can be taken back for a short while.
    var lastTransfer: (from: String, at: Instant)?

    /// Ports that have not yet answered their release, and until when we wait for their figures.
    var portsToRelease: Set<MediaPortID> = []
    var figuresDeadline: Instant?
    /// The legs whose BYE is answered once the record is committed: two when both hung up at once.
    var legsToConfirm: [LegID] = []
    var isRecorded = false

    init(id: CallID, directory: Directory, record: CallRecord, caller: CallLeg, codecs: CodecBridge, room: MediaRoomID)
    {
        self.id = id
        self.directory = directory
        self.codecs = codecs
        self.room = room
        self.record = record
        self.caller = caller
    }

    /// Every leg there is or was.
    var legs: [CallLeg] {
        var legs = [caller]
        legs.reserveCapacity(2 + callerForks.count + forks.count)
        legs += callerForks
        legs += forks
        if let callee { legs.append(callee) }
        return legs
    }

    /// Every leg that still has a session.
    var liveLegs: [CallLeg] { legs.filter { $0.state != .ended } }

    func leg(_ id: LegID) -> CallLeg? {
        if caller.id == id { return caller }
        if let callee, callee.id == id { return callee }
        return forks.first { $0.id == id } ?? callerForks.first { $0.id == id }
    }

    /// A call that is sent to and fro for hours keeps the first steps, which say why it is where it is at all.
    package static let routeStepsMax = 200

    /// Writes into the record why the call goes where it goes.
    func addStep(_ text: String) {
        if record.routeSteps.count < Self.routeStepsMax { record.routeSteps.append(text) }
    }

    /// Its caller has nobody but us at the other end: an application, or music until somebody takes the call.
    var isWithUs: Bool { application != nil || handover != nil && callee == nil }

    /// The other end of the bridge.
    func other(than leg: CallLeg) -> CallLeg? { leg === caller ? callee : caller }

    /// The earliest thing that time decides.
    var deadline: Instant? {
        .earliest(
            .earliest(ringDeadline, endDeadline),
            .earliest(.earliest(probeDeadline, reportDeadline), .earliest(figuresDeadline, handover?.deadline)))
    }
}
