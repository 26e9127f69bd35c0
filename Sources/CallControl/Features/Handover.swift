import MediaControl
import PBXBase
import PBXModel
import SDPNegotiation
import SIPUserAgent

// One place of a call is empty while its other party stays connected: somebody transferred the call, or parked it.
//
//   bridged ── a party leaves ──▶ ringing ── answered ──▶ bridged
//                 │                  │ nobody took it
//                 ▼                  ▼
//               parked ── time ──▶ ringing who left ── answered ──▶ bridged
//                 ▲                  │ nobody there
//                 └──────────────────┘ for a parked call; a transferred one waits and rings again, then ends
//
// Whoever stays hears music until somebody takes the place, and is never let go for a transfer that failed.

/// Why a place of a call is empty, and what becomes of the call if nobody takes it.
struct Handover {
    enum Kind: Hashable {
        case transfer
        /// Waits in this slot for somebody to fetch it.
        case parked(slot: String)
        /// Rings a phone whose owner asked for it, by a command.
        case fetched
        /// Waits while who left speaks with somebody else, and comes back or connects the two.
        case consulting
    }

    var kind: Kind
    /// The extension that left: it gets the call back when nobody takes it.
    var from: String
    /// It is ringing, or has rung, for `from` again.
    var isReturning = false
    /// How often it rang there in vain.
    var returnsFailed = 0
    /// When a parked call is brought back to who parked it, or a failed return is tried again.
    var deadline: Instant?

    /// How often a transferred call rings in vain at who transferred it before it is released.
    static let returnsMax = 3
    /// Between two of these.
    static let returnPause = Interval.seconds(10)
    /// How long after the transfer it can be taken back.
    static let pullBackWindow = Interval.seconds(10)
}

extension CallTable {
    /// A party leaves a bridge and the other one stays, with music.
    mutating func vacate(
        _ call: Call, _ leaving: CallLeg, _ handover: Handover, now: Instant, into effects: inout [CallEffect]
    ) {
        guard call.other(than: leaving) != nil else { return }
        leaveWaiting(call, leaving, handover, now: now, into: &effects)
        // Before the port goes, nothing may lead there any more.
        end(leaving, of: call, cause: .normal, into: &effects)
        if let port = leaving.port {
            leaving.port = nil
            effects.append(.media(.release([port.id])))
        }
    }

    /// A party leaves a bridge with its session and port as they are; the other one stays, with music.
    mutating func leaveWaiting(
        _ call: Call, _ leaving: CallLeg, _ handover: Handover, now: Instant, into effects: inout [CallEffect]
    ) {
        guard let staying = call.other(than: leaving) else { return }
        endRecording(of: call, into: &effects)
        call.callee = nil
        call.caller = staying
        staying.role = .caller
        call.heldBy = nil
        call.handover = handover
        call.isAskedToAnswer = false
        call.forgetNegotiation()
        // Who need not send is asked now and then whether it is still there.
        call.probeDeadline = silenceLimit(of: staying, call) == nil ? now + Self.probeInterval : nil
        forgetForks(of: call, into: &effects)
        if let plan = waitingAssignment(of: call) { effects.append(.media(.apply([plan]))) }
        drop(leaving, of: call)
        callOfLeg[leaving.id] = nil
    }

    /// Music for who stays; nil without a port.
    func waitingAssignment(of call: Call) -> MediaCommand.Assignment? {
        guard let port = call.caller.port else { return nil }
        var plan = call.caller.ownPlan(settings: call.directory.media)
        if let room = call.sharedRoom, call.isThreeWay, call.caller.canBeMixed {
            plan.seat = RoomSeat(room: room)
        } else if plan.sending != nil, call.caller.remote?.isHeld == false {
            plan.music = holdMusic
        }
        // A phone that is gone while it waits is noticed by its silence.
        if let limit = silenceLimit(of: call.caller, call) { plan.silenceLimit = limit }
        return MediaCommand.Assignment(port: port.id, plan: plan)
    }

    /// How long a party of a call that we look after may be silent; nil when it need not send.
    private func silenceLimit(of leg: CallLeg, _ call: Call) -> Interval? {
        let seconds = call.directory.media.silenceSecondsMax
        return seconds > 0 && leg.remote?.effectiveDirection == .sendrecv ? .seconds(seconds) : nil
    }

    /// The phones of an earlier ringing are out of it, and their ports are free.
    mutating func forgetForks(of call: Call, into effects: inout [CallEffect]) {
        cancelForks(call, cause: .answeredElsewhere, into: &effects)
        var spare: Set<MediaPortID> = []
        for fork in call.forks + call.callerForks {
            if let port = fork.port, port.id != call.caller.port?.id, port.id != call.callee?.port?.id {
                spare.insert(port.id)
            }
            fork.port = nil
            drop(fork, of: call)
            callOfLeg[fork.id] = nil
        }
        call.forks = []
        call.callerForks = []
        call.numbersRung = []
        call.redirectCount = 0
        call.refusal = nil
        call.ringDeadline = nil
        if !spare.isEmpty { effects.append(.media(.release(spare.sorted { $0.slot < $1.slot }))) }
    }

    /// Rings for the empty place.
    mutating func ringForHandover(
        _ call: Call, _ destination: Destination, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        forgetForks(of: call, into: &effects)
        call.handover?.deadline = nil
        call.state = .ringing
        ring(call, destination, context, into: &effects)
        if call.state != .ended { effects.append(.changed(call.id, .updated)) }
    }

    /// Nobody took a call that rang: it goes back to who handed it over, or ends.
    mutating func notTaken(
        _ call: Call, _ cause: ReleaseCause, by side: CallRecord.EndedBy, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        guard var handover = call.handover, call.caller.state == .established, call.state != .ended else {
            release(call, cause, by: side, context, into: &effects)
            return
        }
        if case .fetched = handover.kind {
            // Whoever asked for it is not there: it waits on as before.
            handover.kind = call.parkedSlot.map { .parked(slot: $0) } ?? .transfer
        } else if !handover.isReturning, handover.kind == .transfer {
            handover.isReturning = true
            call.handover = handover
            call.addStep("not taken (\(cause.row.phrase)), back to \"\(handover.from)\"")
            ringForHandover(call, .extensionNumber(handover.from), context, into: &effects)
            return
        } else {
            handover.returnsFailed += 1
        }
        if case .transfer = handover.kind, handover.returnsFailed >= Handover.returnsMax {
            release(call, cause, by: side, context, into: &effects)
            return
        }
        let isParked = handover.kind != .transfer
        handover.deadline =
            context.now.instant + (isParked ? .seconds(call.directory.parking.secondsMax) : Handover.returnPause)
        call.handover = handover
        forgetForks(of: call, into: &effects)
        call.state = .held
        effects.append(.changed(call.id, .updated))
    }

    /// A call that waits has waited long enough.
    mutating func handoverDue(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        guard let handover = call.handover else { return }
        call.handover?.deadline = nil
        call.handover?.isReturning = true
        call.addStep("rings \"\(handover.from)\", who handed it over")
        ringForHandover(call, .extensionNumber(handover.from), context, into: &effects)
    }

    /// The empty place is taken.
    mutating func handoverEnded(_ call: Call) {
        if let slot = call.parkedSlot { parked[slot] = nil }
        if call.handover != nil { call.probeDeadline = nil }
        call.parkedSlot = nil
        call.handover = nil
    }
}

extension Call {
    /// What its parties had yet to agree on means nothing to those that it has now.
    func forgetNegotiation() {
        earlyMediaLeg = nil
        earlyAnswer = nil
        offerMode = .callerOffers
        mustAlign = false
    }
}
