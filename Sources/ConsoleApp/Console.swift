package import PBXBase
package import TerminalUI

/// The receptionist's switchboard as a terminal program.
package enum Console: LinearProgram {
    package typealias State = ConsoleState
    package typealias Event = ConsoleEvent
    package typealias Effect = ConsoleEffect

    /// Less is too small to work with.
    package static let sizeMin = Size(width: 40, height: 12)
    /// From this width on, directory and calls stand side by side.
    package static let wideColumns = 84

    package static func update(_ state: inout ConsoleState, _ event: ConsoleEvent) -> [ConsoleEffect] {
        switch event {
        case .key(let key): return pressed(key, &state)
        case .pasted(let text): return pasted(text, &state)
        case .resized(let size): state.size = size
        case .ticked(let now):
            state.now = now
            if now.instant >= state.noticeEnd { state.notice = nil }
        case .entered(let line):
            state.notice = nil
            return run(line, &state)
        case .commandDone(let title, let showsResult, let result):
            finish(title, showsResult: showsResult, result, &state)
        default: return exchangeChanged(event, &state) + ladderNews(event, state)
        }
        return []
    }

    /// Running times move each second; a quiet screen shows minutes only.
    package static func tickInterval(_ state: ConsoleState) -> Interval? {
        if !state.link.isLive || !state.exchange.calls.isEmpty { return .seconds(1) }
        // To the minute, not from the last tick on: the clock must not lag.
        let second = Int(state.now.wall.secondsSinceEpoch % 60)
        return .seconds(max(1, 60 - second))
    }

    package static func render(_ state: ConsoleState, into canvas: inout Canvas) {
        guard canvas.size.width >= sizeMin.width, canvas.size.height >= sizeMin.height else {
            return TooSmallView(state: state).draw(in: &canvas)
        }
        let parts = canvas.bounds.rows([.fixed(1), .atLeast(8), .fixed(1), .fixed(1)])
        canvas.inside(parts[0]) { HeaderView(state: state).draw(in: &$0) }
        canvas.inside(parts[1]) { canvas in
            switch state.screen {
            case .switchboard: SwitchboardScreen(state: state).draw(in: &canvas)
            case .calls: CallsScreen(state: state).draw(in: &canvas)
            case .history: HistoryScreen(state: state).draw(in: &canvas)
            case .phones: PhonesScreen(state: state).draw(in: &canvas)
            case .parked: ParkedScreen(state: state).draw(in: &canvas)
            case .ladder: LadderScreen(state: state).draw(in: &canvas)
            case .log: LogScreen(state: state).draw(in: &canvas)
            case .help: HelpScreen(state: state).draw(in: &canvas)
            }
        }
        canvas.inside(parts[2]) { NoticeView(state: state).draw(in: &$0) }
        canvas.inside(parts[3]) { FooterView(state: state).draw(in: &$0) }
        OverlayView(state: state).draw(in: &canvas, screen: parts[1], line: parts[2])
    }
}
