import MediaControl
package import PBXBase
package import PBXModel
import SDPNegotiation

// A supervisor's phone beside a call: it listens, speaks to one party only, or joins in. The parties of a supervised
// call meet in a room, in which the supervisor has a seat; when nobody is beside it any more, packets are passed on
// again.

/// What a call of a supervisor's phone is for.
struct Supervision {
    let call: CallID
    var mode: SupervisionMode
    /// The extension that a whisper is meant for; nil: the one that answered.
    var beside: String?
}

extension CallTable {
    /// Supervisors beside one call.
    package static let supervisorsMax = 4

    /// Calls a supervisor's phone and seats it beside a call.
    /// - Parameters:
    ///   - number: the supervisor's extension.
    ///   - beside: the party that a whisper is meant for; nil: the one that answered.
    /// - Returns: the supervisor's call.
    package mutating func supervise(
        _ id: CallID, from number: String, _ mode: SupervisionMode, beside: String?, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) -> CallID {
        let (call, callee) = try bridged(id)
        if let beside { _ = try party(beside, of: id) }
        guard call.supervisors.count < Self.supervisorsMax else {
            throw .wrongState("has \(Self.supervisorsMax) supervisors, which is the limit")
        }
        guard call.caller.number != number, callee.number != number else {
            throw .wrongState("is your own")
        }
        guard call.canBeMixed else { throw .wrongState("has a codec that cannot be mixed") }
        guard let owner = context.directory.extensions[number], let worker = call.caller.port?.id.worker else {
            throw .destination(number, .notFound)
        }
        let placement = Placement(
            owner: owner, dialled: call.record.calledNumber, from: nil,
            steps: ["\(mode.rawValue) at call \(id), by command for \"\(number)\""], worker: worker, formats: nil)
        let supervision = Supervision(call: id, mode: mode, beside: beside)
        switch place(placement, context, into: &effects, prepare: { $0.supervision = supervision }) {
        case .begun(let own): return own
        case .refused(let cause): throw .destination(number, cause)
        }
    }

    /// From now on the supervisor only listens, whispers or joins in.
    package mutating func changeSupervision(
        _ id: CallID, to mode: SupervisionMode, beside: String?, _ context: CallContext,
        into effects: inout [CallEffect]
    ) throws(CallRefusal) {
        guard let call = calls[id], call.state != .ended else { throw .noSuchCall }
        guard let supervision = call.supervision else { throw .wrongState("is not one of a supervisor") }
        if let beside { _ = try party(beside, of: supervision.call) }
        call.supervision?.mode = mode
        call.supervision?.beside = beside ?? supervision.beside
        call.addStep("changed to \(mode.rawValue)")
        if let supervised = calls[supervision.call] { replanAll(supervised, into: &effects) }
        effects.append(.changed(id, .updated))
    }

    /// The supervisor's phone was picked up.
    mutating func beginSupervision(
        _ supervision: Supervision, _ call: Call, _ context: CallContext, into effects: inout [CallEffect]
    ) {
        guard let supervised = calls[supervision.call], supervised.state != .ended, supervised.canBeMixed,
            supervised.caller.port?.id.worker == call.caller.port?.id.worker, call.caller.sending != nil
        else {
            release(call, .notFound, by: .system, context, into: &effects)
            return
        }
        call.application = SupervisorSeat()
        supervised.supervisors.append(call.id)
        if supervised.sharedRoom == nil { supervised.sharedRoom = supervised.room }
        tell(call, .began, context, into: &effects)
        replanAll(supervised, into: &effects)
        effects.append(.changed(supervised.id, .updated))
    }

    /// A supervised call ends, or a supervisor leaves.
    mutating func supervisionEnds(of call: Call, _ context: CallContext, into effects: inout [CallEffect]) {
        for id in call.supervisors {
            guard let supervisor = calls[id] else { continue }
            supervisor.supervision = nil
            release(supervisor, .normal, by: .system, context, into: &effects)
            rearm(supervisor)
        }
        call.supervisors = []
        guard let supervision = call.supervision, let supervised = calls[supervision.call] else { return }
        call.supervision = nil
        guard supervised.supervisors.contains(call.id) else { return }
        supervised.supervisors.removeAll { $0 == call.id }
        guard supervised.state != .ended else { return }
        if supervised.supervisors.isEmpty, !supervised.isThreeWay { supervised.sharedRoom = nil }
        replanAll(supervised, into: &effects)
        effects.append(.changed(supervised.id, .updated))
    }

    /// The seats of those who are beside a call.
    func supervisorAssignments(of call: Call) -> [MediaCommand.Assignment] {
        guard let room = call.sharedRoom else { return [] }
        return call.supervisors.compactMap { id in
            guard let own = calls[id], let supervision = own.supervision, let port = own.caller.port,
                own.caller.state == .established, own.caller.canBeMixed
            else { return nil }
            var plan = own.caller.ownPlan(settings: own.directory.media)
            plan.seat = RoomSeat(room: room)
            switch supervision.mode {
            case .barge: break
            case .listen: plan.seat?.speaks = false
            case .whisper:
                let beside = supervision.beside == call.caller.number ? call.caller : call.callee
                if let audience = beside?.port {
                    plan.seat?.audience = .only(audience.id)
                } else {
                    plan.seat?.speaks = false
                }
            }
            return MediaCommand.Assignment(port: port.id, plan: plan)
        }
    }
}

/// A supervisor's place beside a call: call control plans its sound with that of the call.
struct SupervisorSeat: CallApplication {
    let name = "supervision"

    mutating func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction]) {
        if case .began = input { actions.append(.answer) }
    }
}

extension CallLeg {
    /// Its sound can be decoded, and others' encoded for it.
    var canBeMixed: Bool { sending != nil && local.fax == nil }
}

extension Call {
    /// Its parties can be heard elsewhere than at each other's phone.
    var canBeMixed: Bool {
        [caller, callee].compactMap(\.self).allSatisfy(\.canBeMixed)
    }

    /// All three of its consultation hear each other.
    var isThreeWay: Bool { consultation != nil && isConsultationShared }
}
