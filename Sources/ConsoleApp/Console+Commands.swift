import ControlProtocol
import PBXModel
import TerminalUI

/// What the user wants done, and what came of it.
extension Console {
    /// A typed line. `#2` names the second of the people found, so that no name need be spelled.
    static func run(_ line: String, _ state: inout ConsoleState) -> [ConsoleEffect] {
        let command: TypedCommand
        do throws(CommandLineError) {
            guard let read = try CommandLineReader.read(line) else { return [] }
            command = read
        } catch {
            state.say(error.text(state.texts), isError: true)
            return []
        }
        state.commandHistory.remember(line)
        switch command {
        case .screen(.ladder): return openLadder(&state)
        case .screen(let screen): show(screen, &state)
        case .loop(let loop): return pick(loop, &state)
        case .operation(.fetch, let slot):
            return perform(.fetch, OperationSubject(ownNumber: state.ownNumber, slot: slot), &state)
        case .operation(let operation, let target):
            return perform(operation, subject(target: target.map { person(named: $0, state) }, state), &state)
        case .find(let name):
            show(.switchboard, &state)
            state.switchboard.search.replace(with: name)
            state.switchboard.people = ListState()
            let count = state.exchange.directory.matches(name).count
            state.say(state.texts(.results, state.format.number(count)))
        case .me(let number):
            guard state.exchange.directory.entry(number) != nil else {
                state.say(state.texts(.seeExtensions, number), isError: true)
                return []
            }
            state.ownNumber = number
            state.loops = CallLoops()
            settle(&state)
            state.say(state.texts(.ownNumberSet, number))
        case .note(let text): return note(text, &state)
        case .setting(let setting): return set(setting, &state)
        case .refresh: return refresh(state)
        case .reconnect: return [.reconnect]
        case .quit: return [.quit]
        case .catalogue(let name, let parameters):
            return send(name, parameters, title: name.rawValue, showsResult: true, &state)
        }
        return []
    }

    static func person(named text: String, _ state: ConsoleState) -> String {
        guard text.hasPrefix("#"), let place = Int(text.dropFirst()) else { return text }
        let found = state.exchange.directory.matches(state.switchboard.search.text)
        return found.indices.contains(place - 1) ? found[place - 1].number : text
    }

    /// Chooses a loop; a call that rings for us is answered by that.
    static func pick(_ loop: Int, _ state: inout ConsoleState) -> [ConsoleEffect] {
        guard let id = state.loops.places[loop], let call = state.exchange.calls[id] else {
            state.say(state.texts(.unknownLoop, "\(loop + 1)"), isError: true)
            return []
        }
        let wasChosen = state.switchboard.loop == loop
        state.switchboard.loop = loop
        guard let own = state.ownNumber else { return [] }
        if let part = call.consultation, part.by == own {
            return part.isWaiting && !part.isThreeWay ? perform(.swap, nil, &state) : []
        }
        guard call.from != own else { return [] }
        switch call.state {
        case .ringing, .new: return perform(.answer, nil, &state)
        case .held: return wasChosen ? perform(.resume, nil, &state) : []
        case .active, .ended: return []
        }
    }

    /// Enter: calls the chosen person, or asks them about the chosen call; again: connects the two.
    static func dial(_ state: inout ConsoleState) -> [ConsoleEffect] { perform(enter(state), nil, &state) }

    /// What Enter does at this moment.
    static func enter(_ state: ConsoleState) -> CallOperation {
        guard state.switchboard.loop != nil, let call = state.chosenCall, call.state != .ringing else { return .call }
        return call.consultation == nil ? .consult : .complete
    }

    /// One key for a call of ours; somebody else's is asked about. What still rings is refused for our phone only, and
    /// of a consultation the asking ends: nobody who waits is hung up on.
    static func hangUp(_ state: inout ConsoleState) -> [ConsoleEffect] {
        if state.screen == .switchboard, let own = state.ownNumber {
            if let part = state.chosenCall?.consultation, part.by == own {
                return perform(.cancelTransfer, nil, &state)
            }
            let isForUs = state.chosenCall.map { $0.state == .ringing && $0.from != own } ?? false
            return perform(isForUs ? .decline : .hangUp, nil, &state)
        }
        guard let call = state.screen == .calls ? selectedCall(state) : state.chosenCall else {
            return perform(.hangUp, OperationSubject(), &state)
        }
        state.overlay = .confirmation(
            question: state.texts(.reallyHangUp, call.from, call.answeredBy ?? call.to), operation: .hangUp,
            callID: call.callId)
        return []
    }

    static func refresh(_ state: ConsoleState) -> [ConsoleEffect] {
        if state.screen == .ladder { return state.ladder.callID.map { [.trace($0)] } ?? [] }
        return [.listDirectory, .listRecords]
    }

    /// The chosen call, and the parking slot under the cursor.
    static func slotSubject(_ state: ConsoleState) -> OperationSubject {
        let places = state.exchange.parkPlaces
        let row = (state.lists[.parked] ?? ListState()).row(of: places.count)
        return OperationSubject(
            callID: state.chosenCall?.callId, ownNumber: state.ownNumber, slot: row.map { places[$0].slot })
    }

    static func selectedCall(_ state: ConsoleState) -> CallSnapshot? {
        let calls = state.exchange.callsInOrder
        return (state.lists[.calls] ?? ListState()).row(of: calls.count).map { calls[$0] }
    }

    private static func subject(target: String?, _ state: ConsoleState) -> OperationSubject {
        OperationSubject(
            callID: state.chosenCall?.callId, target: target ?? chosenPerson(state), ownNumber: state.ownNumber)
    }

    private static func chosenPerson(_ state: ConsoleState) -> String? {
        // Nobody is called because the list happens to begin with them.
        guard state.switchboard.isChoosing else { return nil }
        let found = state.exchange.directory.matches(state.switchboard.search.text)
        return state.switchboard.people.row(of: found.count).map { found[$0].number }
    }

    /// Sends an operation's command, or says what is missing for it.
    static func perform(
        _ operation: CallOperation, _ subject: OperationSubject?, _ state: inout ConsoleState
    ) -> [ConsoleEffect] {
        let name = state.texts[operation.text]
        var subject = subject ?? Self.subject(target: nil, state)
        if operation == .pullBack { subject.callID = state.lastTransfer ?? subject.callID }
        guard operation.isOffered,
            !state.unknownCommands.contains(operation.rawValue)
        else {
            state.say(state.texts(.notAvailable, name), isError: true)
            return []
        }
        let missing: ConsoleText? =
            if operation.needsOwnNumber, subject.ownNumber == nil {
                .chooseOwn
            } else if operation.needsCall, subject.callID == nil {
                .chooseCall
            } else if operation.needsTarget, subject.target == nil {
                .choosePerson
            } else if operation.needsSlot, subject.slot == nil {
                .chooseSlot
            } else {
                nil
            }
        if let missing {
            state.say(state.texts(missing, name), isError: true)
            return []
        }
        guard let request = operation.request(subject) else {
            state.say(state.texts(.notAvailable, name), isError: true)
            return []
        }
        if operation.needsTarget {
            state.switchboard.search = PromptState()
            state.switchboard.isSearchOpen = false
            state.switchboard.people = ListState()
        }
        switch operation {
        case .transfer: state.lastTransfer = subject.callID
        case .call: state.say(state.texts(.callPlaced, subject.target ?? ""))
        case .consult: state.say(state.texts(.asking, subject.target ?? ""))
        default: break
        }
        return send(request.name, request.parameters, title: name, showsResult: false, &state)
    }

    static func send(
        _ name: CommandName, _ parameters: CommandParameters, title: String, showsResult: Bool,
        _ state: inout ConsoleState
    ) -> [ConsoleEffect] {
        guard state.link.isLive else {
            state.say(state.texts[.notConnected], isError: true)
            return []
        }
        return [.send(name, parameters, title: title, showsResult: showsResult)]
    }

    static func finish(
        _ title: String, showsResult: Bool, _ result: Result<JSONValue, ControlFailure>, _ state: inout ConsoleState
    ) {
        switch result {
        case .success(let value):
            let lines = value.lines()
            if showsResult, lines.count > 1 {
                state.overlay = .result(title: title, lines: lines, scroll: 0)
            } else if showsResult {
                state.say("\(title): \(lines.first ?? state.texts[.done])")
            }
        case .failure(let failure) where failure.code == .unknownCommand:
            if let operation = CallOperation.allCases.first(where: { state.texts[$0.text] == title }) {
                state.unknownCommands.insert(operation.rawValue)
            }
            state.say(state.texts(.notAvailable, title), isError: true)
        case .failure(let failure):
            let hint = failure.hint.map { " (\($0))" } ?? ""
            state.say("\(title): \(failure.message)\(hint)", isError: true)
            if let details = failure.details, showsResult {
                state.overlay = .result(title: title, lines: [failure.message] + details, scroll: 0)
            }
        }
    }
}

extension CommandLineError {
    func text(_ texts: TextTable<ConsoleText>) -> String {
        switch self {
        case .unknown(let word, let nearest): texts(.unknownCommand, word, nearest.map { " → \($0)?" } ?? "")
        case .missing(let command, let what): texts(.missingWord, command, what)
        }
    }
}
