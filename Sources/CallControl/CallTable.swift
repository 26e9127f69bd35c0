package import MediaControl
package import PBXBase
package import PBXModel
import SDPNegotiation
import SIPGrammar
package import SIPUserAgent

/// All live calls: takes what sessions, media ports and operators do, and answers with effects (architecture §8).
package struct CallTable {
    /// How long a call that ended waits for the figures of its media ports before its record is closed without them.
    static let figuresWait = Interval.milliseconds(250)

    package internal(set) var calls: [CallID: Call] = [:]
    var callOfLeg: [LegID: CallID] = [:]
    var legOfPort: [MediaPortID: (call: CallID, legs: [LegID])] = [:]
    var callsPerNumber: [String: Int] = [:]
    var deadlines = DeadlineHeap<CallID>()
    package internal(set) var ports = LeasePool()
    var random: any RandomSource
    var nextLeg: UInt64 = 1
    private var nextRoom: UInt64 = 1
    private var nextPlayback: UInt64 = 1
    private var nextFax: UInt64 = 1
    /// Fax machines that have not told their end yet.
    var callOfFax: [FaxID: CallID] = [:]
    private var nextRecording: UInt64 = 1
    /// Recordings that have not told their end yet.
    var callOfRecording: [RecordingID: CallID] = [:]
    private var codecBridge: (names: [String], bridge: CodecBridge)?
    /// By slot, calls that wait there.
    var parked: [String: CallID] = [:]
    /// By number, those with somebody in them.
    var conferences: [String: Conference] = [:]
    /// Of the media workers' DTLS certificate; nil while there is none, and DTLS is refused.
    package var fingerprint: CertificateFingerprint?
    /// Which SIP dialogs belong to which call, for the trace.
    package private(set) var dialogs = DialogIndex()
    /// Files of the music on hold.
    var music: [String]
    /// No new calls: the daemon is about to stop.
    package var isDraining = false
    /// The store cannot take more: a call that could not be recorded is not begun.
    package var isStoreOverloaded = false

    package init(random: any RandomSource, music: [String] = []) {
        self.random = random
        self.music = music
    }

    package var deadline: Instant? { deadlines.deadline }

    /// Conferences with somebody in them.
    package var conferenceCount: Int { conferences.count }

    /// How many calls the extension is in.
    package func callCount(of number: String) -> Int { callsPerNumber[number] ?? 0 }

    package func call(of leg: LegID) -> Call? { callOfLeg[leg].flatMap { calls[$0] } }

    package mutating func newLegID() -> LegID {
        defer { nextLeg += 1 }
        return LegID(nextLeg)
    }

    /// Of a leg that we begin: known from its INVITE on, so that the messages of a phone that never answers are found.
    mutating func newSIPCallID() -> String { random.token(symbols: SessionTarget.callIDSymbols) }

    mutating func newRoomID() -> MediaRoomID {
        defer { nextRoom += 1 }
        return MediaRoomID(nextRoom)
    }

    /// The codecs of a call that begins now; made anew only when the configuration changed.
    mutating func codecs(of directory: Directory) -> CodecBridge {
        let names = directory.media.codecs
        if let known = codecBridge, known.names == names { return known.bridge }
        let bridge = CodecBridge(names: names)
        codecBridge = (names, bridge)
        return bridge
    }

    mutating func newRecordingID() -> RecordingID {
        defer { nextRecording += 1 }
        return RecordingID(nextRecording)
    }

    mutating func newFaxID() -> FaxID {
        defer { nextFax += 1 }
        return FaxID(nextFax)
    }

    mutating func newPlaybackID() -> PlaybackID {
        defer { nextPlayback += 1 }
        return PlaybackID(nextPlayback)
    }

    // MARK: Inputs

    /// A session event of a leg. Events of legs whose call is gone are late and mean nothing.
    package mutating func sessionChanged(
        _ legID: LegID, _ event: SessionEvent, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let call = call(of: legID), let leg = call.leg(legID) else {
            // A leg that has ended for us may still wait for an ACK before its BYE; what it asks is to be answered.
            switch event {
            case .requested(let transaction, let request, let flow):
                effects.append(.session(.relay(transaction, request, flow, to: LegID(0))))
            case .ended(.bye):
                effects.append(.session(.confirmEnd(legID)))
            default: break
            }
            return
        }
        switch event {
        case .cancelled: callerCancelled(call, context, into: &effects)
        case .progressed(let response): calleeProgressed(call, leg, response, context, into: &effects)
        case .answered(let response): calleeAnswered(call, leg, response, context, into: &effects)
        case .failed(300..<400, let response?) where leg.role == .callee && call.callee == nil && call.state != .ended:
            phoneRedirected(call, leg, response, context, into: &effects)
        case .failed(let status, let response):
            // Without a response, 503 means that the way to the phone is gone (RFC 3261 §8.1.3.1).
            let cause = response == nil && status == 503 ? .unreachable : ReleaseCause(sipStatus: status)
            calleeFailed(call, leg, status: status, cause, context, into: &effects)
        case .answerRefused: answerRefused(call, leg, context, into: &effects)
        case .acknowledged(let message): callerAcknowledged(call, leg, message, context, into: &effects)
        case .offered(let request): reofferReceived(call, leg, request, context, into: &effects)
        case .reofferAnswered(let response): reofferAnswered(call, leg, response, context, into: &effects)
        case .reofferFailed(let status): reofferFailed(call, leg, status: status, context, into: &effects)
        case .requested(let transaction, let request, let flow) where request.method == .refer:
            referReceived(
                call, leg, request, respond: { .respond(transaction, request, flow, $0) }, context, into: &effects)
        case .requested(let transaction, let request, let flow):
            if call.application != nil, let digit = digit(ofInfo: request) {
                effects.append(.session(.accept(transaction, request, flow)))
                tell(call, .digitReceived(digit), context, into: &effects)
                break
            }
            // INFO goes to the other side, whose answer comes back by itself.
            let target = call.other(than: leg)?.id ?? LegID(0)
            effects.append(.session(.relay(transaction, request, flow, to: target)))
        case .ended(let end): legEnded(call, leg, end, context, into: &effects)
        }
        rearm(call)
    }

    /// A report of a media worker.
    package mutating func mediaChanged(
        _ event: MediaEvent, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        switch event {
        case .leased(let leases): leased(leases, into: &effects)
        case .leasesExhausted(let worker, let isIPv6, let missing):
            guard ports.exhausted(worker: worker, isIPv6: isIPv6, now: context.now.instant) else { return }
            let family = isIPv6 ? "IPv6" : "IPv4"
            effects.append(
                .note(
                    Note(
                        .warning,
                        "media ports: \(missing) more \(family) pairs asked for, none left (widen media.ports)")))
        case .latched(let port, let remote):
            guard let (call, leg) = leg(of: port) else { return }
            leg.mediaSource = remote
            effects.append(.changed(call.id, .updated))
        case .silent(let port, let seconds):
            guard let (call, leg) = leg(of: port), call.state != .ended else { return }
            let text =
                "no audio from \(leg.number) (\(leg.remote?.remote.map(String.init(describing:)) ?? "no address"))"
            effects.append(.note(Note(.warning, "\(text) for \(seconds) s, call released", call: call.id)))
            release(call, .mediaTimeout, by: .system, context, into: &effects)
            rearm(call)
        case .refused(let port):
            guard let (call, leg) = leg(of: port) else { return }
            effects.append(
                .note(Note(.warning, "phone \(leg.number) refuses audio: its media port is closed", call: call.id)))
        case .digit(let port, let digit, _): digitReceived(digit, at: port, context, into: &effects)
        case .playbackEnded(let id, let target, let end):
            playbackEnded(id, at: target, end, context, into: &effects)
        case .secured(let port, _): leg(of: port)?.1.isSecured = true
        case .securityFailed(let port, let failure): securityFailed(failure, at: port, context, into: &effects)
        case .figures(let port, let statistics): figuresReceived(statistics, of: port, context, into: &effects)
        case .faxProgressed(let id, let stage): faxProgressed(id, stage, context, into: &effects)
        case .faxEnded(let id, let end): faxEnded(id, end, context, into: &effects)
        case .recordingEnded(let id, let end): recordingEnded(id, end, into: &effects)
        case .speaking:
            // Nothing asks for it yet.
            return
        case .released(let port, let statistics):
            portReleased(port, statistics, context, into: &effects)
        }
    }

    /// A digit that the other side would not understand the way it was said: it is said again, its way.
    private mutating func digitReceived(
        _ digit: Character, at port: MediaPortID, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let (call, leg) = leg(of: port) else { return }
        if call.application != nil {
            tell(call, .digitReceived(digit), context, into: &effects)
            rearm(call)
            return
        }
        guard let other = call.other(than: leg), other.sending != nil, let target = other.port else { return }
        effects.append(.media(.sendDigits(target.id, String(digit))))
    }

    /// The record of an ended call is safe: its BYE may be answered now, and its watchers told.
    package mutating func recordCommitted(_ id: CallID, into effects: inout [CallEffect]) {
        guard let call = calls[id], call.isRecorded else { return }
        for leg in call.legsToConfirm { effects.append(.session(.confirmEnd(leg))) }
        effects.append(.changed(id, .ended(call.record)))
        remove(call)
    }

    package mutating func timeout(_ context: CallContext, into effects: inout [CallEffect]) {
        while let id = deadlines.popDue(now: context.now.instant) {
            guard let call = calls[id] else { continue }
            let now = context.now.instant
            if let due = call.figuresDeadline, due <= now {
                call.figuresDeadline = nil
                closeRecord(call, context, into: &effects)
            }
            if let due = call.probeDeadline, due <= now { probeCaller(call, now: now, into: &effects) }
            if let due = call.reportDeadline, due <= now { askForFigures(call, now: now, into: &effects) }
            if let due = call.ringDeadline, due <= now {
                call.ringDeadline = nil
                // A phone that never said a word is gone, rather than left unanswered.
                let cause: ReleaseCause = call.record.ringingAt == nil ? .unreachable : .noAnswer
                notTaken(call, cause, by: .system, context, into: &effects)
            }
            if let due = call.handover?.deadline, due <= now { handoverDue(call, context, into: &effects) }
            if let due = call.endDeadline, due <= now {
                call.endDeadline = nil
                release(call, .durationLimit, by: .system, context, into: &effects)
            }
            rearm(call)
        }
    }

    /// Ends a call for an operator or the daemon itself. False when there is none of that id.
    package mutating func hangUp(
        _ id: CallID, cause: ReleaseCause, _ context: CallContext, into effects: inout [CallEffect]
    ) -> Bool {
        guard let call = calls[id], call.state != .ended else { return false }
        release(call, cause, by: .system, context, into: &effects)
        rearm(call)
        return true
    }

    /// Notes something of a call that is up; false when there is none of that id.
    package func note(_ text: String?, of id: CallID, into effects: inout [CallEffect]) -> Bool {
        guard let call = calls[id] else { return false }
        call.record.note = text
        effects.append(.changed(id, .updated))
        return true
    }

    // MARK: Bookkeeping

    func leg(of port: MediaPortID) -> (Call, CallLeg)? {
        guard let user = legOfPort[port], let call = calls[user.call] else { return nil }
        let leg = user.legs.lazy.compactMap { call.leg($0) }.first { $0 === call.caller || $0 === call.callee }
        return leg.map { (call, $0) }
    }

    mutating func add(_ call: Call) {
        calls[call.id] = call
        add(call.caller, to: call)
    }

    mutating func add(_ leg: CallLeg, to call: Call) {
        // Several phones of one extension ring for one call.
        if !isInvolved(leg.number, in: call) { callsPerNumber[leg.number, default: 0] += 1 }
        leg.isCounted = true
        callOfLeg[leg.id] = call.id
        dialogs.add(DialogIndex.Dialog(leg), to: call.id)
    }

    /// The leg takes no further part; with its last one in the call, its number is free for another.
    mutating func drop(_ leg: CallLeg, of call: Call) {
        guard leg.isCounted else { return }
        leg.isCounted = false
        guard !isInvolved(leg.number, in: call) else { return }
        guard let count = callsPerNumber[leg.number] else { return }
        callsPerNumber[leg.number] = count > 1 ? count - 1 : nil
    }

    private func isInvolved(_ number: String, in call: Call) -> Bool {
        call.legs.contains { $0.number == number && $0.isCounted }
    }

    mutating func remove(_ call: Call) {
        deadlines.cancel(call.id)
        calls[call.id] = nil
        for leg in call.legs {
            drop(leg, of: call)
            callOfLeg[leg.id] = nil
        }
    }

    mutating func rearm(_ call: Call) {
        if calls[call.id] != nil, let deadline = call.deadline {
            deadlines.schedule(call.id, at: deadline)
        } else {
            deadlines.cancel(call.id)
        }
    }

    /// A media port for these legs, from the same worker as the call's other port.
    mutating func leasePort(isIPv6: Bool, worker: UInt8?, for legs: [CallLeg], of call: Call) -> PortLease? {
        guard let lease = ports.take(isIPv6: isIPv6, worker: worker) else { return nil }
        legOfPort[lease.id] = (call.id, legs.map(\.id))
        return lease
    }

    /// Gives back a port that no plan was ever made for.
    mutating func returnUnused(_ port: PortLease) {
        legOfPort[port.id] = nil
        ports.giveBack(port.id)
    }
}
