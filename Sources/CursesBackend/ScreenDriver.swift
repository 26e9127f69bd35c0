import Glibc
import PBXBase
package import TerminalUI

/// What a program wants of its driver after an effect.
package enum DriverOrder: Hashable, Sendable {
    case goOn
    case alert(String)
    /// The terminal shows something else than we think.
    case redraw
    case stop
}

/// Runs a program on a real terminal: waits for keys, signals, events and deadlines on the main thread, and draws.
package struct ScreenDriver<P: Program> {
    private var loop: ProgramLoop<P>
    private var decoder: KeyDecoder
    private let terminal: CursesTerminal
    private let inbox: EventInbox<P.Event>
    private let perform: (P.Effect) -> DriverOrder
    private var isRunning = true

    /// Signals that the driver handles.
    package static var signals: [Int32] { [SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT] }

    package init(
        _ state: P.State, terminal: CursesTerminal, inbox: EventInbox<P.Event>,
        perform: @escaping (P.Effect) -> DriverOrder
    ) {
        loop = ProgramLoop(state, size: terminal.size)
        decoder = KeyDecoder(sequences: TerminalDevice.keySequences())
        self.terminal = terminal
        self.inbox = inbox
        self.perform = perform
    }

    /// Returns when the program wants to stop, a signal asks for it, or the terminal is gone.
    package mutating func run(_ signals: SignalInbox) {
        execute(loop.resize(terminal.size))
        while isRunning {
            execute(loop.tick(ProcessClock.now))
            draw()
            guard isRunning else { return }
            wait(signals)
        }
    }

    private mutating func draw() {
        if let frame = loop.frame(ProcessClock.now.instant) { terminal.present(frame) }
    }

    /// Events wait for the frame that would show them, so that a busy exchange wakes us thirty times a second and not
    /// once for each of its events.
    private mutating func wait(_ signals: SignalInbox) {
        let deadline = Instant.earliest(loop.deadline, decoder.deadline)
        let left = deadline.map { ($0 - ProcessClock.now.instant).nanoseconds }
        let milliseconds = left.map { max(0, min(60_000, ($0 + 999_999) / 1_000_000)) } ?? -1
        var sources = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = loop.frameAt == nil ? 3 : 2
        let ready = poll(&sources, nfds_t(count), Int32(milliseconds))
        if ready > 0, sources[0].revents != 0 { readKeys() }
        for number in signals.takeAll() { received(number) }
        if loop.frameAt.map({ $0 <= ProcessClock.now.instant }) ?? true || sources[2].revents != 0 {
            let events = inbox.takeAll()
            if !events.isEmpty { execute(loop.tick(ProcessClock.now, always: true)) }
            for event in events { execute(loop.handle(event)) }
        }
        if let escape = decoder.deadline, escape <= ProcessClock.now.instant {
            var inputs: [TerminalInput] = []
            decoder.timedOut(into: &inputs)
            for input in inputs { execute(loop.handle(input)) }
        }
    }

    private mutating func readKeys() {
        guard let bytes = TerminalDevice.read() else {
            isRunning = false
            return
        }
        var inputs: [TerminalInput] = []
        decoder.decode(bytes, now: ProcessClock.now.instant, into: &inputs)
        for input in inputs where isRunning { execute(loop.handle(input)) }
    }

    private mutating func received(_ number: Int32) {
        switch number {
        case SIGWINCH, SIGCONT:
            terminal.resized()
            execute(loop.resize(terminal.size))
        default: isRunning = false
        }
    }

    private mutating func execute(_ effects: [P.Effect]) {
        for effect in effects {
            switch perform(effect) {
            case .goOn: break
            case .alert(let text): terminal.alert(text)
            case .redraw:
                terminal.resized()
                loop.redraw()
            case .stop: isRunning = false
            }
        }
    }
}
