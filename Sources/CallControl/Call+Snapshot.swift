import MediaControl
import PBXBase
package import PBXModel
import SDPNegotiation
import SIPGrammar

extension Call {
    /// The call as the control protocol shows it.
    package var snapshot: CallSnapshot {
        let shown: CallSnapshot.State =
            switch state {
            case .new: .new
            case .ringing: .ringing
            case .active: .active
            case .held: .held
            case .ended: .ended
            }
        let legs = [caller] + (callee.map { [$0] } ?? forks.filter { $0.state != .ended })
        var snapshot = CallSnapshot(
            callId: id.description, direction: record.direction, state: shown, from: caller.number,
            fromName: caller.displayName, to: record.calledNumber, answeredBy: record.answeredBy,
            startedAt: record.startedAt.rfc3339, ringingAt: record.ringingAt?.rfc3339,
            answeredAt: record.answeredAt?.rfc3339, parkedAt: parkedSlot,
            parkedSince: parkedSlot.flatMap { _ in parkedSince?.rfc3339 },
            heldBy: heldBy.flatMap { leg($0)?.number }, handedOverBy: handover?.from,
            recording: recording?.path, consultation: consultationSnapshot, legs: legs.map(\.snapshot))
        snapshot.note = record.note
        return snapshot
    }

    private var consultationSnapshot: ConsultationSnapshot? {
        consultation.map { part in
            ConsultationSnapshot(
                callId: part.partner.description, by: part.askerNumber, isFirst: part.isFirst,
                isWaiting: leg(part.asker) == nil, isThreeWay: isThreeWay)
        }
    }
}

extension CallLeg {
    var snapshot: LegSnapshot {
        LegSnapshot(
            role: role == .caller ? .caller : .callee, number: number,
            peer: "\(flow.transport.uriName) \(flow.remote)", sipCallId: sipCallID, state: state.rawValue,
            codec: codecName, media: mediaSource?.description, encryption: encryption, figures: figures)
    }
}
