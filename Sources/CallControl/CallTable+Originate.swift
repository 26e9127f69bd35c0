import MediaControl
package import PBXBase
package import PBXModel
import Routing
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Click to call: the extension's own phone rings first, and calls the target once it is picked up (RFC 3725, with our
// own media port as the other end, so that the phone gets a complete offer at once).
extension CallTable {
    package enum OriginateResult: Sendable {
        case begun(CallID)
        case refused(ReleaseCause)
    }

    package mutating func originate(
        from number: String, to target: String, _ context: CallContext, into effects: inout [CallEffect]
    ) -> OriginateResult {
        let directory = context.directory
        guard let caller = directory.extensions[number] else { return .refused(.notFound) }
        let decision = DialPlan(directory: directory, settings: context.settings).decide(
            dialled: target, caller: number)
        // Nobody is to pick up a phone only to hear that.
        if case .release(let cause) = decision.destination { return .refused(cause) }
        let steps = ["placed by command for \"\(number)\""] + decision.steps.map(\.description)
        let placement = Placement(
            owner: caller, dialled: target, from: nil, steps: steps, worker: worker(for: decision.destination),
            formats: nil)
        return place(placement, context, into: &effects) { $0.clickToCall = decision.destination }
    }

    /// A call that begins at its end: whose phones are called first, and as what.
    struct Placement {
        /// The extension whose phones ring.
        var owner: Extension
        var dialled: String
        /// Who calls, if not the extension itself.
        var from: (number: String, name: String)?
        var steps: [String]
        var worker: UInt8?
        /// What the phones are offered; nil: every codec there is.
        var formats: [MediaFormat]?
    }

    /// Calls an extension's phones; `prepare` says what comes once one of them is picked up.
    mutating func place(
        _ placement: Placement, _ context: CallContext, into effects: inout [CallEffect], prepare: (Call) -> Void
    ) -> OriginateResult {
        let directory = context.directory
        guard !isDraining else { return .refused(.shutdown) }
        guard calls.count < directory.limits.callsMax, !isStoreOverloaded else { return .refused(.congestion) }
        let owner = placement.owner
        guard callCount(of: owner.number) < owner.callsMax else { return .refused(.busy) }
        let phones = context.contacts.bindings(of: owner.number).compactMap { binding in
            Flow(to: binding).map { (binding: binding, flow: $0) }
        }
        let legs = phones.map { phone in
            CallLeg(
                id: newLegID(), role: .caller, number: owner.number, displayName: owner.displayName, flow: phone.flow,
                sipCallID: newSIPCallID(), state: .calling, sessionID: random.next(),
                negotiator: negotiator(for: owner.number, directory))
        }
        guard let first = legs.first else { return .refused(.notRegistered) }
        let call = newCall(
            caller: first, direction: .internalCall, dialled: placement.dialled, steps: placement.steps, context)
        if let from = placement.from { (call.record.callerNumber, call.record.callerName) = from }
        prepare(call)
        for leg in legs.dropFirst() {
            call.callerForks.append(leg)
            add(leg, to: call)
        }
        effects.append(.record(.callOpened(call.record), closing: nil))
        effects.append(.changed(call.id, .created))

        leasePorts(for: legs, worker: placement.worker, of: call)
        call.ringDeadline = context.now.instant + .seconds(owner.ringSeconds)
        for (leg, phone) in zip(legs, phones) {
            guard let body = originatedOffer(placement.formats, to: leg, call) else {
                drop(leg, of: call)
                leg.state = .ended
                continue
            }
            let target = originatedInvite(phone.binding, leg, placement, call)
            effects.append(.session(.invite(leg.id, target, body: body)))
        }
        defer { rearm(call) }
        guard let ringing = legs.first(where: { $0.state != .ended }) else {
            release(call, .congestion, by: .system, context, into: &effects)
            return .refused(.congestion)
        }
        makeCaller(ringing, of: call)
        return .begun(call.id)
    }

    /// The worker that the parties of a call have to be on; nil: any.
    func worker(for destination: Destination) -> UInt8? {
        guard case .conference(let number) = destination else { return nil }
        return conferences[number]?.worker
    }

    private mutating func originatedOffer(_ formats: [MediaFormat]?, to leg: CallLeg, _ call: Call) -> [UInt8]? {
        leg.offer(formats ?? call.codecs.offer, ptime: 20, settings: call.directory.media, random: &random)
    }

    private func originatedInvite(
        _ binding: ContactBinding, _ leg: CallLeg, _ placement: Placement, _ call: Call
    ) -> SessionTarget {
        let directory = call.directory
        let target = call.record.calledNumber
        let name = directory.extensions[target]?.displayName ?? directory.ringGroups[target]?.displayName
        let from = placement.from ?? (target, name ?? "")
        return SessionTarget(
            requestURI: binding.contact, routes: pathRoutes(of: binding), flow: leg.flow,
            from: addressText(
                name: from.name.isEmpty ? nil : from.name, number: from.number, domain: directory.realm),
            to: addressText(name: nil, number: binding.number, domain: directory.realm), callID: leg.sipCallID)
    }

    /// From now on this phone stands for the caller, and the one that did is one of its others.
    private func makeCaller(_ leg: CallLeg, of call: Call) {
        guard leg !== call.caller else { return }
        call.callerForks.removeAll { $0 === leg }
        call.callerForks.append(call.caller)
        call.caller = leg
    }

    /// One of the caller's own phones did not take the call that a command placed; true while others of them ring.
    func callerForkFailed(_ call: Call, _ leg: CallLeg) -> Bool {
        guard let other = call.callerForks.first(where: { $0 !== leg && $0.state != .ended }) else {
            return leg !== call.caller && call.caller.state != .ended
        }
        if leg === call.caller { makeCaller(other, of: call) }
        return true
    }

    /// The extension's own phone was picked up: now its target rings.
    mutating func originatedPhoneAnswered(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard call.state != .ended, call.caller.state != .established, call.isPlaced
        else {
            end(leg, of: call, cause: .answeredElsewhere, into: &effects)
            return
        }
        makeCaller(leg, of: call)
        for fork in call.callerForks { end(fork, of: call, cause: .answeredElsewhere, into: &effects) }
        let spare = claimPort(of: leg, from: call.callerForks, call)
        if !spare.isEmpty { effects.append(.media(.release(spare))) }
        leg.state = .established
        guard let answer = try? SDPReader.read(response.body), (try? leg.take(answer: answer)) != nil else {
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        call.ringDeadline = nil
        call.record.sipCallID = leg.sipCallID
        effects.append(.changed(call.id, .updated))
        if let job = call.faxToSend {
            beginSending(job, call, context, into: &effects)
        } else if let supervision = call.supervision {
            beginSupervision(supervision, call, context, into: &effects)
        } else if let destination = call.clickToCall {
            ring(call, destination, context, into: &effects)
        }
    }

    /// The target of a click-to-call answered: both ends meet, and the first phone learns of the codec that was chosen.
    mutating func joinOriginated(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let answer = try? SDPReader.read(response.body), (try? leg.take(answer: answer)) != nil else {
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        let caller = call.caller
        effects.append(.media(.apply(assignments(caller, leg, call))))
        answered(call, leg, context, into: &effects)
        // A codec that both know costs a re-INVITE once, transcoding the whole call.
        let isSameChoice = leg.codec.map { caller.codec?.isCompatible(with: $0) ?? false } ?? true
        let isShared = leg.codec.map { codec in caller.agreed.contains { $0.isCompatible(with: codec) } } ?? false
        let isUnheard = caller.local.direction != .sendrecv
        if isUnheard || !isSameChoice && (isShared || caller.sending == nil || leg.sending == nil) {
            alignCaller(call, into: &effects)
        }
    }

    /// Tells the caller of the codecs that the callee chose.
    mutating func alignCaller(_ call: Call, into effects: inout [CallEffect]) {
        guard let callee = call.callee, call.state != .ended,
            let body = call.caller.reoffer(
                callee.agreed, direction: .sendrecv, ptime: 20, settings: call.directory.media, random: &random)
        else { return }
        call.isAligning = true
        effects.append(.session(.reoffer(call.caller.id, body: body)))
    }

    mutating func aligned(_ call: Call, _ response: SIPMessage, into effects: inout [CallEffect]) {
        call.isAligning = false
        guard let callee = call.callee, let answer = try? SDPReader.read(response.body),
            (try? call.caller.take(answer: answer)) != nil
        else { return }
        effects.append(.media(.apply(assignments(call.caller, callee, call))))
    }
}
