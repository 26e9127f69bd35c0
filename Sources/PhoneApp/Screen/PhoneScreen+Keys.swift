import PBXBase
import TerminalUI

/// What keys do, by the place that the user is in.
extension PhoneScreen {
    static func pressed(_ key: KeyEvent, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        state.notice = nil
        switch state.overlay {
        case .command(let prompt): return inCommand(key, prompt, &state)
        case .leaving, .partner: break
        case nil:
            if belongsToField(key, state) {
                state.dial.isOpen = true
                _ = state.dial.prompt.handle(key)
                state.dial.people = ListState()
                state.dial.hasChosen = false
                return []
            }
        }
        guard let action = state.keys.action(for: key, in: places(state)) else { return [] }
        return act(action, key, &state)
    }

    static func pasted(_ text: String, _ state: inout PhoneScreenState) {
        if case .command(var prompt) = state.overlay {
            prompt.insert(text)
            state.overlay = .command(prompt)
        } else if state.overlay == nil, state.page == .phone || state.page == .book {
            state.dial.isOpen = true
            state.dial.prompt.insert(text)
        }
    }

    /// The places whose keys are in force, innermost first.
    static func places(_ state: PhoneScreenState) -> [PhonePlace] {
        switch (state.overlay, state.page) {
        case (.command, _): return [.command]
        case (.leaving, _): return [.leaving]
        case (.partner, _): return [.partner]
        case (nil, .phone) where state.dial.isOpen, (nil, .book) where state.dial.isOpen:
            return state.dial.purpose == .call
                ? [.dialling, .everywhere] : [.transferring, .dialling, .everywhere]
        case (nil, .phone): return [digitPlace(state), .lines, .everywhere]
        case (nil, .book): return [.idle, .dialling, .everywhere]
        case (nil, .history): return [.history, .list, .everywhere]
        case (nil, .log), (nil, .help): return [.list, .everywhere]
        }
    }

    /// What digits mean while nothing is typed. Never two things at once: tones for who is talking, else a line's
    /// number while there are lines, else the beginning of a number to call.
    private static func digitPlace(_ state: PhoneScreenState) -> PhonePlace {
        if state.talkingLine != nil { return .talking }
        return state.lines.isEmpty ? .idle : .picking
    }

    /// The keys of the last row: those that can do something now.
    static func footer(_ state: PhoneScreenState) -> [(key: String, label: String)] {
        state.keys.rows(places(state)).filter { !$0.label.isEmpty && isUseful($0.action, state) }.compactMap { row in
            row.keys.first.map { (String(describing: $0), row.label) }
        }
    }

    private static func isUseful(_ action: PhoneAction, _ state: PhoneScreenState) -> Bool {
        switch action {
        case .answer: state.ringingLine != nil || state.currentLine?.summary.state == .held
        case .hangUp: !state.lines.isEmpty
        case .decline: state.ringingLine != nil
        case .hold, .transfer: !state.answeredLines.isEmpty
        case .connect, .conference: state.answeredLines.count > 1
        case .mute: !state.lines.isEmpty || state.volumes.isMicrophoneMuted
        case .redial: state.lines.isEmpty && state.lastDialled != nil
        case .louder, .quieter: state.hasCard && !state.lines.isEmpty
        // Without a call digits and letters open the field by themselves.
        case .dial: !state.lines.isEmpty
        default: true
        }
    }

    /// Whether a key is typed into the field: letters always, digits and signs once it is open, and then the editing
    /// keys too. `:` opens the command line but in an address.
    private static func belongsToField(_ key: KeyEvent, _ state: PhoneScreenState) -> Bool {
        guard state.page == .phone || state.page == .book else { return false }
        guard let typed = key.typed else {
            guard state.dial.isOpen else { return false }
            if key == KeyEvent(.character("u"), .control) || key == KeyEvent(.character("w"), .control) { return true }
            return [.backspace, .delete, .left, .right, .home, .end].contains(key.key) && key.modifiers.isEmpty
        }
        if typed.isLetter { return true }
        guard state.dial.isOpen else { return false }
        let text = state.dial.prompt.text.lowercased()
        if typed == ":" { return text == "sip" || text.contains("@") || text.contains(":") }
        return typed.isNumber || " .-'+*#@_()/".contains(typed)
    }

    static func act(
        _ action: PhoneAction, _ key: KeyEvent, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        if let place = action.place { return pick(place, &state) }
        switch action {
        case .answer: return answer(&state)
        case .call: return call(&state)
        case .dial: state.dial.isOpen = true
        case .digit:
            state.dial.isOpen = true
            _ = state.dial.prompt.handle(key)
        case .tone: return key.typed.map { sendDigits(String($0), &state) } ?? []
        case .hangUp: return hangUp(&state)
        case .decline: return decline(&state)
        case .hold: return hold(&state)
        case .transfer: return transfer(&state)
        case .connect: return connect(&state)
        case .conference: return conference(&state)
        case .redial: return redial(&state)
        case .mute: return [.command(.mute(!state.volumes.isMicrophoneMuted))]
        case .louder: return changeVolume(by: volumeStep, &state)
        case .quieter: return changeVolume(by: -volumeStep, &state)
        case .command: state.overlay = .command(PromptState())
        case .quit: return quit(&state)
        case .redraw: return [.redraw]
        case .yes: return [.quit]
        default: return navigate(action, &state)
        }
        return []
    }

    // MARK: Getting about

    private static func navigate(_ action: PhoneAction, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        switch action {
        case .help: return show(state.page == .help ? .phone : .help, &state)
        case .back: return stepBack(&state)
        case .nextPage: return show(neighbour(of: state.page, by: 1), &state)
        case .previousPage: return show(neighbour(of: state.page, by: -1), &state)
        case .showPhone: return show(.phone, &state)
        case .showHistory: return show(.history, &state)
        case .showBook: return show(.book, &state)
        case .showLog: return show(.log, &state)
        case .up, .down, .pageUp, .pageDown, .first, .last: move(action, &state)
        default: break
        }
        return []
    }

    /// Missed calls are news until somebody looks at the history.
    static func show(_ page: PhonePage, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        state.page = page
        guard page == .history, state.history.missedCount > 0 else { return [] }
        state.history.see(state.now.wall)
        return [.markSeen(state.now.wall)]
    }

    private static func neighbour(of page: PhonePage, by step: Int) -> PhonePage {
        let all = PhonePage.allCases
        let index = all.firstIndex(of: page) ?? 0
        return all[(index + step + all.count) % all.count]
    }

    /// Closes what is open, then the field, then the page, then the choice. Never hangs up.
    private static func stepBack(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        if state.overlay != nil {
            state.overlay = nil
        } else if state.dial.isOpen {
            state.dial = DialField()
        } else if state.page != .phone {
            return show(.phone, &state)
        } else {
            state.picked = nil
        }
        return []
    }

    private static func move(_ action: PhoneAction, _ state: inout PhoneScreenState) {
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
        switch state.page {
        case .phone where !state.dial.isOpen: pickNeighbour(step, &state)
        case .phone, .book:
            state.dial.people.move(by: step, count: found(state).count)
            state.dial.hasChosen = true
        case .history: state.lists[.history, default: ListState()].move(by: step, count: state.history.entries.count)
        case .log: state.lists[.log, default: ListState()].move(by: step, count: state.log.lines.count)
        case .help: state.lists[.help, default: ListState()].move(by: step, count: HelpPageView.rowCount(state))
        }
    }

    /// Picks the line above or below without doing anything to it.
    private static func pickNeighbour(_ step: Int, _ state: inout PhoneScreenState) {
        let taken = state.places.places.compactMap(\.self)
        guard !taken.isEmpty else { return }
        let current = state.currentLine.flatMap { taken.firstIndex(of: $0.summary.line) }
        let next = current.map { min(max(0, $0 + step), taken.count - 1) } ?? (step > 0 ? 0 : taken.count - 1)
        state.picked = taken[next]
    }

    // MARK: The command line

    private static func inCommand(
        _ key: KeyEvent, _ prompt: PromptState, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        var prompt = prompt
        switch state.keys.action(for: key, in: [.command]) {
        case .back: state.overlay = nil
        case .run:
            state.overlay = nil
            return run(prompt.text, &state)
        case .complete:
            prompt.insert(PhoneTyped.completion(of: prompt.text, state).added)
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
}
