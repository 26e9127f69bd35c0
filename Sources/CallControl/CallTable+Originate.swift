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
        guard !isDraining else { return .refused(.shutdown) }
        guard calls.count < directory.limits.callsMax, !isStoreOverloaded else { return .refused(.congestion) }
        guard let caller = directory.extensions[number] else { return .refused(.notFound) }
        guard callCount(of: number) < caller.callsMax else { return .refused(.busy) }
        guard let binding = context.contacts.bindings(of: number).first,
            let transport = SIPTransportKind(uriName: binding.transport)
        else { return .refused(.notRegistered) }

        let flow = Flow(
            transport: transport, local: binding.local, remote: binding.source, connection: binding.connection)
        let leg = CallLeg(
            id: newLegID(), role: .caller, number: number, displayName: caller.displayName, flow: flow,
            state: .calling, sessionID: random.next())
        let decision = DialPlan(directory: directory).decide(dialled: target, caller: number)
        let steps = ["placed by command for \"\(number)\""] + decision.steps.map(\.description)
        let call = newCall(caller: leg, direction: .internalCall, dialled: target, steps: steps, context)
        call.clickToCall = decision.destination
        effects.append(.record(.callOpened(call.record), closing: nil))
        effects.append(.changed(call.id, .created))

        leg.port = leasePort(isIPv6: flow.local.address.isIPv6, worker: nil, for: [leg], of: call)
        guard let address = leg.localMedia(settings: directory.media) else {
            release(call, .congestion, by: .system, context, into: &effects)
            rearm(call)
            return .refused(.congestion)
        }
        let formats = CodecPolicy(names: directory.media.codecs).filtered(originatedFormats)
        let body = leg.local.offer(
            formats: formats, address: address.rtp, rtcp: address.rtcp, direction: .sendrecv, ptime: 20)
        let targetName = directory.extensions[target]?.displayName ?? directory.ringGroups[target]?.displayName
        let invite = SessionTarget(
            requestURI: binding.contact, routes: pathRoutes(of: binding), flow: flow,
            from: addressText(name: targetName, number: target, domain: directory.realm),
            to: addressText(name: nil, number: number, domain: directory.realm))
        call.ringDeadline = context.now.instant + .seconds(caller.ringSeconds)
        effects.append(.session(.invite(leg.id, invite, body: body)))
        rearm(call)
        return .begun(call.id)
    }

    /// The extension's own phone was picked up: now its target rings.
    mutating func originatedPhoneAnswered(
        _ call: Call, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let leg = call.caller
        guard call.state != .ended, let destination = call.clickToCall else {
            end(leg, of: call, cause: .normal, into: &effects)
            return
        }
        guard let answer = try? SDPReader.read(response.body), (try? leg.local.formats(acceptedBy: answer)) != nil
        else {
            leg.state = .established
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        leg.state = .established
        leg.remoteChanged(to: answer)
        call.ringDeadline = nil
        call.record.sipCallID = leg.sipCallID
        effects.append(.changed(call.id, .updated))
        ring(call, destination, context, into: &effects)
    }

    /// The target of a click-to-call answered: both ends meet, and the first phone learns of the codec that was chosen.
    mutating func joinOriginated(
        _ call: Call, _ leg: CallLeg, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let caller = call.caller
        guard let answer = try? SDPReader.read(response.body),
            let chosen = try? leg.local.formats(acceptedBy: answer)
        else {
            release(call, .unsupportedMedia, by: .system, context, into: &effects)
            return
        }
        leg.remoteChanged(to: answer)
        effects.append(.media(.apply(assignments(caller, leg, call))))
        answered(call, leg, context, into: &effects)

        let current = caller.remote?.formats.first(where: \.carriesSound)
        let isSameChoice = chosen.first(where: \.carriesSound).map { current?.isCompatible(with: $0) ?? false } ?? true
        guard !isSameChoice, let address = caller.localMedia(settings: call.directory.media) else { return }
        call.isAligning = true
        caller.beginOffer()
        let body = caller.local.offer(
            formats: chosen, address: address.rtp, rtcp: address.rtcp, direction: .sendrecv, ptime: 20)
        effects.append(.session(.reoffer(caller.id, body: body)))
    }

    mutating func aligned(_ call: Call, _ response: SIPMessage, into effects: inout [CallEffect]) {
        call.isAligning = false
        guard let callee = call.callee, let answer = try? SDPReader.read(response.body) else { return }
        call.caller.offerAccepted()
        call.caller.remoteChanged(to: answer)
        effects.append(.media(.apply(assignments(call.caller, callee, call))))
    }
}
