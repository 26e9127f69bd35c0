import MediaControl
import PBXBase
package import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Calls with a fax machine of ours: a fax box that answers, or one in whose name a fax is sent. The application is
// `FaxMachine`; here is what its wishes mean for session and media.
extension CallTable {
    /// Calls an extension's phones, one of which is a fax machine, and sends it the pages of a file.
    package mutating func sendFax(
        _ path: String, from box: FaxBox, to number: String, _ context: CallContext, into effects: inout [CallEffect]
    ) -> OriginateResult {
        guard let callee = context.directory.extensions[number] else { return .refused(.notFound) }
        let formats = context.directory.plainSound
        // Neither PCMA nor PCMU is allowed.
        guard !formats.isEmpty else { return .refused(.unsupportedMedia) }
        let text = "fax of box \"\(box.number)\" placed by command for \"\(number)\": \(path)"
        let plan = Placement(
            owner: callee, dialled: number, from: (box.number, box.displayName), steps: [text], worker: nil,
            formats: formats)
        return place(plan, context, into: &effects) { $0.faxToSend = FaxJob(sending: path, from: box) }
    }

    /// The machine that we call for a fax rings, which stands in the record like any called phone's ringing.
    func faxMachineRings(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        guard call.record.ringingAt == nil, call.record.answeredAt == nil, call.state == .new else { return }
        call.record.ringingAt = context.now.wall
        call.state = .ringing
        effects.append(.changed(call.id, .ringing))
    }

    /// The machine that we called for a fax has answered.
    mutating func beginSending(
        _ job: FaxJob, _ call: Call, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        call.application = FaxMachine(job: job)
        tell(call, .began, context, into: &effects)
    }

    mutating func begin(_ job: FaxJob, _ call: Call, into effects: inout [CallEffect]) {
        guard let port = call.caller.port, call.fax == nil else { return }
        call.applicationMedia = .fax
        if let plan = assignment(of: call) { effects.append(.media(.apply([plan]))) }
        let id = newFaxID()
        call.fax = id
        callOfFax[id] = call.id
        let transmission = FaxTransmission(
            id: id, port: port.id, document: job.document, isCalling: job.isCalling,
            stationIdentity: job.stationIdentity, pageHeader: job.pageHeader)
        effects.append(.media(.fax(transmission)))
    }

    // MARK: Fax packets

    func askForFaxPackets(_ call: Call, into effects: inout [CallEffect]) {
        let caller = call.caller
        guard call.directory.media.fax != .off, caller.mayTakeFax, caller.local.fax == nil,
            caller.localBeforeOffer == nil,
            let body = caller.reofferFax(FaxParameters().forGateway, settings: call.directory.media)
        else { return }
        effects.append(.session(.reoffer(caller.id, body: body)))
    }

    /// The caller's answer to that.
    mutating func faxAnsweredHere(
        _ call: Call, _ response: SIPMessage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        let caller = call.caller
        let answer = try? SDPReader.read(response.body)
        if let answer, (try? caller.take(faxAnswer: answer)) != nil {
            replan(call, context, into: &effects)
            return
        }
        caller.withdrawOffer()
        // It has taken its audio down without taking fax packets for it.
        guard
            let body = caller.reoffer(
                caller.agreed, direction: .sendrecv, ptime: 20, settings: call.directory.media, random: &random)
        else { return }
        effects.append(.session(.reoffer(caller.id, body: body)))
    }

    /// The caller asks for fax packets: a fax machine takes them, nobody else here does.
    func faxOfferedHere(
        _ call: Call, _ offer: MediaDescription, _ parameters: FaxParameters, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        let caller = call.caller
        guard call.applicationMedia == .fax, call.directory.media.fax != .off, caller.mayTakeFax, !offer.isRejected
        else {
            effects.append(.session(.rejectReoffer(caller.id, SessionRefusal(status: 488))))
            return
        }
        caller.take(offer: offer)
        let body = caller.answerFax(parameters.forGateway, settings: call.directory.media)
        effects.append(.session(.answerReoffer(caller.id, body: body)))
        replan(call, context, into: &effects)
    }

    /// What the worker does at the port of a caller who is with a fax machine.
    func faxAssignment(_ port: MediaPortID, _ plan: MediaPlan, _ caller: CallLeg) -> MediaCommand.Assignment {
        var plan = plan
        // Modems have pauses, and tones that are no keys.
        plan.reportsDigits = false
        plan.silenceLimit = nil
        if caller.local.fax != nil {
            plan.sending = nil
            plan.fax = .machine(caller.remote?.fax ?? FaxParameters())
        } else {
            plan.fax = .machine(nil)
        }
        return MediaCommand.Assignment(port: port, plan: plan)
    }

    // MARK: What becomes of it

    mutating func faxProgressed(
        _ id: FaxID, _ stage: FaxStage, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let call = callOfFax[id].flatMap({ calls[$0] }) else { return }
        tell(call, .faxProgressed(stage), context, into: &effects)
        rearm(call)
    }

    mutating func faxEnded(_ id: FaxID, _ end: FaxEnd, _ context: CallContext, into effects: inout [CallEffect]) {
        guard let callID = callOfFax.removeValue(forKey: id) else { return }
        let text = "fax \(end)"
        effects.append(.note(Note(end.failure == nil ? .info : .warning, text, call: callID)))
        guard let call = calls[callID] else { return }
        call.addStep(text)
        tell(call, .faxEnded(end), context, into: &effects)
        rearm(call)
    }
}

extension Directory {
    /// What we offer to a fax machine.
    fileprivate var plainSound: [MediaFormat] {
        let known = [
            MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000),
            MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000),
        ]
        let names = media.codecs.map { $0.uppercased() }
        let allowed = known.filter { names.contains($0.name) || names.contains("*") }
        return allowed.sorted { (names.firstIndex(of: $0.name) ?? .max) < (names.firstIndex(of: $1.name) ?? .max) }
    }
}
