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
        case .operation(let operation, let target): return perform(operation, named: target, &state)
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
        let text = state.switchboard.search.text
        let found = state.exchange.directory.matches(text)
        // A number that nobody in the directory has can be dialled all the same.
        if found.isEmpty, text.allSatisfy({ "0123456789*#+".contains($0) }) { return text }
        return state.switchboard.people.row(of: found.count).map { found[$0].number }
    }

    /// A typed operation. Where it needs nobody, a number after it names the loop of the call that is meant.
    private static func perform(
        _ operation: CallOperation, named text: String?, _ state: inout ConsoleState
    ) -> [ConsoleEffect] {
        if !operation.needsTarget, let loop = text.flatMap({ Int($0) }), (1...CallLoops.count).contains(loop) {
            guard let call = state.loops.places[loop - 1] else {
                state.say(state.texts(.unknownLoop, "\(loop)"), isError: true)
                return []
            }
            return perform(operation, OperationSubject(callID: call, ownNumber: state.ownNumber), &state)
        }
        if text == nil, operation == .answer || operation == .decline {
            return perform(operation, ringingSubject(state), &state)
        }
        return perform(operation, subject(target: text.map { person(named: $0, state) }, state), &state)
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
        case .transfer:
            state.lastTransfer = subject.callID
            state.say(state.texts(.handingOver, subject.target ?? "", key(.pullBack, state)))
        case .fetch: show(.switchboard, &state)
        case .call: state.say(state.texts(.callPlaced, subject.target ?? "", key(.dial, state)))
        case .consult: state.say(state.texts(.asking, subject.target ?? "", key(.dial, state), key(.hangUp, state)))
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

    /// The key for something, as the user has it.
    private static func key(_ action: KeyAction, _ state: ConsoleState) -> String {
        state.keys.key(for: action, in: .switchboard) ?? state.keys.key(for: action, in: .everywhere) ?? ":"
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
            } else if let slot = value.object?["slot"]?.string {
                state.say(state.texts(.parkedAtSlot, slot, key(.showParked, state)))
            } else if ![ConsoleText.call, .consult, .transfer].map({ state.texts[$0] }).contains(title) {
                state.say(state.texts(.done, title))
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
