import PBXBase
package import TerminalUI

// Linear mode: the phone as lines. Running times are left out, as every second would be news.
extension PhoneScreen {
    /// More lines than this nobody listens to.
    package static let answerLinesMax = 40

    package static func entered(_ line: String) -> PhoneScreenEvent { .entered(line) }
    package static func greeting(_ state: PhoneScreenState) -> String { state.texts[.linearHelp] }
    package static func takeResult(_ state: inout PhoneScreenState) -> [String] { [] }

    package static func items(_ state: PhoneScreenState) -> [LinearItem] {
        var items = state.accounts.enumerated().map { index, account in
            LinearItem(id: "account\(index)", text: "\(account.name): \(words(of: account, state))")
        }
        for (index, place) in state.places.places.enumerated() {
            guard let line = place.flatMap({ state.lines[$0] }) else { continue }
            items.append(LinearItem(id: "line\(index + 1)", text: text(of: line, place: index + 1, state)))
        }
        if !state.places.waiting.isEmpty {
            items.append(LinearItem(id: "more", text: state.texts(.moreCalls, "\(state.places.waiting.count)")))
        }
        if let waiting = PhoneNoticeView.waitingText(state) { items.append(LinearItem(id: "waiting", text: waiting)) }
        if let notice = state.notice { items.append(LinearItem(id: "notice", text: notice.text)) }
        return items
    }

    /// The end of a call is told as a notice, with its reason.
    package static func farewell(_ item: LinearItem, _ state: PhoneScreenState) -> String? { nil }

    private static func words(of account: PhoneAccountState, _ state: PhoneScreenState) -> String {
        switch account.registration {
        case .off: state.texts[.registrationOff]
        case .registering: state.texts[.registering]
        case .registered: state.texts[.registered]
        case .lost(let since, let reason, _):
            state.texts(.lostSince, state.format.clock(since), reason)
        }
    }

    private static func text(of line: PhoneLine, place: Int, _ state: PhoneScreenState) -> String {
        let face = LineFace(line, state)
        let who = face.who == face.number ? face.who : "\(face.who), \(face.number)"
        let sound = face.sound.isEmpty ? "" : ", \(face.sound)"
        return "\(place): \(LineFace.word(of: line, state.texts)): \(who)\(sound)"
    }

    package static func answer(to line: String, _ state: PhoneScreenState) -> [String] {
        guard let typed = try? PhoneTyped.read(line, state) else { return [] }
        switch typed {
        case .page(let page): return rows(of: page, state)
        case .find: return rows(of: .book, state)
        default: return []
        }
    }

    /// A page's rows, numbered where a number means something.
    private static func rows(of page: PhonePage, _ state: PhoneScreenState) -> [String] {
        switch page {
        case .phone:
            let lines = state.linesInOrder.map { line in
                text(of: line, place: state.place(of: line.summary.line) ?? 0, state)
            }
            return lines.isEmpty ? [state.texts[.noCall]] : lines
        case .history:
            let calls = state.history.latest.prefix(answerLinesMax).map { entry in
                let name = entry.name ?? state.book.name(of: entry.number)
                let who = name.map { "\($0), \(entry.number)" } ?? entry.number
                let when = state.format.moment(entry.at, now: state.now.wall)
                return "\(when) \(entry.styled(state.texts).text.dropFirst(2)): \(who)"
            }
            return calls.isEmpty ? [state.texts[.noCalls]] : calls
        case .book:
            let people = found(state).prefix(answerLinesMax).enumerated().map { index, entry in
                "#\(index + 1) \(entry.name): \(entry.number)"
            }
            return people.isEmpty ? [state.texts[state.book.entries.isEmpty ? .emptyBook : .nobodyFound]] : people
        case .log:
            return state.log.lines.suffix(answerLinesMax).map { "\(state.format.clock($0.at)) \($0.type) \($0.text)" }
        case .help:
            return [state.texts[.linearHelp]]
                + HeadlessVerb.allCases.map { "\($0.usage): \($0.summary(in: state.texts.language))" }
                + ["\(state.texts[.ownCommands]): \(state.texts[.ownCommandsHelp])"]
        }
    }
}
