import PBXModel
import TerminalUI

// What the keys of the switchboard mean at this moment: it depends on what rings, and on the chosen call.
extension Console {
    /// Chooses a loop; a call that rings for us is answered by that, and one that waits is swapped to.
    static func pick(_ loop: Int, _ state: inout ConsoleState) -> [ConsoleEffect] {
        guard let id = state.loops.places[loop], let call = state.exchange.calls[id] else {
            state.say(state.texts(.unknownLoop, "\(loop + 1)"), isError: true)
            return []
        }
        state.switchboard.loop = loop
        guard let own = state.ownNumber else { return [] }
        if call.rings(at: own) { return perform(.answer, nil, &state) }
        if let part = call.consultation, part.by == own {
            return part.isWaiting && !part.isThreeWay ? perform(.swap, nil, &state) : []
        }
        return call.state == .held && call.handedOverBy == nil ? perform(.resume, nil, &state) : []
    }

    /// Enter: answers what rings, calls the chosen person, or asks them about the chosen call; again: connects the two.
    static func dial(_ state: inout ConsoleState) -> [ConsoleEffect] {
        let operation = enter(state)
        guard operation == .answer else { return perform(operation, nil, &state) }
        let subject = ringingSubject(state)
        // What was answered is what the next key is about.
        if let place = subject.callID.flatMap({ state.loops.place(of: $0) }) { state.switchboard.loop = place }
        return perform(.answer, subject, &state)
    }

    /// What Enter does at this moment.
    static func enter(_ state: ConsoleState) -> CallOperation {
        let chosen = state.ownNumber == nil ? nil : state.chosenCall
        if chosen?.consultation != nil { return .complete }
        let isUp = chosen?.state == .active || chosen?.state == .held
        // Whoever is looked up while it rings is not called instead.
        if state.ringingForUs != nil, !isUp || !state.switchboard.isChoosing { return .answer }
        return isUp ? .consult : .call
    }

    static func hold(_ state: ConsoleState) -> CallOperation {
        state.chosenCall?.state == .held && state.chosenCall?.consultation == nil ? .resume : .hold
    }

    /// What the hang-up key does: what rings is refused for our phone only, and of a consultation the asking ends, so
    /// that nobody who waits is hung up on.
    static func ending(_ state: ConsoleState) -> CallOperation {
        guard let own = state.ownNumber else { return .hangUp }
        guard let call = state.chosenCall else { return state.ringingForUs == nil ? .hangUp : .decline }
        if call.consultation?.by == own { return .cancelTransfer }
        return call.from != own && call.rings(at: own) ? .decline : .hangUp
    }

    /// One key for a call of ours; somebody else's is asked about.
    static func hangUp(_ state: inout ConsoleState) -> [ConsoleEffect] {
        if state.screen == .switchboard, state.ownNumber != nil {
            let operation = ending(state)
            return perform(operation, operation == .decline ? ringingSubject(state) : nil, &state)
        }
        guard let call = state.screen == .calls ? selectedCall(state) : state.chosenCall else {
            return perform(.hangUp, OperationSubject(), &state)
        }
        state.overlay = .confirmation(
            question: state.texts(.reallyHangUp, call.from, call.answeredBy ?? call.to), operation: .hangUp,
            callID: call.callId)
        return []
    }

    /// The call that rings for us: the chosen one if it does, else the one that rings longest.
    static func ringingSubject(_ state: ConsoleState) -> OperationSubject {
        let chosen = state.chosenCall.flatMap { call in
            state.ownNumber.map { call.rings(at: $0) } ?? false ? call : nil
        }
        return OperationSubject(callID: (chosen ?? state.ringingForUs)?.callId, ownNumber: state.ownNumber)
    }
}

extension ConsoleState {
    /// The call that rings longest at our phone.
    var ringingForUs: CallSnapshot? {
        guard let ownNumber else { return nil }
        return exchange.callsInOrder.first { $0.rings(at: ownNumber) }
    }
}
