import TerminalUI

/// Typed lines.
extension PhoneScreen {
    static func run(_ line: String, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        let typed: PhoneTyped
        do throws(HeadlessSyntaxError) {
            guard let read = try PhoneTyped.read(line, state) else { return [] }
            typed = read
        } catch {
            state.say(error.message, isError: true)
            return []
        }
        state.commandHistory.remember(line)
        switch typed {
        case .page(let page): return show(page, &state)
        case .place(let place): return pick(place, &state)
        case .find(let name):
            state.dial = DialField()
            state.dial.prompt.insert(name)
            state.dial.isOpen = !name.isEmpty
            state.say(state.texts(.results, state.format.number(state.book.matches(name).count)))
            return show(.book, &state)
        case .account(let account):
            state.account = account
            state.say(state.texts(.accountChosen, state.accounts[account].name))
        case .register: return [.command(.register)]
        case .connect: return connect(&state)
        case .phone(let command): return perform(command, &state)
        case .quit: return [.quit]
        }
        return []
    }

    /// A command without a line is about the one that stands out on the screen.
    private static func perform(
        _ command: PhoneCommand, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        switch command {
        case .call(let target, _): return call(target, &state)
        case .redial: return redial(&state)
        case .answer(nil):
            guard let line = state.ringingLine else {
                state.say(state.texts[.nothingRings], isError: true)
                return []
            }
            return [.command(.answer(line.summary.line))]
        case .decline(nil): return decline(&state)
        case .hangUp(nil): return hangUp(&state)
        case .hold(nil), .resume(nil): return hold(command == .hold(nil) ? .active : .held, &state)
        case .digits(let digits, .media, nil): return sendDigits(digits, &state)
        case .transfer(let line, let target):
            guard let number = line ?? transferred(&state) else { return [] }
            return transfer(number, to: person(named: target, state), &state)
        default: return [.command(command)]
        }
    }

    private static func hold(_ wanted: LineState, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        let fitting = state.linesInOrder.filter { $0.summary.state == wanted }
        let line = fitting.first { $0.summary.line == state.currentLine?.summary.line } ?? fitting.first
        guard let number = line?.summary.line else {
            state.say(state.texts[.noCall], isError: true)
            return []
        }
        return [.command(wanted == .active ? .hold(number) : .resume(number))]
    }

    private static func transferred(_ state: inout PhoneScreenState) -> LineNumber? {
        let line = state.currentLine.flatMap { $0.isAnswered ? $0 : nil } ?? state.answeredLines.first
        if line == nil { state.say(state.texts[.noCall], isError: true) }
        return line?.summary.line
    }

    private static func call(_ target: String, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        state.page = .phone
        return place(person(named: target, state), &state)
    }

    /// The number of somebody named: `#2` of those found, a number, or a name in the phone book.
    private static func person(named text: String, _ state: PhoneScreenState) -> String {
        if text.hasPrefix("#"), let place = Int(text.dropFirst()) {
            let found = state.book.matches(state.dial.prompt.text)
            if found.indices.contains(place - 1) { return found[place - 1].number }
        }
        if DialledNumber.isNumber(text) { return text }
        return state.book.matches(text).first?.number ?? text
    }
}
