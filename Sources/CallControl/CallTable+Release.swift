import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import SIPUserAgent

// How calls and their legs end, and how the record is closed.
extension CallTable {
    mutating func callerCancelled(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        call.caller.state = .ended
        release(call, .cancelled, by: .caller, context, into: &effects)
    }

    /// A fork got a final refusal, or no response at all.
    mutating func calleeFailed(
        _ call: Call, _ leg: CallLeg, status: Int, _ cause: ReleaseCause, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        leg.state = .ended
        guard call.state != .ended else { return }
        drop(leg, of: call)
        if leg.role == .caller {
            if leg === call.caller || call.caller.state != .established, !callerForkFailed(call, leg) {
                release(call, cause, by: .caller, context, into: &effects)
            }
            return
        }
        // Another phone's early media, or its 180, may reach the caller now.
        if call.earlyMediaLeg == leg.id { call.earlyMediaLeg = nil }
        if cause == .unreachable || cause == .peerFailure || cause == .protocolError {
            let text = "phone \(leg.number) at \(leg.flow.remote) did not take the call: \(status)"
            effects.append(.note(Note(.info, text, call: call.id, source: leg.flow.remote)))
        }
        call.refusal = moreTelling(call.refusal, cause)
        // RFC 3261 §16.7 (5): a 6xx speaks for the user everywhere.
        let isGlobal = status >= 600
        let isLast = call.forks.allSatisfy { $0.state == .ended }
        if call.callee == nil, isGlobal || isLast {
            notTaken(call, isGlobal ? cause : call.refusal ?? cause, by: .callee, context, into: &effects)
        }
    }

    /// Of two refusals the one that tells the caller more about the person than about a device.
    private func moreTelling(_ first: ReleaseCause?, _ second: ReleaseCause) -> ReleaseCause {
        let order: [ReleaseCause] = [
            .declined, .busy, .noAnswer, .redirectRefused, .unsupportedMedia, .forbidden, .notFound,
        ]
        guard let first else { return second }
        let rank = { (cause: ReleaseCause) in order.firstIndex(of: cause) ?? order.count }
        return rank(second) < rank(first) ? second : first
    }

    /// An established leg ended from its own side.
    mutating func legEnded(
        _ call: Call, _ leg: CallLeg, _ end: SessionEnd, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        leg.state = .ended
        if call.state != .ended, call.consultation?.asker == leg.id, let parts = consultationParts(of: call) {
            askerLeft(call, parts, end, context, into: &effects)
            return
        }
        let side: CallRecord.EndedBy = leg === call.caller ? .caller : .callee
        guard call.state != .ended, leg === call.caller || leg === call.callee else {
            guard case .bye = end else { return }
            if call.state == .ended {
                call.legsToConfirm.append(leg.id)
            } else {
                // A phone that answered too late: there is no record of it to wait for.
                effects.append(.session(.confirmEnd(leg.id)))
            }
            return
        }
        switch end {
        case .bye:
            call.legsToConfirm.append(leg.id)
            // Click to call: the first phone is up, and gives up while the second rings.
            let cause: ReleaseCause = call.record.answeredAt == nil ? .cancelled : .normal
            release(call, cause, by: side, context, into: &effects)
        case .acknowledgementMissing:
            let text = "phone \(leg.number) never acknowledged the answer, call released"
            effects.append(.note(Note(.warning, text, call: call.id, source: leg.flow.remote)))
            release(call, .protocolError, by: .system, context, into: &effects)
        case .flowLost:
            release(call, .unreachable, by: .system, context, into: &effects)
        case .dialogLost(let status):
            let text = "phone \(leg.number) lost the call: \(status) to a re-INVITE"
            effects.append(.note(Note(.warning, text, call: call.id, source: leg.flow.remote)))
            release(call, .peerFailure, by: .system, context, into: &effects)
        }
    }

    /// Ends the call: every leg, its media, and then its record.
    mutating func release(
        _ call: Call, _ cause: ReleaseCause, by side: CallRecord.EndedBy, _ context: CallContext,
        into effects: inout [CallEffect]
    ) {
        guard call.state != .ended else { return }
        if call.consultation != nil { consultationEnds(of: call, context, into: &effects) }
        if !call.supervisors.isEmpty || call.supervision != nil {
            supervisionEnds(of: call, context, into: &effects)
        }
        call.state = .ended
        call.ringDeadline = nil
        call.endDeadline = nil
        call.reportDeadline = nil
        call.probeDeadline = nil
        call.record.endedAt = context.now.wall
        call.record.cause = cause
        call.record.endedBy = side
        endRecording(of: call, into: &effects)
        leaveConference(call, into: &effects)
        handoverEnded(call)
        for leg in call.liveLegs { end(leg, of: call, cause: cause, into: &effects) }

        var portIDs: Set<MediaPortID> = []
        for leg in call.legs {
            if let port = leg.port { portIDs.insert(port.id) }
        }
        if portIDs.isEmpty {
            closeRecord(call, context, into: &effects)
            return
        }
        call.portsToRelease = portIDs
        call.figuresDeadline = context.now.instant + Self.figuresWait
        effects.append(.media(.release(portIDs.sorted { $0.slot < $1.slot })))
    }

    mutating func portReleased(
        _ port: MediaPortID, _ statistics: MediaStatistics, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        ports.giveBack(port)
        guard let user = legOfPort.removeValue(forKey: port), let call = calls[user.call] else { return }
        for leg in [call.caller, call.callee].compactMap({ $0 }) where leg.port?.id == port {
            leg.statistics = statistics
        }
        guard call.portsToRelease.remove(port) != nil, call.portsToRelease.isEmpty else { return }
        closeRecord(call, context, into: &effects)
        rearm(call)
    }

    /// Writes the finished record; `recordCommitted` follows once it is safe.
    func closeRecord(_ call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        guard !call.isRecorded else { return }
        call.isRecorded = true
        call.figuresDeadline = nil
        if call.record.answeredAt != nil {
            for leg in [call.caller, call.callee].compactMap(\.self) {
                leg.judge(call, until: call.record.endedAt ?? context.now.wall)
            }
            call.record.callerMedia = call.caller.figures
            call.record.calleeMedia = call.callee?.figures
        }
        effects.append(.record(.callClosed(call.record), closing: call.id))
    }
}
