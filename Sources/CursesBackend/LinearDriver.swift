import PBXBase
package import TerminalUI

/// Runs a program in linear mode: one loop that reads lines and events and prints what changed.
package struct LinearDriver<P: LinearProgram> {
    private var state: P.State
    private var view = LinearView()
    private var lines: LineDriver<P.Event>
    private let perform: (P.Effect) -> DriverOrder

    package init(_ state: P.State, inbox: EventInbox<P.Event>, perform: @escaping (P.Effect) -> DriverOrder) {
        self.state = state
        self.perform = perform
        lines = LineDriver(inbox: inbox)
    }

    /// Returns when the program wants to stop, a signal asks for it, or nobody reads or writes lines any more.
    /// `started` is called once what is so at the beginning has been said.
    package consuming func run(_ signals: SignalInbox, started: () -> Void) {
        guard lines.write(P.greeting(state)), say() else { return }
        started()
        while let (entered, events) = lines.next(signals) {
            guard execute(P.update(&state, .ticked(ProcessClock.now))) else { return }
            for event in events {
                guard execute(P.update(&state, event)) else { return }
            }
            for line in entered {
                guard execute(P.update(&state, P.entered(line))), write(P.answer(to: line, state)) else { return }
            }
            guard say() else { return }
        }
    }

    /// False when the program is to be left.
    private func execute(_ effects: [P.Effect]) -> Bool { effects.allSatisfy { perform($0) != .stop } }

    private func write(_ rows: [String]) -> Bool { rows.allSatisfy { lines.write(LinearView.spoken($0)) } }

    private mutating func say() -> Bool {
        let state = state
        let news = view.lines(for: P.items(state)) { P.farewell($0, state) }
        return write(news + P.takeResult(&self.state))
    }
}
