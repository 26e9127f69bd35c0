import MediaControl
package import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Calls that this exchange answers by itself.
extension CallTable {
    /// How often a caller who holds us is asked whether it is still there.
    static let probeInterval = Interval.seconds(600)

    /// The application that a destination stands for; nil when it stands for phones.
    private func application(
        for destination: Destination, _ call: Call, _ context: CallContext
    ) -> (any CallApplication)? {
        switch destination {
        case .extensionNumber, .intercom, .ringGroup, .release, .park, .parkSlot, .pickUp, .pickUpInGroup: nil
        case .changeSettings(let change): SettingsService(change: change, prompts: Prompts(call.directory.media))
        case .echoTest: EchoTest()
        case .speakingClock:
            SpeakingClock(
                callerNumber: call.caller.number, prompts: Prompts(call.directory.media),
                utcOffsetSeconds: context.utcOffsetSeconds)
        case .conference(let number): ConferenceEntrance(number: number)
        case .faxBox(let box): FaxMachine(job: FaxJob(receivedBy: box, call.id, at: context.now.wall))
        }
    }

    /// Hands the call to the application that the destination stands for; false when it stands for none.
    mutating func begin(
        _ destination: Destination, _ call: Call, _ context: CallContext, into effects: inout [CallEffect]
    ) -> Bool {
        guard let application = application(for: destination, call, context) else { return false }
        guard prepareCallerPort(call, worker: worker(for: destination), context, into: &effects) else { return true }
        if case .conference(let number) = destination, !expect(call, in: number) {
            release(call, .busy, by: .system, context, into: &effects)
            return true
        }
        call.application = application
        tell(call, .began, context, into: &effects)
        return true
    }

    /// Tells the application of a call what happened, and does what it wants.
    mutating func tell(
        _ call: Call, _ input: ApplicationInput, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard call.state != .ended else { return }
        var actions: [CallAction] = []
        call.application?.handle(input, now: context.now, into: &actions)
        for action in actions where call.state != .ended {
            switch action {
            case .answer: answerHere(call, context, into: &effects)
            case .play(let items): play(items, to: call, into: &effects)
            case .echo:
                call.applicationMedia = .echo
                if let plan = assignment(of: call) { effects.append(.media(.apply([plan]))) }
            case .enter(let number): enter(number, call, into: &effects)
            case .fax(let job): begin(job, call, into: &effects)
            case .askForFaxPackets: askForFaxPackets(call, into: &effects)
            case .changeSettings(let change):
                effects.append(.changeSettings(change, of: call.caller.number, by: call.id))
            case .release(let cause): release(call, cause, by: .system, context, into: &effects)
            }
        }
    }

    /// What became of a caller's change of a setting: it is stored, or was refused.
    package mutating func settingsChanged(
        by id: CallID, isDone: Bool, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let call = calls[id] else { return }
        tell(call, .settingsChanged(isDone: isDone), context, into: &effects)
        rearm(call)
    }

    private mutating func play(_ items: [AudioItem], to call: Call, into effects: inout [CallEffect]) {
        guard let port = call.caller.port else { return }
        let playback = Playback(id: newPlaybackID(), items: items)
        call.playback = playback.id
        effects.append(.media(.play(playback, .port(port.id))))
    }

    // MARK: Session

    private mutating func answerHere(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        let caller = call.caller
        let settings = call.directory.media
        if caller.state == .established {
            // It was called first (click to call).
            takenHere(call, context, into: &effects)
            return
        }
        if call.offerMode == .calleeOffers {
            guard let body = caller.offer(call.codecs.offer, ptime: 20, settings: settings, random: &random) else {
                return
            }
            caller.state = .established
            call.awaitsAnswer = true
            effects.append(.session(.answer(caller.id, body: body)))
            return
        }
        guard let offer = caller.remote, let formats = answerFormats(of: call, to: offer),
            let body = caller.answer(formats, direction: .sendrecv, ptime: 20, settings: settings)
        else {
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        caller.state = .established
        effects.append(.session(.answer(caller.id, body: body)))
        takenHere(call, context, into: &effects)
    }

    /// The caller is connected to the application.
    private mutating func takenHere(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        stopRingBack(of: call, into: &effects)
        if let plan = assignment(of: call) { effects.append(.media(.apply([plan]))) }
        call.state = .active
        handoverEnded(call)
        if call.record.answeredAt == nil { call.record.answeredAt = context.now.wall }
        call.record.answeredBy = call.application?.name
        call.reportDeadline = context.now.instant + Self.firstFiguresAfter
        effects.append(.changed(call.id, .answered))
        tell(call, .answered, context, into: &effects)
    }

    /// The caller's ACK with the answer to an offer of ours.
    mutating func answerAcknowledged(
        _ call: Call, _ message: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        call.awaitsAnswer = false
        guard let answer = try? SDPReader.read(message.body), (try? call.caller.take(answer: answer)) != nil else {
            release(call, .protocolError, by: .system, context, into: &effects)
            return
        }
        if call.record.answeredAt == nil {
            takenHere(call, context, into: &effects)
        } else {
            replan(call, context, into: &effects)
        }
    }

    /// The caller's re-INVITE or UPDATE, which nobody but us has to agree to.
    mutating func reofferTakenHere(
        _ call: Call, _ request: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let caller = call.caller
        let settings = call.directory.media
        if request.body.isEmpty {
            let body = caller.reoffer(
                call.codecs.offer, direction: .sendrecv, ptime: 20, settings: settings, random: &random)
            call.awaitsAnswer = true
            effects.append(.session(.answerReoffer(caller.id, body: body)))
            return
        }
        guard var offer = try? caller.read(request.body) else {
            effects.append(.session(.rejectReoffer(caller.id, SessionRefusal(status: 488))))
            return
        }
        if let fax = offer.fax {
            faxOfferedHere(call, offer, fax, context, into: &effects)
            return
        }
        offer.formats = call.codecs.filtered(offer.formats)
        guard let formats = answerFormats(of: call, to: offer),
            (try? caller.prepareAnswer(to: offer, random: &random)) != nil
        else {
            effects.append(.session(.rejectReoffer(caller.id, SessionRefusal(status: 488))))
            return
        }
        caller.take(offer: offer)
        let body = caller.answer(formats, direction: .sendrecv, ptime: 20, settings: settings)
        effects.append(.session(.answerReoffer(caller.id, body: body)))
        replan(call, context, into: &effects)
    }

    func replan(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        if call.application == nil {
            if let plan = waitingAssignment(of: call) { effects.append(.media(.apply([plan]))) }
            return
        }
        if let plan = assignment(of: call) { effects.append(.media(.apply([plan]))) }
        let isHeld = call.caller.remote?.isHeld == true
        call.state = isHeld ? .held : .active
        call.probeDeadline = isHeld ? context.now.instant + Self.probeInterval : nil
        effects.append(.changed(call.id, .updated))
    }

    /// Asks a caller who holds us, and need not send anything, by an offer that changes nothing (RFC 3261 §14.1: no
    /// answer ends the dialog).
    mutating func probeCaller(_ call: Call, now: Instant, into effects: inout [CallEffect]) {
        call.probeDeadline = now + Self.probeInterval
        let caller = call.caller
        guard
            let body = caller.reoffer(
                caller.local.formats, direction: caller.local.direction, ptime: 20, settings: call.directory.media,
                random: &random)
        else { return }
        effects.append(.session(.reoffer(caller.id, body: body)))
    }

    /// The caller is still there.
    mutating func probeAnswered(
        _ call: Call, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if call.caller.local.fax != nil {
            faxAnsweredHere(call, response, context, into: &effects)
            return
        }
        guard let answer = try? call.caller.read(response.body), (try? call.caller.take(answer: answer)) != nil else {
            return call.caller.withdrawOffer()
        }
        replan(call, context, into: &effects)
    }

    /// The codecs of an answer that an application gives.
    private func answerFormats(of call: Call, to offer: MediaDescription) -> [MediaFormat]? {
        guard let formats = call.codecs.answer(to: offer.formats) else { return nil }
        guard call.application?.needsPlainSound == true else { return formats }
        let plain = formats.filter { $0.isNamed("PCMA") || $0.isNamed("PCMU") || !$0.carriesSound }
        return plain.contains(where: \.carriesSound) ? plain : formats
    }

    // MARK: Media

    /// What the worker does with the packets of a caller who is with an application.
    func assignment(of call: Call) -> MediaCommand.Assignment? {
        let caller = call.caller
        guard let port = caller.port else { return nil }
        let settings = call.directory.media
        var plan = caller.ownPlan(settings: settings)
        plan.reportsDigits = true
        switch call.applicationMedia {
        case .silent: break
        case .fax: return faxAssignment(port.id, plan, caller)
        case .echo:
            plan.sink = port.id
            plan.payloadTypes = PayloadTypeMap.mapping(
                from: caller.local.formats, to: caller.remote?.formats ?? [])
        case .room(let room, let hasCompany):
            plan.seat = RoomSeat(room: room)
            if !hasCompany { plan.music = holdMusic }
        }
        let isTwoWay = caller.remote?.effectiveDirection == .sendrecv
        if settings.silenceSecondsMax > 0, isTwoWay { plan.silenceLimit = .seconds(settings.silenceSecondsMax) }
        return MediaCommand.Assignment(port: port.id, plan: plan)
    }

    mutating func playbackEnded(
        _ id: PlaybackID, at target: PlaybackTarget, _ end: PlaybackEnd, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        if case .failed(let problem) = end { effects.append(.note(Note(.warning, "playback failed: \(problem)"))) }
        guard case .port(let port) = target, let (call, _) = leg(of: port), call.playback == id else { return }
        call.playback = nil
        tell(call, .playbackEnded(end), context, into: &effects)
        rearm(call)
    }
}

/// The digit of an INFO body as phones send it: `Signal=5` (application/dtmf-relay), or the bare digit
/// (application/dtmf). Nil when it is no digit.
func digit(ofInfo request: SIPMessage) -> Character? {
    let text = String(decoding: request.body.prefix(256), as: UTF8.self)
    let signal = text.split(whereSeparator: \.isNewline).compactMap { line -> Substring? in
        let pair = line.split(separator: "=", maxSplits: 1)
        return pair.count == 2 && pair[0].lowercased().hasPrefix("signal") ? pair[1] : nil
    }
    guard let first = (signal.first ?? text[...]).first(where: { $0 != " " }), "0123456789*#ABCD".contains(first) else {
        return nil
    }
    return first
}
