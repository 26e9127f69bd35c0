import MediaControl
package import PBXBase
package import PBXModel
import Routing
import SDPNegotiation
package import SIPGrammar
import SIPUserAgent

// From an INVITE to ringing phones.
extension CallTable {
    /// What became of a new INVITE.
    package enum SetupResult: Sendable {
        case begun(CallID)
        /// No call: the INVITE is to be refused with this.
        case refused(ReleaseCause)
    }

    /// An authenticated extension's INVITE, whose session is `leg`. Refusals are written to the call record too: a
    /// caller who asks why a number failed finds the attempt there.
    package mutating func incomingCall(
        _ legID: LegID, _ request: SIPMessage, on flow: Flow, caller: Extension, dialled: String,
        _ context: CallContext, into effects: inout [CallEffect]
    ) -> SetupResult {
        let directory = context.directory
        if isDraining { return .refused(.shutdown) }
        if calls.count >= directory.limits.callsMax || isStoreOverloaded { return .refused(.congestion) }
        if callCount(of: caller.number) >= caller.callsMax { return .refused(.forbidden) }

        let decision = DialPlan(directory: directory, settings: context.settings).decide(
            dialled: dialled, caller: caller.number)
        if let waiting = callToTake(decision.destination, by: caller, directory) {
            return take(waiting, legID, request, on: flow, taker: caller, context, into: &effects)
        }
        let leg = CallLeg(
            id: legID, role: .caller, number: caller.number, displayName: caller.displayName, flow: flow,
            sipCallID: request.text(.callID) ?? "", state: .calling, sessionID: random.next(),
            negotiator: negotiator(for: caller.number, directory))
        let call = newCall(
            caller: leg, direction: .internalCall, dialled: dialled, steps: decision.steps.map(\.description), context)
        call.hopsLeft = max(0, min(70, (try? request.maxForwards()) ?? 70) - 1)
        effects.append(.record(.callOpened(call.record), closing: nil))
        effects.append(.changed(call.id, .created))

        if request.body.isEmpty {
            call.offerMode = .calleeOffers
        } else if let problem = takeCallerOffer(request, call) {
            effects.append(.note(Note(.info, problem, call: call.id, source: flow.remote)))
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return .begun(call.id)
        }
        ring(call, decision.destination, context, into: &effects)
        rearm(call)
        return .begun(call.id)
    }

    /// A call with an opened record, in the table.
    mutating func newCall(
        caller: CallLeg, direction: CallRecord.Direction, dialled: String, steps: [String], _ context: CallContext
    ) -> Call {
        let id = CallID(at: context.now.wall, random: &random)
        let record = CallRecord(
            id: id, direction: direction, callerNumber: caller.number, callerName: caller.displayName,
            calledNumber: dialled, sipCallID: caller.sipCallID, startedAt: context.now.wall, routeSteps: steps)
        let call = Call(
            id: id, directory: context.directory, record: record, caller: caller, codecs: codecs(of: context.directory),
            room: newRoomID())
        call.endDeadline = context.now.instant + .seconds(context.directory.sip.callSecondsMax)
        add(call)
        return call
    }

    /// Reads the caller's offer; returns what is wrong with it, in words, when the call cannot go on.
    private mutating func takeCallerOffer(_ request: SIPMessage, _ call: Call) -> String? {
        do {
            var offer = try call.caller.read(request.body)
            offer.formats = call.codecs.filtered(offer.formats)
            guard offer.formats.contains(where: \.carriesSound) else {
                return "call from \(call.caller.number) offers no codec that media.codecs allows"
            }
            try call.caller.prepareAnswer(to: offer, random: &random)
            call.caller.take(offer: offer)
            return nil
        } catch {
            return "call from \(call.caller.number) refused, its SDP: \(error)"
        }
    }

    // MARK: Ringing

    /// Sends the call where routing decided: to phones, or back with a cause.
    mutating func ring(
        _ call: Call, _ destination: Destination, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let (numbers, ringSeconds) = phones(of: destination, call, context) else {
            if let cause = destination.releaseCause {
                notTaken(call, cause, by: .system, context, into: &effects)
            } else {
                _ = begin(destination, call, context, into: &effects)
            }
            return
        }
        if case .intercom = destination { call.isAskedToAnswer = true }
        call.numbersRung.formUnion(numbers)
        let (targets, cause) = reachable(numbers, for: call, context)
        guard !targets.isEmpty else {
            // Of a group without anybody left, all members do not want to be disturbed.
            notTaken(call, numbers.isEmpty ? .doNotDisturb : cause, by: .system, context, into: &effects)
            return
        }
        call.ringDeadline = context.now.instant + .seconds(ringSeconds)
        fork(call, to: targets, context, into: &effects)
        startRingBack(of: call, into: &effects)
    }

    /// The extensions that a destination rings, and for how long; nil when it is none of phones.
    func phones(
        of destination: Destination, _ call: Call, _ context: CallContext
    ) -> (numbers: [String], ringSeconds: Int)? {
        switch destination {
        case .release, .echoTest, .speakingClock, .conference, .faxBox, .changeSettings: nil
        case .park, .parkSlot, .pickUp, .pickUpInGroup: nil
        case .extensionNumber(let number), .intercom(let number):
            ([number], call.directory.extensions[number]?.ringSeconds ?? 30)
        case .ringGroup(let number):
            (
                (call.directory.ringGroups[number]?.members ?? []).filter { !context.settings[$0].doNotDisturb },
                call.directory.ringGroups[number]?.ringSeconds ?? 30
            )
        }
    }

    struct ForkTarget {
        var number: String
        var binding: ContactBinding
        var flow: Flow
        /// The phone is to answer by itself.
        var isAskedToAnswer = false
    }

    /// The phones to ring, and the cause that fits best when there are none.
    func reachable(
        _ numbers: [String], for call: Call, _ context: CallContext
    ) -> (targets: [ForkTarget], cause: ReleaseCause) {
        var targets: [ForkTarget] = []
        var cause = ReleaseCause.notRegistered
        for number in numbers {
            guard let target = call.directory.extensions[number] else { continue }
            let bindings = context.contacts.bindings(of: number)
            if !bindings.isEmpty, callCount(of: number) >= target.callsMax {
                cause = .busy
                continue
            }
            for binding in bindings {
                guard let flow = Flow(to: binding) else { continue }
                // A phone that calls its own extension must not ring itself.
                if number == call.caller.number, flow == call.caller.flow {
                    cause = .busy
                    continue
                }
                targets.append(ForkTarget(number: number, binding: binding, flow: flow))
            }
        }
        return (targets, cause)
    }

    mutating func fork(
        _ call: Call, to targets: [ForkTarget], _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard prepareCallerPort(call, worker: nil, context, into: &effects) else { return }
        let legs = targets.map { target in
            let name = call.directory.extensions[target.number]?.displayName ?? target.number
            return CallLeg(
                id: newLegID(), role: .callee, number: target.number, displayName: name, flow: target.flow,
                sipCallID: newSIPCallID(), state: .calling, sessionID: random.next(),
                negotiator: negotiator(for: target.number, call.directory))
        }
        leasePorts(for: legs, worker: call.caller.port?.id.worker, of: call)
        for (target, leg) in zip(targets, legs) {
            guard leg.localMedia(settings: call.directory.media) != nil else { continue }
            call.forks.append(leg)
            add(leg, to: call)
            let invite = inviteTarget(target, leg, call)
            // Each phone has a session of its own with us: its `o=` line, and the address that this phone can reach.
            let body = call.offerMode == .callerOffers ? offer(to: leg, call) : nil
            effects.append(.session(.invite(leg.id, invite, body: body)))
        }
        if call.forks.allSatisfy({ $0.state == .ended }) {
            effects.append(.note(Note(.error, "call refused: no media port free (widen media.ports)", call: call.id)))
            notTaken(call, .congestion, by: .system, context, into: &effects)
        }
    }

    /// Gives phones that ring together their media ports: one per address family serves them all until one answers. A
    /// leg that finds none stays without.
    mutating func leasePorts(for legs: [CallLeg], worker: UInt8?, of call: Call) {
        for isIPv6 in [false, true] {
            let family = legs.filter { $0.flow.local.address.isIPv6 == isIPv6 }
            guard let role = family.first?.role else { continue }
            // A phone that rings later, by redirection, joins those that do already.
            let shared = call.legs.first { $0.role == role && $0.port?.rtp.address.isIPv6 == isIPv6 }?.port
            if let shared, let user = legOfPort[shared.id] {
                legOfPort[shared.id] = (call.id, user.legs + family.map(\.id))
                for leg in family { leg.port = shared }
                continue
            }
            guard let port = leasePort(isIPv6: isIPv6, worker: worker, for: family, of: call) else { continue }
            for leg in family { leg.port = port }
            guard family.allSatisfy({ $0.localMedia(settings: call.directory.media) == nil }) else { continue }
            for leg in family { leg.port = nil }
            returnUnused(port)
        }
    }

    /// The caller's own port; false when the call was released for want of one.
    /// - Parameter worker: whom the port has to belong to; nil: anyone.
    mutating func prepareCallerPort(
        _ call: Call, worker: UInt8?, _ context: CallContext, into effects: inout [CallEffect]
    ) -> Bool {
        let leg = call.caller
        if let port = leg.port {
            if worker == nil || port.id.worker == worker { return true }
            // Called by a command before anybody was there (click to call), and now the others are elsewhere.
            effects.append(.note(Note(.error, "call released: its media port is on another worker", call: call.id)))
            release(call, .congestion, by: .system, context, into: &effects)
            return false
        }
        let isIPv6 = leg.remote?.remote?.address.isIPv6 ?? leg.flow.local.address.isIPv6
        leg.port = leasePort(isIPv6: isIPv6, worker: worker, for: [leg], of: call)
        if leg.port != nil, leg.localMedia(settings: call.directory.media) != nil { return true }
        effects.append(.note(Note(.error, "call refused: no media port free (widen media.ports)", call: call.id)))
        release(call, .congestion, by: .system, context, into: &effects)
        return false
    }

    /// The caller's offer as this phone sees it.
    private mutating func offer(to leg: CallLeg, _ call: Call) -> [UInt8]? {
        guard let offer = call.caller.remote else { return nil }
        return leg.offer(
            call.codecs.offer(passing: offer.formats),
            // Who is connected already is not what its last description said: it may have been on hold until now.
            direction: call.caller.state == .established ? .sendrecv : offer.directionPassedOn,
            ptime: offer.ptimeMilliseconds, settings: call.directory.media, random: &random)
    }

    private func inviteTarget(_ target: ForkTarget, _ leg: CallLeg, _ call: Call) -> SessionTarget {
        let domain = call.directory.realm
        return SessionTarget(
            requestURI: target.binding.contact, routes: pathRoutes(of: target.binding), flow: target.flow,
            from: addressText(name: call.caller.displayName, number: call.caller.number, domain: domain),
            to: addressText(name: nil, number: target.number, domain: domain), maxForwards: call.hopsLeft,
            headers: target.isAskedToAnswer || call.isAskedToAnswer ? answerRequest(domain: domain) : [],
            callID: leg.sipCallID)
    }
}

extension Flow {
    /// The way to a registered phone; nil over a transport that is unknown here.
    init?(to binding: ContactBinding) {
        guard let transport = SIPTransportKind(uriName: binding.transport) else { return nil }
        self.init(transport: transport, local: binding.local, remote: binding.source, connection: binding.connection)
    }
}

/// What makes a phone answer by itself: there is no standard, so this says it in the two ways that most makers
/// understand (RFC 5373 is implemented by hardly any).
func answerRequest(domain: String) -> [SessionRefusal.Header] {
    [
        .init(.callInfo, "<sip:\(domain)>;answer-after=0"),
        .init(.alertInfo, "<http://\(domain)>;info=alert-autoanswer;delay=0"),
    ]
}

/// The proxies that a call to this phone has to pass (RFC 3327 §5.3).
func pathRoutes(of binding: ContactBinding) -> [SIPNameAddress] {
    binding.path.isEmpty ? [] : (try? SIPNameAddress.list(ascii: Array(binding.path.utf8)[...])) ?? []
}

/// `"Name" <sip:number@domain>` with the name escaped (RFC 3261 §25.1, quoted-string).
func addressText(name: String?, number: String, domain: String) -> String {
    let uri = SIPURI(user: number, host: domain, port: nil, transport: nil)
    guard let name, !name.isEmpty else { return "<\(uri)>" }
    var quoted = "\""
    for scalar in name.unicodeScalars where scalar.value >= 32 && scalar.value != 127 {
        if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
        quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\" <\(uri)>"
}
