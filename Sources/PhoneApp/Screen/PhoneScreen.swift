package import PBXBase
package import TerminalUI

/// The phone as a terminal program: what a person sees of it, and what keys do. Sans I/O: it is told events of the
/// phone and answers with commands for it.
package enum PhoneScreen: LinearProgram {
    package typealias State = PhoneScreenState
    package typealias Event = PhoneScreenEvent
    package typealias Effect = PhoneScreenEffect

    /// Less is too small to work with.
    package static let sizeMin = Size(width: 40, height: 14)
    /// From this width on, accounts and the last calls stand side by side.
    package static let wideColumns = 110

    package static func update(_ state: inout PhoneScreenState, _ event: PhoneScreenEvent) -> [PhoneScreenEffect] {
        switch event {
        case .key(let key): return pressed(key, &state)
        case .pasted(let text): pasted(text, &state)
        case .resized(let size): state.size = size
        case .ticked(let now): state.now = now
        case .phone(let event): return told(event, &state)
        case .remembered(let entry): state.history.append(entry)
        case .troubled(let text): fail(text, &state)
        case .entered(let line):
            state.notice = nil
            return run(line, &state)
        }
        return []
    }

    /// Running times move each second; a quiet screen shows minutes only.
    package static func tickInterval(_ state: PhoneScreenState) -> Interval? {
        if !state.lines.isEmpty || state.lostAccount != nil { return .seconds(1) }
        // To the minute, not from the last tick on: the clock must not lag.
        let second = Int(state.now.wall.secondsSinceEpoch % 60)
        return .seconds(max(1, 60 - second))
    }

    package static func render(_ state: PhoneScreenState, into canvas: inout Canvas) {
        guard canvas.size.width >= sizeMin.width, canvas.size.height >= sizeMin.height else {
            return PhoneTooSmallView(state: state).draw(in: &canvas)
        }
        let parts = canvas.bounds.rows([.fixed(1), .atLeast(8), .fixed(1), .fixed(1)])
        canvas.inside(parts[0]) { PhoneHeaderView(state: state).draw(in: &$0) }
        canvas.inside(parts[1]) { canvas in
            switch state.page {
            case .phone: PhonePageView(state: state).draw(in: &canvas)
            case .history: HistoryPageView(state: state).draw(in: &canvas)
            case .book: BookPageView(state: state).draw(in: &canvas)
            case .log: LogPageView(state: state).draw(in: &canvas)
            case .help: HelpPageView(state: state).draw(in: &canvas)
            }
        }
        canvas.inside(parts[2]) { PhoneNoticeView(state: state).draw(in: &$0) }
        canvas.inside(parts[3]) { KeyLine(footer(state)).draw(in: &$0) }
        PhoneOverlayView(state: state).draw(in: &canvas, page: parts[1], line: parts[2])
    }
}
