import ControlProtocol
import PBXModel
import TerminalUI

/// What keys do, by the place that the user is in.
extension Console {
    static func pressed(_ key: KeyEvent, _ state: inout ConsoleState) -> [ConsoleEffect] {
        state.notice = nil
        switch state.overlay {
        case .command(let prompt): return inCommand(key, prompt, &state)
        case .confirmation(_, let operation, let call):
            switch state.keys.action(for: key, in: [.confirmation]) {
            case .yes:
                state.overlay = nil
                return perform(operation, OperationSubject(callID: call, ownNumber: state.ownNumber), &state)
            case .back: state.overlay = nil
            default: break
            }
            return []
        case .result(let title, let lines, let scroll):
            inResult(key, title, lines, scroll, &state)
            return []
        case nil: break
        }
        if state.screen == .switchboard, searches(key, state.switchboard) {
            if key != KeyEvent("/") { _ = state.switchboard.search.handle(key) }
            state.switchboard.people.select(0, count: 1)
            state.switchboard.isSearchOpen = true
            return []
        }
        guard let action = state.keys.action(for: key, in: places(state)) else { return [] }
        return act(action, &state)
    }

    static func pasted(_ text: String, _ state: inout ConsoleState) -> [ConsoleEffect] {
        if case .command(var prompt) = state.overlay {
            prompt.insert(text)
            state.overlay = .command(prompt)
        } else if state.overlay == nil, state.screen == .switchboard {
            state.switchboard.search.insert(text)
            state.switchboard.people.select(0, count: 1)
        }
        return []
    }

    /// The places whose keys are in force, innermost first.
    static func places(_ state: ConsoleState) -> [KeyPlace] {
        switch (state.overlay, state.screen) {
        case (.command, _): [.command]
        case (.confirmation, _): [.confirmation]
        case (.result, _): [.result]
        case (nil, .switchboard): [.switchboard, .everywhere]
        case (nil, .calls): [.calls, .list, .everywhere]
        case (nil, .history): [.history, .list, .everywhere]
        case (nil, .parked): [.parked, .list, .everywhere]
        case (nil, .ladder): [.ladder, .list, .everywhere]
        case (nil, _): [.list, .everywhere]
        }
    }

    /// Whether a key belongs to the search: letters always, digits of loops and editing keys only once it is open.
    private static func searches(_ key: KeyEvent, _ board: SwitchboardState) -> Bool {
        guard let typed = key.typed else {
            guard board.isSearching else { return false }
            if key == KeyEvent(.character("u"), .control) || key == KeyEvent(.character("w"), .control) { return true }
            return [.backspace, .delete, .left, .right, .home, .end].contains(key.key) && key.modifiers.isEmpty
        }
        if typed == "/" { return !board.isSearching }
        if typed.isLetter { return true }
        if typed.isNumber { return board.isSearching || !("1"..."6").contains(typed) }
        return board.isSearching && " .-'+".contains(typed)
    }

    private static func act(_ action: KeyAction, _ state: inout ConsoleState) -> [ConsoleEffect] {
        switch action {
        case .loop1: return pick(0, &state)
        case .loop2: return pick(1, &state)
        case .loop3: return pick(2, &state)
        case .loop4: return pick(3, &state)
        case .loop5: return pick(4, &state)
        case .loop6: return pick(5, &state)
        case .dial: return dial(&state)
        case .hold: return perform(hold(state), nil, &state)
        case .park: return perform(.park, nil, &state)
        case .transfer: return perform(.transfer, nil, &state)
        case .threeWay: return perform(.threeWay, nil, &state)
        case .pageAndPark: return perform(.pageAndPark, nil, &state)
        case .mailbox: return perform(.mailbox, nil, &state)
        case .pullBack: return perform(.pullBack, nil, &state)
        case .pickUp: return perform(.pickUp, nil, &state)
        case .answer: return perform(.answer, ringingSubject(state), &state)
        case .decline: return perform(.decline, ringingSubject(state), &state)
        case .hangUp: return hangUp(&state)
        case .doNotDisturb: return set(.doNotDisturb(nil), &state)
        case .forward: begin("forward ", &state)
        case .note: beginNote(&state)
        case .fetch: return perform(.fetch, slotSubject(state), &state)
        case .parkHere: return perform(.park, slotSubject(state), &state)
        case .showMessage: showMessage(&state)
        case .command: state.overlay = .command(PromptState())
        case .help: show(state.screen == .help ? .switchboard : .help, &state)
        case .quit: return [.quit]
        case .redraw: return [.redraw]
        case .refresh: return refresh(state)
        case .back: stepBack(&state)
        case .nextScreen: show(neighbour(of: state.screen, by: 1), &state)
        case .previousScreen: show(neighbour(of: state.screen, by: -1), &state)
        case .showSwitchboard: show(.switchboard, &state)
        case .showCalls: show(.calls, &state)
        case .showHistory: show(.history, &state)
        case .showPhones: show(.phones, &state)
        case .showLog: show(.log, &state)
        case .showParked: show(.parked, &state)
        case .showLadder: return openLadder(&state)
        case .up, .down, .pageUp, .pageDown, .first, .last: move(action, &state)
        case .yes, .run, .complete: break
        }
        return []
    }

    static func show(_ screen: Screen, _ state: inout ConsoleState) { state.screen = screen }

    private static func neighbour(of screen: Screen, by step: Int) -> Screen {
        let all = Screen.allCases
        let index = all.firstIndex(of: screen) ?? 0
        return all[(index + step + all.count) % all.count]
    }

    /// Closes the search, then the choice, then the screen. Never hangs up.
    private static func stepBack(_ state: inout ConsoleState) {
        if state.screen == .ladder {
            state.screen = state.ladder.origin
        } else if state.screen != .switchboard {
            state.screen = .switchboard
        } else if state.switchboard.isSearching {
            state.switchboard.search = PromptState()
            state.switchboard.isSearchOpen = false
            state.switchboard.people = ListState()
        } else {
            state.switchboard.loop = nil
        }
    }

    private static func move(_ action: KeyAction, _ state: inout ConsoleState) {
        let page = max(1, state.size.height - 8)
        let step =
            switch action {
            case .up: -1
            case .down: 1
            case .pageUp: -page
            case .pageDown: page
            case .first: -1_000_000
            default: 1_000_000
            }
        let count = rowCount(state)
        if state.screen == .switchboard {
            state.switchboard.people.move(by: step, count: count)
        } else {
            state.lists[state.screen, default: ListState()].move(by: step, count: count)
        }
    }

    private static func rowCount(_ state: ConsoleState) -> Int {
        switch state.screen {
        case .switchboard: state.exchange.directory.matches(state.switchboard.search.text).count
        case .calls: state.exchange.calls.count
        case .history: state.exchange.records.count
        case .phones: state.exchange.registrations.count
        case .parked: state.exchange.parkPlaces.count
        case .ladder: state.ladder.report?.messages.count ?? 0
        case .log: state.log.lines.count
        case .help: HelpScreen.lineCount(state)
        }
    }

    private static func inResult(
        _ key: KeyEvent, _ title: String, _ lines: [String], _ scroll: Int, _ state: inout ConsoleState
    ) {
        switch state.keys.action(for: key, in: [.result]) {
        case .back: state.overlay = nil
        case .up: state.overlay = .result(title: title, lines: lines, scroll: max(0, scroll - 1))
        case .down:
            state.overlay = .result(title: title, lines: lines, scroll: min(scroll + 1, max(0, lines.count - 1)))
        default: break
        }
    }

    private static func inCommand(
        _ key: KeyEvent, _ prompt: PromptState, _ state: inout ConsoleState
    ) -> [ConsoleEffect] {
        var prompt = prompt
        switch state.keys.action(for: key, in: [.command]) {
        case .back: state.overlay = nil
        case .run:
            state.overlay = nil
            return run(prompt.text, &state)
        case .complete:
            prompt.insert(completion(of: prompt.text, state).added)
            state.overlay = .command(prompt)
        case .up, .down:
            prompt.replace(with: state.commandHistory.recalled(from: prompt.text, back: key.key == .up))
            state.overlay = .command(prompt)
        default:
            // Backspace on an empty line closes it, as in vi.
            let isLeft = prompt.isEmpty && key == KeyEvent(.backspace)
            if prompt.handle(key) { state.overlay = isLeft ? nil : .command(prompt) }
        }
        return []
    }

    static func completion(of text: String, _ state: ConsoleState) -> (added: String, matches: [String]) {
        CommandLineReader.complete(
            text, numbers: state.exchange.directory.entries.map(\.number),
            calls: state.exchange.callsInOrder.map(\.callId))
    }
}
