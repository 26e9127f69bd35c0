import CursesBackend
import PBXBase
import TerminalUI

/// The console in linear mode: one loop that reads lines and events and prints what changed.
struct LinearConsole {
    private var state: ConsoleState
    private var view = LinearView()
    private var driver: LineDriver<ConsoleEvent>
    private let link: ConsoleLink

    init(_ state: ConsoleState, inbox: EventInbox<ConsoleEvent>, link: ConsoleLink) {
        self.state = state
        self.link = link
        driver = LineDriver(inbox: inbox)
    }

    consuming func run(_ signals: SignalInbox) {
        guard driver.write(state.texts[.linearHelp]), say() else { return }
        link.start()
        while let (lines, events) = driver.next(signals) {
            _ = Console.update(&state, .ticked(ProcessClock.now))
            for event in events {
                guard execute(Console.update(&state, event)) else { return }
            }
            for line in lines {
                guard answer(line) else { return }
            }
            guard say() else { return }
        }
    }

    /// Does what a line says, and prints what it asks for. False when it says to leave.
    private mutating func answer(_ line: String) -> Bool {
        state.notice = nil
        guard execute(Console.update(&state, .entered(line))) else { return false }
        let isQuestion = (try? CommandLineReader.read(line)).map(\.asksForRows) ?? false
        guard isQuestion else { return true }
        return ConsoleLines.answer(state).allSatisfy { driver.write(LinearView.spoken($0)) }
    }

    private mutating func execute(_ effects: [ConsoleEffect]) -> Bool {
        for effect in effects {
            switch effect {
            case .quit: return false
            case .reconnect: link.start()
            case .send, .listExtensions, .listRecords: link.perform(effect)
            case .alert, .redraw: break
            }
        }
        return true
    }

    private mutating func say() -> Bool {
        let state = state
        var lines = view.lines(for: ConsoleLines.items(state)) { ConsoleLines.farewell($0, state) }
        if case .result(let title, let rows, _) = state.overlay {
            lines += ["\(title):"] + rows
            self.state.overlay = nil
        }
        return lines.allSatisfy { driver.write(LinearView.spoken($0)) }
    }
}

extension TypedCommand {
    /// Whether rows are the answer.
    fileprivate var asksForRows: Bool {
        switch self {
        case .screen, .find: true
        default: false
        }
    }
}

extension Optional<TypedCommand> {
    fileprivate var asksForRows: Bool { self?.asksForRows ?? false }
}
