import MediaControl
import PBXBase
import TerminalUI

/// What the phone tells.
extension PhoneScreen {
    static func told(_ event: PhoneEvent, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        switch event {
        case .registered(let account, _): registered(account, &state)
        case .registrationFailed(let account, let status, let phrase, let isFinal):
            return registrationFailed(account, "\(status) \(phrase)".trimmingSpaces, isFinal: isFinal, &state)
        case .unregistered(let account):
            guard state.accounts.indices.contains(account) else { return [] }
            state.accounts[account].registration = .off
            state.log(.logAccount, "\(state.accounts[account].name): \(state.texts[.registrationOff])")
        case .line(let summary): return lineChanged(summary, &state)
        case .ended(let summary, let end, let talkSeconds): lineEnded(summary, end, talkSeconds, &state)
        case .digit(let line, let digit):
            news(state.texts(.digitReceived, name(of: line, state), String(digit)), .logCall, &state)
        case .transferring(let line, let status): transferring(line, status, &state)
        case .playbackEnded(_, let end):
            if case .failed(let problem) = end { fail(problem, &state) }
        case .recordingEnded(_, let end):
            switch end {
            case .finished(_, let duration, _):
                news(state.texts(.recorded, state.format.duration(duration)), .logCall, &state)
            case .failed(let problem): fail(problem, &state)
            }
        case .messagesWaiting(let account, _, let new, let old): messages(account ?? 0, new, old, &state)
        case .lamp(let summary): lampChanged(summary, &state)
        case .volume(let volumes):
            state.volumes = volumes
            state.say(volumeText(state))
        case .levels(let levels): state.levels = levels
        case .failed(let text): fail(text, &state)
        case .noted(let text): news(withPlaces(text, state), .logCall, &state)
        case .stopped: return [.quit]
        }
        return []
    }

    private static func lampChanged(_ summary: LampSummary, _ state: inout PhoneScreenState) {
        let text: PhoneText =
            switch summary.state {
            case .unknown: .lampUnknown
            case .idle: .lampIdle
            case .ringing: .lampRinging
            case .busy: .lampBusy
            }
        state.say(state.texts(text, summary.target))
    }

    static func fail(_ text: String, _ state: inout PhoneScreenState) {
        let text = withPlaces(text, state)
        state.say(text, isError: true)
        state.log(.problem, text)
        state.connecting = nil
    }

    private static func news(_ text: String, _ type: PhoneText, _ state: inout PhoneScreenState) {
        state.say(text)
        state.log(type, text)
    }

    /// The phone counts calls from its start on; people see places.
    private static func withPlaces(_ text: String, _ state: PhoneScreenState) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
            let digits = word.dropFirst().prefix { $0.isNumber }
            guard word.first == "#", let number = Int(digits), let place = state.place(of: LineNumber(number)) else {
                return String(word)
            }
            return "\(place)" + word.dropFirst(1 + digits.count)
        }
        return words.joined(separator: " ")
    }

    // MARK: Accounts

    private static func registered(_ account: Int, _ state: inout PhoneScreenState) {
        guard state.accounts.indices.contains(account) else { return }
        let before = state.accounts[account].registration
        state.accounts[account].registration = .registered
        guard before != .registered else { return }
        let text = "\(state.accounts[account].name): \(state.texts[.registered])"
        state.log(.logAccount, text)
        if case .lost = before { state.say(text) }
    }

    private static func registrationFailed(
        _ account: Int, _ reason: String, isFinal: Bool, _ state: inout PhoneScreenState
    ) -> [PhoneScreenEffect] {
        guard state.accounts.indices.contains(account) else { return [] }
        let before = state.accounts[account].registration
        var since = state.now.wall
        if case .lost(let first, _, _) = before { since = first }
        state.accounts[account].registration = .lost(since: since, reason: reason, isFinal: isFinal)
        let text = "\(state.accounts[account].name): \(state.texts[.notRegistered]): \(reason)"
        state.log(.logAccount, text)
        return before == .registered ? [.alert(text)] : []
    }

    private static func messages(_ account: Int, _ new: Int, _ old: Int, _ state: inout PhoneScreenState) {
        guard state.accounts.indices.contains(account) else { return }
        let before = state.accounts[account].messages?.new ?? 0
        state.accounts[account].messages = .init(new: new, old: old)
        if new > before { news(state.texts(.messagesNew, "\(new)"), .logAccount, &state) }
    }

    // MARK: Lines

    private static func lineChanged(_ summary: LineSummary, _ state: inout PhoneScreenState) -> [PhoneScreenEffect] {
        let number = summary.line
        let before = state.lines[number]
        var line = before ?? PhoneLine(summary: summary, began: state.now.wall)
        line.summary = summary
        if line.answeredAt == nil, line.isAnswered { line.answeredAt = state.now.wall }
        state.lines[number] = line
        settle(&state)
        // Whoever is talked with, or called, is the one that keys mean.
        let isChosen = summary.state == .active || summary.state == .calling
        if before?.summary.state != summary.state, isChosen { state.picked = number }
        let who = state.name(of: summary.peer)
        let full = who == summary.peer.number ? who : "\(who) (\(summary.peer.number))"
        if before?.summary.state != summary.state {
            state.log(.logCall, "\(full): \(LineFace.word(of: line, state.texts))")
        }
        guard before == nil, summary.state == .incoming else { return [] }
        state.say(state.texts(state.talkingLine == nil ? .incomingCall : .callWaiting, full))
        return [.alert(full)]
    }

    private static func lineEnded(
        _ summary: LineSummary, _ end: LineEnd, _ talkSeconds: Int?, _ state: inout PhoneScreenState
    ) {
        let number = summary.line
        let place = state.place(of: number).map { "\($0): " } ?? ""
        state.lines[number] = nil
        settle(&state)
        if state.picked == number { state.picked = nil }
        if state.dial.purpose == .transfer(number) { state.dial = DialField() }
        if state.overlay == .partner(of: number) || state.answeredLines.count < 2, case .partner = state.overlay {
            state.overlay = nil
        }
        if state.overlay == .leaving, state.lines.isEmpty { state.overlay = nil }
        if state.lines.isEmpty { state.levels = nil }
        let who = state.name(of: summary.peer)
        let talk = talkSeconds.map { " (\(state.format.duration(.seconds($0))))" } ?? ""
        let text = "\(place)\(who): \(LineFace.end(end, state.texts))\(talk)"
        state.log(.logCall, text)
        if state.connecting?.transferred == number, end == .transferred, let partner = state.connecting?.partner {
            state.say(state.texts(.connected, who, name(of: partner, state)))
        } else if state.connecting?.partner == number, end == .there {
            // Its end is what was wanted, and no news beside that.
            state.connecting = nil
        } else {
            state.connecting = nil
            state.say(text, isError: end.isFailure)
        }
    }

    static func settle(_ state: inout PhoneScreenState) { state.places.settle(state.lines.keys.sorted()) }

    private static func transferring(_ line: LineNumber, _ status: Int, _ state: inout PhoneScreenState) {
        state.lines[line]?.isTransferring = status < 200
        if status >= 300 { state.connecting = nil }
        let who = name(of: line, state)
        switch status {
        case ..<200: state.log(.logCall, state.texts(.transferRuns, who))
        case ..<300: news(state.texts(.transferDone, who), .logCall, &state)
        default: fail(state.texts(.transferFailed, who, "\(status)"), &state)
        }
    }

    private static func name(of line: LineNumber, _ state: PhoneScreenState) -> String {
        state.lines[line].map { state.name(of: $0.summary.peer) } ?? ""
    }

    /// What a change of the volume is told as.
    private static func volumeText(_ state: PhoneScreenState) -> String {
        if state.volumes.isMicrophoneMuted { return state.texts[.muted] }
        return state.texts(.volumeIs, "\(state.volumes.speaker)")
    }
}

extension PhoneScreenState {
    fileprivate mutating func log(_ type: PhoneText, _ text: String) {
        log.append(EventLog.Line(at: now.wall, type: texts[type], text: text))
    }
}

extension LineEnd {
    /// Whether somebody should look: the call did not come to be what was wanted.
    fileprivate var isFailure: Bool {
        switch self {
        case .refused, .mediaFailed, .lost: true
        case .here, .there, .missed, .transferred, .declined: false
        }
    }
}
