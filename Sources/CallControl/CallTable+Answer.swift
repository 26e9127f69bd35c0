import MediaControl
import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// From ringing phones to a bridge.
extension CallTable {
    // MARK: Provisional

    mutating func calleeProgressed(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if call.faxToSend != nil { faxMachineRings(call, context, into: &effects) }
        guard call.callee == nil, call.state != .ended, leg.state != .ended else { return }
        leg.state = .ringing
        guard leg.role == .callee else { return }
        let isFirst = call.record.ringingAt == nil
        if isFirst {
            call.record.ringingAt = context.now.wall
            call.state = .ringing
            effects.append(.changed(call.id, .ringing))
        }
        guard call.caller.state != .established else { return }
        // Early media of the first phone that sends some goes to the caller; 181 and 182 are only news.
        if !response.body.isEmpty, call.offerMode == .callerOffers,
            call.earlyMediaLeg == nil || call.earlyMediaLeg == leg.id,
            let answer = answerToCaller(call, from: leg, response.body)
        {
            call.earlyMediaLeg = leg.id
            call.earlyAnswer = answer
            effects.append(.media(.apply(assignments(call.caller, leg, call))))
            effects.append(.session(.ring(call.caller.id, status: response.status == 180 ? 180 : 183, body: answer)))
            return
        }
        if isFirst || response.status != 180, call.earlyMediaLeg == nil {
            let status = (180...183).contains(response.status) ? response.status : 180
            effects.append(.session(.ring(call.caller.id, status: status == 183 ? 180 : status, body: nil)))
        }
    }

    /// Takes a callee's SDP answer and makes the caller's from it; nil when they cannot be brought together.
    private func answerToCaller(_ call: Call, from leg: CallLeg, _ body: ArraySlice<UInt8>) -> [UInt8]? {
        guard let answer = try? SDPReader.read(body), (try? leg.take(answer: answer)) != nil else { return nil }
        let caller = call.caller
        let settings = call.directory.media
        if let told = call.earlyAnswer {
            // RFC 3261 §13.2.1: the first description is the answer, and the 2xx repeats it. Where another phone than
            // that of the early media cannot be met with these codecs, the caller is told once it has acknowledged.
            call.mustAlign = !caller.canForward(to: leg) && (caller.sending == nil || leg.sending == nil)
            return told
        }
        guard let offer = caller.remote, let formats = call.codecs.answer(to: offer.formats, accepted: leg.agreed)
        else { return nil }
        return caller.answer(
            formats, direction: answer.effectiveDirection, ptime: answer.ptimeMilliseconds, settings: settings)
    }

    // MARK: 2xx

    mutating func calleeAnswered(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard leg.state != .ended else { return }
        if leg.role == .caller {
            originatedPhoneAnswered(call, leg, response, context, into: &effects)
            return
        }
        guard call.callee == nil, call.state != .ended else {
            end(leg, of: call, cause: .answeredElsewhere, into: &effects)
            return
        }
        leg.state = .established
        call.callee = leg
        call.forks.removeAll { $0 === leg }
        call.ringDeadline = nil
        cancelForks(call, cause: .answeredElsewhere, into: &effects)
        let spare = claimPort(of: leg, from: call.forks, call)

        switch call.offerMode {
        case .callerOffers: bridgeAnswered(call, leg, response, context, into: &effects)
        case .calleeOffers: passOfferToCaller(call, leg, response, context, into: &effects)
        }
        // Only now: until its new plan, the caller's port may still send early media to one of them.
        if !spare.isEmpty { effects.append(.media(.release(spare))) }
    }

    private mutating func bridgeAnswered(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if call.caller.state == .established {
            joinOriginated(call, leg, response, context, into: &effects)
            return
        }
        guard let answer = answerToCaller(call, from: leg, response.body) else {
            let text = "phone \(leg.number) answered with no codec that was offered, call released"
            effects.append(.note(Note(.warning, text, call: call.id, source: leg.flow.remote)))
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        call.caller.state = .established
        effects.append(.media(.apply(assignments(call.caller, leg, call))))
        effects.append(.session(.answer(call.caller.id, body: answer)))
        answered(call, leg, context, into: &effects)
    }

    /// The caller sent no offer: the callee's goes to it, and its ACK brings the answer.
    private mutating func passOfferToCaller(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let offer = (try? leg.read(response.body)).map { read in
            var offer = read
            offer.formats = call.codecs.filtered(read.formats)
            return offer
        }
        guard let offer, offer.formats.contains(where: \.carriesSound),
            let body = call.caller.offer(
                call.codecs.offer(passing: offer.formats), direction: offer.directionPassedOn,
                ptime: offer.ptimeMilliseconds, settings: call.directory.media, random: &random),
            (try? leg.prepareAnswer(to: offer, random: &random)) != nil
        else {
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        leg.take(offer: offer)
        call.caller.state = .established
        effects.append(.session(.answer(call.caller.id, body: body)))
        answered(call, leg, context, into: &effects)
    }

    /// The caller's ACK: only one that carries the answer to a delayed offer concerns us.
    mutating func callerAcknowledged(
        _ call: Call, _ leg: CallLeg, _ message: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        if call.awaitsAnswer, leg === call.caller {
            answerAcknowledged(call, message, context, into: &effects)
            return
        }
        if call.reofferFrom == leg.id {
            reofferAcknowledged(call, leg, message, context, into: &effects)
            return
        }
        if call.mustAlign, leg === call.caller {
            call.mustAlign = false
            alignCaller(call, into: &effects)
            return
        }
        guard call.offerMode == .calleeOffers, leg === call.caller, leg.remote == nil, let callee = call.callee,
            let offer = callee.remote
        else { return }
        guard let answer = try? SDPReader.read(message.body), (try? leg.take(answer: answer)) != nil,
            let formats = call.codecs.answer(to: offer.formats, accepted: leg.agreed),
            let body = callee.answer(
                formats, direction: answer.effectiveDirection, ptime: nil, settings: call.directory.media)
        else {
            effects.append(
                .note(
                    Note(
                        .warning, "caller \(leg.number) sent no usable answer in its ACK, call released", call: call.id)
                ))
            release(call, .protocolError, by: .system, context, into: &effects)
            return
        }
        effects.append(.session(.acknowledge(callee.id, body: body)))
        effects.append(.media(.apply(assignments(leg, callee, call))))
    }

    // MARK: Shared

    mutating func answered(_ call: Call, _ leg: CallLeg, _ context: CallContext, into effects: inout [CallEffect]) {
        call.state = .active
        stopRingBack(of: call, into: &effects)
        handoverEnded(call)
        if call.record.answeredAt == nil { call.record.answeredAt = context.now.wall }
        call.record.answeredBy = leg.number
        call.reportDeadline = context.now.instant + Self.firstFiguresAfter
        effects.append(.changed(call.id, .answered))
    }

    /// The plans of both ports of a bridge.
    func assignments(_ first: CallLeg, _ second: CallLeg, _ call: Call) -> [MediaCommand.Assignment] {
        var settings = call.directory.media
        // A phone that only listens to early media need not send anything yet.
        if call.callee == nil { settings.silenceSecondsMax = 0 }
        var list: [MediaCommand.Assignment] = []
        if let port = first.port {
            list.append(.init(port: port.id, plan: first.plan(toward: second, room: call.room, settings: settings)))
        }
        if let port = second.port {
            list.append(.init(port: port.id, plan: second.plan(toward: first, room: call.room, settings: settings)))
        }
        // A codec that cannot be mixed may have come with another party: the two hear each other all the same.
        if let room = call.sharedRoom, [first, second].allSatisfy(\.canBeMixed) {
            for index in list.indices {
                list[index].plan.sink = nil
                list[index].plan.payloadTypes = []
                list[index].plan.seat = RoomSeat(room: room)
                list[index].plan.music = nil
            }
        }
        list += supervisorAssignments(of: call)
        if let holder = call.heldBy {
            for index in list.indices {
                let isHolder = list[index].port == call.leg(holder)?.port?.id
                list[index].plan.sink = nil
                list[index].plan.seat = nil
                list[index].plan.music = isHolder || list[index].plan.sending == nil ? nil : holdMusic
            }
        }
        return list
    }

    /// Ends the phones that still ring.
    mutating func cancelForks(_ call: Call, cause: ReleaseCause, into effects: inout [CallEffect]) {
        for fork in call.forks { end(fork, of: call, cause: cause, into: &effects) }
    }

    /// The port that forks shared belongs to the one that answered; returns ports of other families, to be released.
    mutating func claimPort(of leg: CallLeg, from forks: [CallLeg], _ call: Call) -> [MediaPortID] {
        var spare: Set<MediaPortID> = []
        for fork in forks {
            if let port = fork.port, port.id != leg.port?.id { spare.insert(port.id) }
            fork.port = nil
        }
        if let port = leg.port { legOfPort[port.id] = (call.id, [leg.id]) }
        return spare.sorted { $0.slot < $1.slot }
    }

    /// Ends one leg's session and lets its number go.
    mutating func end(_ leg: CallLeg, of call: Call, cause: ReleaseCause, into effects: inout [CallEffect]) {
        guard leg.state != .ended else { return }
        leg.state = .ended
        effects.append(.session(.end(leg.id, refusal(for: cause))))
        drop(leg, of: call)
    }

    /// A cause as it goes on the wire.
    func refusal(for cause: ReleaseCause) -> SessionRefusal {
        let row = cause.row
        return SessionRefusal(
            status: row.sipStatus, phrase: row.sipPhrase, q850: row.q850,
            retryAfterSeconds: row.sipStatus == 503 ? 5 : nil)
    }
}
