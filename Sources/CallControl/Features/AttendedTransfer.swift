import MediaControl
package import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPUserAgent

// Attended transfer: somebody has two calls, has spoken with both parties, and leaves; these two go on with each other.
// The second call's party moves into the first call, with its session and, where the media worker is the same, its port
// as they are: nobody has to agree to anything.
//
//    A ══ first ══ O          A ══ first ══ T
//                  O ══ second ══ T      (second ends)
extension CallTable {
    /// - Parameters:
    ///   - id: the first call; of a consultation, either of the two.
    ///   - secondID: the other call of who leaves; nil: its only other one.
    ///   - number: the extension that leaves; nil: the one that answered the first call.
    package mutating func completeTransfer(
        _ id: CallID, with secondID: CallID?, by number: String?, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        if try completeConsultation(id, context, into: &effects) { return }
        let (call, leaving) = try party(number, of: id)
        let second = if let secondID { secondID } else { try otherCall(of: leaving.number, than: id) }
        guard second != id else { throw .wrongState("is the same call") }
        let (other, leavingSecond) = try partyToLeave(leaving.number, of: second)
        try join(call, leaving, other, leavingSecond, context, into: &effects)
    }

    /// The transfer key of a phone with two calls (RFC 5589 §7): `Replaces` names the second.
    mutating func transferAttended(
        _ call: Call, leaving: CallLeg, replacing sipCallID: String, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        let found = calls.values.first { other in
            other !== call && other.legs.contains { $0.sipCallID == sipCallID && $0.number == leaving.number }
        }
        guard let second = found else { throw .noSuchCall }
        _ = try bridged(call.id)
        guard call.consultation == nil else { throw .isConsultation }
        let (other, leavingSecond) = try partyToLeave(leaving.number, of: second.id)
        try join(call, leaving, other, leavingSecond, context, into: &effects)
    }

    private func otherCall(of number: String, than id: CallID) throws(CallRefusal) -> CallID {
        let others = calls.values.filter { call in
            call.id != id && call.state != .ended && call.callee?.state == .established
                && (call.caller.number == number || call.callee?.number == number)
        }
        guard let only = others.first else { throw .wrongState("is the only one of \(number), there is none to join") }
        guard others.count == 1 else { throw .wrongState("is one of \(others.count + 1) of \(number), name the other") }
        return only.id
    }

    private mutating func join(
        _ call: Call, _ leaving: CallLeg, _ second: Call, _ leavingSecond: CallLeg, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        guard let staying = call.other(than: leaving), let target = second.other(than: leavingSecond),
            let port = staying.port, let targetPort = target.port
        else { throw .wrongState("has no audio") }
        guard staying.local.fax == nil, target.local.fax == nil else { throw .wrongState("is a fax") }
        var newPort: PortLease?
        if targetPort.id.worker != port.id.worker {
            newPort = ports.take(isIPv6: targetPort.rtp.address.isIPv6, worker: port.id.worker)
            guard newPort != nil else { throw .destination(target.number, .congestion) }
        }
        for call in [call, second] { endRecording(of: call, into: &effects) }
        detach(target, from: second, leaving: leavingSecond)
        call.addStep("joined with \"\(target.number)\" by \"\(leaving.number)\" (attended transfer)")
        call.caller = staying
        staying.role = .caller
        call.callee = target
        target.role = .callee
        call.heldBy = nil
        call.forgetNegotiation()
        call.lastTransfer = nil
        call.record.answeredBy = target.number
        forgetForks(of: call, into: &effects)
        end(leaving, of: call, cause: .normal, into: &effects)
        drop(leaving, of: call)
        callOfLeg[leaving.id] = nil
        add(target, to: call)
        if let newPort { target.port = newPort }
        if let port = target.port { legOfPort[port.id] = (call.id, [target.id]) }
        meet(call, staying, target, isMoved: newPort != nil, into: &effects)
        if newPort != nil, let port = leavingSecond.port {
            let plan = leavingSecond.ownPlan(settings: call.directory.media)
            effects.append(.media(.apply([.init(port: port.id, plan: plan)])))
        }
        // Nothing leads to these any more.
        let unused = [leaving.port, newPort == nil ? nil : targetPort].compactMap { $0?.id }
        leaving.port = nil
        for port in unused { effects.append(.media(.release([port]))) }
        rearm(call)
        // The ports of the second call go last: until now the target's led there.
        release(second, .normal, by: .system, context, into: &effects)
        rearm(second)
    }

    /// Takes a party out of a call, which is left with who leaves it.
    mutating func detach(_ target: CallLeg, from second: Call, leaving: CallLeg) {
        second.caller = leaving
        leaving.role = .caller
        second.callee = nil
        second.heldBy = nil
        drop(target, of: second)
        callOfLeg[target.id] = nil
        if let port = target.port { legOfPort[port.id] = nil }
    }

    /// Connects two parties that were connected to others. Who was told to be on hold, or has a new port, is asked
    /// anew; unlike codecs are a matter of the worker.
    mutating func meet(
        _ call: Call, _ staying: CallLeg, _ target: CallLeg, isMoved: Bool, into effects: inout [CallEffect]
    ) {
        if isMoved {
            // Its packets go to its old port until it has answered.
            if let plan = waitingAssignment(of: call) { effects.append(.media(.apply([plan]))) }
        } else {
            effects.append(.media(.apply(assignments(staying, target, call))))
        }
        if isMoved || target.local.direction != .sendrecv { restoreAudio(call, target, into: &effects) }
        if staying.local.direction != .sendrecv { alignCaller(call, into: &effects) }
        updateHold(call, into: &effects)
    }
}
