import MediaControl
package import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Taking a call that waits or rings elsewhere: by dialling its slot or `**` and the extension that it rings at, or by a
// command, which rings the taker's phone.
extension CallTable {
    /// The call that the dialled number takes over; nil when there is none, or the number means something else.
    func callToTake(_ destination: Destination, by taker: Extension, _ directory: Directory) -> Call? {
        switch destination {
        case .parkSlot(let slot): parked[slot].flatMap { calls[$0] }
        case .pickUp(let number): ringing { $0 == number }
        case .pickUpInGroup:
            ringing { number in
                number != taker.number
                    && directory.extensions[number].map { $0.pickupGroup == taker.pickupGroup } == true
            }
        default: nil
        }
    }

    /// The call that rings longest at one of these extensions.
    private func ringing(at isMeant: (String) -> Bool) -> Call? {
        calls.values.filter { call in
            call.callee == nil && call.state != .ended && call.clickToCallIsDone
                && call.forks.contains { $0.state != .ended && isMeant($0.number) }
        }.min { ($0.id.high, $0.id.low) < ($1.id.high, $1.id.low) }
    }

    /// An extension dialled itself into a call that waits or rings: its phone takes the callee's place.
    mutating func take(
        _ call: Call, _ legID: LegID, _ request: SIPMessage, on flow: Flow, taker: Extension, _ context: CallContext,
        into effects: inout [CallEffect]
    ) -> SetupResult {
        let leg = CallLeg(
            id: legID, role: .callee, number: taker.number, displayName: taker.displayName, flow: flow,
            sipCallID: request.text(.callID) ?? "", state: .calling, sessionID: random.next(),
            negotiator: negotiator(for: taker.number, call.directory))
        guard let offer = usableOffer(request, leg, call) else { return .refused(.unsupportedMedia) }
        leg.take(offer: offer)
        let isIPv6 = offer.remote?.address.isIPv6 ?? flow.local.address.isIPv6
        leg.port = leasePort(isIPv6: isIPv6, worker: call.caller.port?.id.worker, for: [leg], of: call)
        guard let bodies = answers(leg, offer, call) else {
            if let port = leg.port { returnUnused(port) }
            return .refused(leg.port == nil ? .congestion : .unsupportedMedia)
        }
        add(leg, to: call)
        leg.state = .established
        call.callee = leg
        call.ringDeadline = nil
        call.addStep("taken by \"\(taker.number)\"")
        forgetForks(of: call, into: &effects)
        let wasWaiting = call.caller.state == .established
        call.caller.state = .established
        effects.append(.media(.apply(assignments(call.caller, leg, call))))
        if let body = bodies.toCaller { effects.append(.session(.answer(call.caller.id, body: body))) }
        effects.append(.session(.answer(leg.id, body: bodies.toTaker)))
        answered(call, leg, context, into: &effects)
        if wasWaiting, call.caller.local.direction != .sendrecv { alignCaller(call, into: &effects) }
        rearm(call)
        return .begun(call.id)
    }

    private mutating func usableOffer(_ request: SIPMessage, _ leg: CallLeg, _ call: Call) -> MediaDescription? {
        guard !request.body.isEmpty, var offer = try? leg.read(request.body) else { return nil }
        offer.formats = call.codecs.filtered(offer.formats)
        guard offer.formats.contains(where: \.carriesSound),
            (try? leg.prepareAnswer(to: offer, random: &random)) != nil
        else { return nil }
        return offer
    }

    /// Our answer to the taker and, where the caller waits for one, to the caller; nil when they cannot be brought
    /// together.
    private func answers(
        _ leg: CallLeg, _ offer: MediaDescription, _ call: Call
    ) -> (toTaker: [UInt8], toCaller: [UInt8]?)? {
        let settings = call.directory.media
        let caller = call.caller
        guard leg.port != nil, let callerSide = caller.remote else { return nil }
        let isWaiting = caller.state == .established
        let known = isWaiting ? caller.agreed : callerSide.formats
        guard let formats = call.codecs.answer(to: offer.formats, accepted: known),
            let toTaker = leg.answer(formats, direction: .sendrecv, ptime: nil, settings: settings)
        else { return nil }
        if isWaiting { return (toTaker, nil) }
        if let told = call.earlyAnswer { return (toTaker, told) }
        guard let answer = call.codecs.answer(to: callerSide.formats, accepted: leg.agreed),
            let toCaller = caller.answer(answer, direction: .sendrecv, ptime: nil, settings: settings)
        else { return nil }
        return (toTaker, toCaller)
    }

    /// Rings the phones of an extension beside those that ring: whoever answers first has the call.
    /// - Parameter id: nil: the call that rings longest.
    package mutating func pickUp(
        _ id: CallID?, for number: String, _ context: CallContext, into effects: inout [CallEffect]
    ) throws(CallRefusal) -> CallID {
        guard let call = id.map({ calls[$0] }) ?? ringing(at: { _ in true }), call.state != .ended else {
            throw .noSuchCall
        }
        if let callee = call.callee { throw .alreadyTaken(by: callee.number) }
        guard call.application == nil, call.clickToCallIsDone, call.handover?.kind != .consulting else {
            throw .wrongState("does not ring")
        }
        let (targets, cause) = reachable([number], for: call, context)
        guard !targets.isEmpty else { throw .destination(number, cause) }
        guard !call.forks.contains(where: { $0.number == number && $0.state != .ended }) else {
            throw .wrongState("rings at \(number) already")
        }
        call.addStep("picked up for \"\(number)\"")
        if call.handover == nil || call.forks.contains(where: { $0.state != .ended }) {
            call.numbersRung.insert(number)
            // Whoever was asked last has time to answer, too.
            let ringSeconds = call.directory.extensions[number]?.ringSeconds ?? 30
            let due = context.now.instant + .seconds(ringSeconds)
            call.ringDeadline = max(call.ringDeadline ?? due, due)
            fork(call, to: targets, context, into: &effects)
        } else {
            ringForHandover(call, .extensionNumber(number), context, into: &effects)
        }
        rearm(call)
        return call.id
    }
}

extension Call {
    /// A call that a command placed rings its target only once its own phone was picked up.
    var clickToCallIsDone: Bool { !isPlaced || caller.state == .established }
}
