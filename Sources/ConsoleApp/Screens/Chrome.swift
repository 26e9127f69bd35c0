import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI

/// First row: screens, whose phone, the time.
struct HeaderView {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        canvas.fill(canvas.bounds)
        let clock = state.format.clock(state.now.wall, withSeconds: false)
        let own = state.ownNumber.map { number in
            state.exchange.directory.entry(number).map { "\(number) \($0.name)" } ?? number
        }
        let link = state.link.isLive ? state.texts[.live] : "⚠"
        let right = " \(own ?? state.texts[.wholeCompany]) · \(link) · \(clock)"
        let rightWidth = min(CharacterWidth.columns(of: right), canvas.size.width / 2)
        let parts = canvas.bounds.columns([.share(1), .fixed(rightWidth)])
        canvas.inside(parts[0]) { canvas in
            Tabs(
                Screen.allCases.map { state.texts[.name(of: $0)] },
                selected: Screen.allCases.firstIndex(of: state.screen) ?? 0
            ).draw(in: &canvas)
        }
        canvas.inside(parts[1]) { $0.text(right, x: 0, y: 0, width: $0.size.width) }
    }
}

/// Row above the keys: the lost link first, else what happened last, else how the exchange is.
struct NoticeView {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        if let text = Self.linkText(state) {
            canvas.fill(canvas.bounds, style: Style(.yellow, [.bold, .reverse]))
            canvas.text(text, x: 0, y: 0, style: Style(.yellow, [.bold, .reverse]))
        } else if let notice = state.notice {
            let mark = notice.isError ? "! " : ""
            canvas.text(mark + notice.text, x: 0, y: 0, style: notice.isError ? Style(.red, .bold) : .bold)
        } else {
            let calls = state.format.number(state.exchange.calls.count)
            let phones = state.format.number(state.exchange.registrations.count)
            let x = canvas.text(state.texts(.callsAndPhones, calls, phones), x: 0, y: 0, style: .dim)
            // What is noted of the chosen call has its whole length here.
            let note = Console.noteShown(state).map { "✎ \($0)" }
            let own = note ?? Console.ownSettings(state)
            if !own.isEmpty { canvas.text(" · " + own, x: x, y: 0, style: .bold) }
        }
    }

    /// nil while the link is up, so that the line is free for other news.
    static func linkText(_ state: ConsoleState) -> String? {
        switch state.link {
        case .live: return nil
        case .connecting: return state.texts[.connecting]
        case .lost(let since, let reason, let retryAt):
            let age = state.format.duration(state.now.wall - since)
            let wait = max(0, (retryAt - state.now.wall).seconds)
            let lost = "⚠ " + state.texts(.lost, age) + " · "
            // What a key could not do is worth more at this moment than why.
            if let notice = state.notice, notice.isError { return lost + notice.text }
            return lost + state.texts(.retryIn, "\(wait)") + " · " + state.texts(.asItWas, reason)
        }
    }
}

/// Last row: the keys of this place, from the key table.
struct FooterView {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        // A word says what the key does at this moment.
        let words = [
            state.texts[.dial]: Console.enter(state), state.texts[.hold]: Console.hold(state),
            state.texts[.hangUp]: Console.ending(state),
        ]
        var keys = state.keys.footer(Console.places(state)).map { key, label in
            (key: key, label: words[label].map(word) ?? label)
        }
        if state.overlay == nil, state.screen == .switchboard { fit(&keys) }
        KeyLine(keys).draw(in: &canvas)
    }

    /// Leaves out what there is no call for, and adds what only now means something.
    private func fit(_ keys: inout [(key: String, label: String)]) {
        let call = state.chosenCall
        if call?.state != .active, call?.state != .held {
            let idle = [ConsoleText.hold, .resume, .park, .transfer].map { state.texts[$0] }
            keys.removeAll { idle.contains($0.label) }
            if call == nil, state.ringingForUs == nil { keys.removeAll { $0.label == state.texts[.hangUp] } }
        }
        func add(_ action: KeyAction, _ text: ConsoleText) {
            guard let key = state.keys.key(for: action, in: .switchboard) else { return }
            keys.insert((key: key, label: state.texts[text]), at: min(1, keys.count))
        }
        if state.ringingForUs != nil, Console.ending(state) != .decline { add(.decline, .decline) }
        if call?.consultation?.isThreeWay == false { add(.threeWay, .threeWay) }
    }

    private func word(_ operation: CallOperation) -> String {
        state.texts[operation == .cancelTransfer ? .goBackToCaller : operation.text]
    }
}

/// For a window in which nothing can be done: what is needed, and whether anybody waits.
struct TooSmallView {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        let needed = Console.sizeMin
        canvas.text(
            state.texts(
                .tooSmall, "\(canvas.size.width)", "\(canvas.size.height)", "\(needed.width)", "\(needed.height)"),
            x: 0, y: 0)
        let waiting = state.ownCalls.count { $0.state == .ringing }
        canvas.text(state.texts(.callsRinging, "\(waiting)"), x: 0, y: 1, style: .bold)
    }
}

/// What stands above a screen.
struct OverlayView {
    let state: ConsoleState

    func draw(in canvas: inout Canvas, screen: Rect, line: Rect) {
        switch state.overlay {
        case nil: break
        case .command(let prompt):
            canvas.inside(line) { canvas in
                canvas.fill(canvas.bounds)
                let (added, matches) = Console.completion(of: prompt.text, state)
                let more = matches.count > 1 ? "   " + matches.prefix(12).joined(separator: "  ") : ""
                Prompt(":", prompt, suggestion: prompt.isEmpty ? "" : added + more).draw(in: &canvas)
            }
        case .confirmation(let question, _, _):
            canvas.inside(screen) {
                Popup(state.texts[.hangUp], [StyledText(question), "", StyledText(state.texts[.yesOrNo], .bold)])
                    .draw(in: &$0)
            }
        case .result(let title, let lines, let scroll):
            canvas.inside(screen) { canvas in
                let height = max(1, canvas.size.height - 2)
                let first = min(scroll, max(0, lines.count - height))
                Popup(title, lines[first...].prefix(height).map { StyledText($0) }).draw(in: &canvas)
            }
        }
    }
}
