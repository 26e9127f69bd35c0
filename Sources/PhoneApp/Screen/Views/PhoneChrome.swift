import PBXBase
import TerminalUI

/// First row: pages, whose phone, the time.
struct PhoneHeaderView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        canvas.fill(canvas.bounds)
        let clock = state.format.clock(state.now.wall, withSeconds: false)
        let account = state.accounts.indices.contains(state.account) ? state.accounts[state.account].name : ""
        let facts = [
            state.volumes.isMicrophoneMuted ? state.texts[.mutedMark] : "", account,
            state.lostAccount == nil ? "" : "⚠", clock,
        ]
        let right = " " + facts.filter { !$0.isEmpty }.joined(separator: " · ")
        let rightWidth = min(CharacterWidth.columns(of: right), canvas.size.width / 2)
        let parts = canvas.bounds.columns([.share(1), .fixed(rightWidth)])
        canvas.inside(parts[0]) { canvas in
            Tabs(
                PhonePage.allCases.map { title($0) }, selected: PhonePage.allCases.firstIndex(of: state.page) ?? 0
            ).draw(in: &canvas)
        }
        canvas.inside(parts[1]) { $0.text(right, x: 0, y: 0, width: $0.size.width) }
    }

    /// The history says how many missed calls wait there.
    private func title(_ page: PhonePage) -> String {
        let title = state.texts[.name(of: page)]
        let missed = state.history.missedCount
        return page == .history && missed > 0 ? "\(title) \(missed)!" : title
    }
}

/// Row above the keys: a lost registration first, beside what happened last; else what waits for the user.
struct PhoneNoticeView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        if let text = Self.lostText(state) {
            canvas.fill(canvas.bounds, style: Style(.yellow, [.bold, .reverse]))
            canvas.text(text, x: 0, y: 0, style: Style(.yellow, [.bold, .reverse]))
        } else if let notice = state.notice {
            let mark = notice.isError ? "! " : ""
            canvas.text(mark + notice.text, x: 0, y: 0, style: notice.isError ? Style(.red, .bold) : .bold)
        } else {
            let waiting = Self.waitingText(state)
            canvas.text(waiting ?? state.texts[.allWell], x: 0, y: 0, style: waiting == nil ? .dim : .bold)
        }
    }

    /// nil while every account is registered, so that the line is free for other news.
    static func lostText(_ state: PhoneScreenState) -> String? {
        guard let account = state.lostAccount, case .lost(let since, let reason, let isFinal) = account.registration
        else { return nil }
        let age = state.format.duration(state.now.wall - since)
        let lost = "⚠ " + state.texts(.lost, account.name, age) + " · "
        // What a key did, or who calls, is worth more at this moment than why.
        if let notice = state.notice { return lost + notice.text }
        return lost + reason + " · " + state.texts[isFinal ? .lostForGood : .lostTrying]
    }

    /// Missed calls and new messages; nil when there are none.
    static func waitingText(_ state: PhoneScreenState) -> String? {
        var parts: [String] = []
        if state.history.missedCount > 0 { parts.append(state.texts(.missedCalls, "\(state.history.missedCount)")) }
        if state.newMessages > 0 { parts.append(state.texts(.messagesNew, "\(state.newMessages)")) }
        return parts.isEmpty ? nil : parts.joined(separator: " · ")
    }
}

/// For a window in which nothing can be done: what is needed, and whether anybody waits.
struct PhoneTooSmallView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        let needed = PhoneScreen.sizeMin
        canvas.text(
            state.texts(
                .tooSmall, "\(canvas.size.width)", "\(canvas.size.height)", "\(needed.width)", "\(needed.height)"),
            x: 0, y: 0)
        let waiting = state.lines.values.count { $0.summary.state == .incoming }
        canvas.text(state.texts(.callsRinging, "\(waiting)"), x: 0, y: 1, style: .bold)
    }
}

/// What stands above a page.
struct PhoneOverlayView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas, page: Rect, line: Rect) {
        let texts = state.texts
        switch state.overlay {
        case nil: break
        case .command(let prompt):
            canvas.inside(line) { canvas in
                canvas.fill(canvas.bounds)
                let (added, matches) = PhoneTyped.completion(of: prompt.text, state)
                let more = matches.count > 1 ? "   " + matches.prefix(12).joined(separator: "  ") : ""
                Prompt(":", prompt, suggestion: prompt.isEmpty ? "" : added + more).draw(in: &canvas)
            }
        case .leaving:
            let question = texts(.reallyQuit, "\(state.lines.count)")
            canvas.inside(page) {
                Popup(texts[.quit], [StyledText(question), "", StyledText(texts[.yesOrNo], .bold)]).draw(in: &$0)
            }
        case .partner(let number):
            let who = state.lines[number].map { state.name(of: $0.summary.peer) } ?? ""
            let rows = state.answeredLines.filter { $0.summary.line != number }.map { line in
                let place = state.place(of: line.summary.line).map { "\($0)" } ?? "–"
                return StyledText("\(place)  \(state.name(of: line.summary.peer))")
            }
            canvas.inside(page) {
                Popup(texts[.connect], [StyledText(texts(.connectWith, who), .bold), ""] + rows).draw(in: &$0)
            }
        }
    }
}
