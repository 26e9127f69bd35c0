import ConsoleApp
import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI

/// A busy exchange as the console sees it, on a clock of its own: two milliseconds from event to event.
struct Rush {
    private var loop: ProgramLoop<Console>
    private var terminal: BufferTerminal
    private var now = Now(instant: .zero, wall: WallTime(microseconds: 1_795_439_109_000_000))

    static let extensions = 1_000
    static let calls = 200
    static let keys = ["m", "u", "e", "l", "Backspace", "Down", "Down", "Esc", "2", "Up", "a", "n", "Esc"]

    init(_ size: Size) throws {
        let state = try ConsoleState(
            size: size, now: now, format: LocalFormat(habit: .german), language: .english, ownNumber: "1001")
        loop = ProgramLoop(state, size: size)
        terminal = BufferTerminal(size)
        take(.link(.connected(HelloCommand.Reply(name: "pbxd", version: "0", peer: .init(name: "b", role: .admin)))))
        take(
            .snapshot(
                SubscribeCommand.Reply(
                    seq: 0, topics: Topic.allCases, calls: (0..<Self.calls).map { call($0, .active) },
                    registrations: (0..<Self.extensions).map(Self.phone))))
        take(.directoryListed((0..<Self.extensions).map(Self.row)))
        draw()
    }

    var frames: Int { terminal.frames }
    var cells: Int { terminal.cellsSent }

    /// A call of two hundred changes its state; each second the time moves.
    mutating func event(_ step: Int) {
        now.instant = now.instant + .milliseconds(2)
        now.wall = now.wall + .milliseconds(2)
        let states: [CallSnapshot.State] = [.active, .held, .ringing]
        take(.callChanged(call(step % Self.calls, states[step / Self.calls % 3]), .callUpdated))
        for effect in loop.tick(now) { _ = effect }
        draw()
    }

    /// Presses a key and draws what it does, events or not.
    mutating func key(_ number: Int) {
        guard let event = KeyEvent(Self.keys[number % Self.keys.count]) else { return }
        now.instant = now.instant + .milliseconds(8)
        _ = loop.handle(TerminalInput.key(event))
        draw()
    }

    private mutating func take(_ event: ConsoleEvent) { _ = loop.handle(event) }

    private mutating func draw() {
        if let frame = loop.frame(now.instant) { terminal.present(frame) }
    }

    private func call(_ number: Int, _ state: CallSnapshot.State) -> CallSnapshot {
        let from = "\(1_000 + number)"
        let to = "\(1_500 + number)"
        return CallSnapshot(
            callId: "call-\(1_000 + number)", direction: .internalCall, state: state, from: from,
            fromName: "Caller \(number)", to: to, answeredBy: to, startedAt: "2026-11-23T13:00:00.000Z", ringingAt: nil,
            answeredAt: "2026-11-23T13:00:05.000Z",
            legs: [
                LegSnapshot(role: .caller, number: from, peer: "udp 192.0.2.1:5060", sipCallId: "a", state: "up"),
                LegSnapshot(role: .callee, number: to, peer: "udp 192.0.2.2:5060", sipCallId: "b", state: "up"),
            ])
    }

    private static func phone(_ number: Int) -> RegistrationSnapshot {
        RegistrationSnapshot(
            number: "\(1_000 + number)", contact: "sip:\(1_000 + number)@192.0.2.9", transport: "udp",
            source: "192.0.2.9:5060", expiresAt: "2026-11-23T14:00:00.000Z", userAgent: "phone")
    }

    private static func row(_ number: Int) -> DirectoryEntry {
        let names = ["Müller", "Ahrens", "Öztürk", "Nowak", "Schmidt", "Lindner"]
        return DirectoryEntry(
            number: "\(1_000 + number)", name: "\(names[number % names.count]) Number\(number)")
    }
}
