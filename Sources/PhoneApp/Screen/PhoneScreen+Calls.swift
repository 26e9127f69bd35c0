import PBXBase
import TerminalUI

/// The work with calls: from a key or a word to commands of the phone, or to words about what is missing for them.
extension PhoneScreen {
    /// Percent that a key changes the volume by.
    static let volumeStep = 10

    /// Picks the line at a place, from 0: answers it when it rings, and swaps to it when it is held.
    static func pick(_ place: Int, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        let places = state.places.places
        guard places.indices.contains(place), let number = places[place], let line = state.lines[number] else {
            state.say(state.texts(.noLine, "\(place + 1)"), isError: true)
            return []
        }
        if case .partner(let first) = state.overlay {
            state.overlay = nil
            return connect(number, with: first, &state)
        }
        state.picked = number
        switch line.summary.state {
        case .incoming: return [.command(.answer(number))]
        case .held: return [.command(.resume(number))]
        case .active, .calling, .ringing, .ended: return []
        }
    }

    /// Enter without a number: answers, goes on with a held call, or offers the last number once more.
    static func answer(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        if let line = state.ringingLine { return [.command(.answer(line.summary.line))] }
        if let line = state.currentLine, line.summary.state == .held { return [.command(.resume(line.summary.line))] }
        guard state.lines.isEmpty else {
            state.say(state.texts[.nothingToAnswer], isError: true)
            return []
        }
        state.dial.isOpen = true
        if let last = state.lastDialled { state.dial.prompt.replace(with: last) }
        return []
    }

    static func hangUp(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard let line = subject(state.currentLine, &state) else { return [] }
        let number = line.summary.line
        return [.command(line.summary.state == .incoming ? .decline(number) : .hangUp(number))]
    }

    static func decline(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard let line = state.ringingLine else {
            state.say(state.texts[.nothingRings], isError: true)
            return []
        }
        return [.command(.decline(line.summary.line))]
    }

    /// Holds who talks, or goes on with who is held.
    static func hold(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard let line = subject(answered(state), &state) else { return [] }
        let number = line.summary.line
        return [.command(line.summary.state == .held ? .resume(number) : .hold(number))]
    }

    static func sendDigits(_ digits: String, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard let line = subject(state.talkingLine, &state) else { return [] }
        let number = line.summary.line
        let sent = (line.sentDigits + digits).suffix(PhoneLine.sentDigitsMax)
        state.lines[number]?.sentDigits = String(sent)
        state.say(state.texts(.digitsSent, String(sent)))
        return [.command(.digits(digits, .media, number))]
    }

    /// Sends the peer on: at once when somebody is typed already, else after asking where to.
    static func transfer(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard let line = subject(answered(state), &state) else { return [] }
        if state.dial.isOpen, let target = target(state) {
            return transfer(line.summary.line, to: target.number, &state)
        }
        state.page = state.page == .book ? .book : .phone
        state.dial = DialField()
        state.dial.purpose = .transfer(line.summary.line)
        state.dial.isOpen = true
        return []
    }

    static func transfer(
        _ line: LineNumber, to target: String, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        state.dial = DialField()
        let who = state.lines[line].map { state.name(of: $0.summary.peer) } ?? "\(line)"
        state.say(state.texts(.transferBegun, who, target))
        return [.command(.transfer(line, to: target))]
    }

    /// Connects the peers of two lines, and leaves them: of the only two, or of the one that talks and one to be named.
    static func connect(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        let lines = state.answeredLines
        guard lines.count > 1, let current = answered(state) ?? lines.last else {
            state.say(state.texts[.needsTwo], isError: true)
            return []
        }
        let others = lines.filter { $0.summary.line != current.summary.line }
        guard others.count == 1, let other = others.first else {
            state.overlay = .partner(of: current.summary.line)
            return []
        }
        return connect(other.summary.line, with: current.summary.line, &state)
    }

    private static func connect(
        _ first: LineNumber, with second: LineNumber, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        guard first != second, state.lines[first]?.isAnswered == true else {
            state.say(state.texts[.needsTwo], isError: true)
            return []
        }
        state.connecting = ConnectedLines(transferred: first, partner: second)
        return [.command(.connect(first, second))]
    }

    /// Joins all who are answered; once they are all together, takes them apart again.
    static func conference(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        let lines = state.answeredLines
        guard lines.count > 1 else {
            state.say(state.texts[.needsTwo], isError: true)
            return []
        }
        return [.command(lines.allSatisfy(\.summary.isInConference) ? .split : .join([]))]
    }

    static func redial(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard let last = state.lastDialled else {
            state.say(state.texts[.nothingDialled], isError: true)
            return []
        }
        return place(last, &state)
    }

    static func changeVolume(by step: Int, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard state.hasCard else {
            state.say(state.texts[.noCard], isError: true)
            return []
        }
        return [.command(.volume(.speaker, .by(step)))]
    }

    static func quit(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        guard !state.lines.isEmpty else { return [.quit] }
        state.overlay = .leaving
        return []
    }

    // MARK: Calling

    /// Enter in the field, or in a list: calls, or transfers.
    static func call(_ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        if state.page == .history {
            let row = (state.lists[.history] ?? ListState()).row(of: state.history.entries.count)
            guard let entry = row.flatMap({ state.history.entry($0) }) else { return [] }
            state.page = .phone
            return place(entry.target, account: state.accounts.firstIndex { $0.address == entry.account }, &state)
        }
        guard let target = target(state) else {
            state.say(state.texts[.nobodyToCall], isError: true)
            return []
        }
        switch state.dial.purpose {
        case .transfer(let line): return transfer(line, to: target.number, &state)
        case .call:
            state.page = .phone
            return place(target.number, &state)
        }
    }

    /// `account`: the one to call with, where it is not the chosen one.
    static func place(
        _ target: String, account: Int? = nil, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        let number = DialledNumber.digits(of: target)
        state.dial = DialField()
        state.lastDialled = number
        state.say(state.texts(.callPlaced, number))
        return [.command(.call(number, account: state.accounts.isEmpty ? nil : account ?? state.account))]
    }

    /// Those in the phone book whom the field means; on the book's own page all of them while nothing is typed.
    static func found(_ state: PhoneScreenState) -> [PhoneBookEntry] {
        state.dial.prompt.isEmpty && state.page != .book ? [] : state.book.matches(state.dial.prompt.text)
    }

    /// Whom Enter means: who was chosen in the list, else the number that stands there, else the first one found, else
    /// the name itself, which may be one of the server's.
    static func target(_ state: PhoneScreenState) -> (number: String, name: String?)? {
        let text = state.dial.prompt.text.trimmingSpaces
        // Nobody is called because the list happens to begin with them.
        guard !text.isEmpty || state.dial.hasChosen else { return nil }
        let found = found(state)
        if !state.dial.hasChosen, DialledNumber.isNumber(text) {
            return (DialledNumber.digits(of: text), state.book.name(of: text))
        }
        if let row = state.dial.people.row(of: found.count) {
            return (DialledNumber.digits(of: found[row].number), found[row].name)
        }
        return text.contains(" ") ? nil : (text, nil)
    }

    // MARK: Which line

    private static func answered(_ state: PhoneScreenState) -> PhoneLine? {
        if let current = state.currentLine, current.isAnswered { return current }
        let answered = state.answeredLines
        return state.talkingLine ?? (answered.count == 1 ? answered.first : nil)
    }

    /// The line, or words that one is to be picked first.
    private static func subject(_ line: PhoneLine?, _ state: inout PhoneScreenState) -> PhoneLine? {
        if line == nil { state.say(state.texts[state.lines.isEmpty ? .noCall : .pickFirst], isError: true) }
        return line
    }
}
