import CursesBackend
import PBXBase

/// A phone with a screen, on the phone's side: passes events on to the thread that owns the terminal, and keeps the
/// history, so that a call is remembered however the screen ends.
struct ScreenDesk: PhoneDesk {
    /// Called as soon as the phone is registered, or at once when it does not register.
    private var target: String?
    private let waitsForRegistration: Bool
    /// Whether meters are drawn.
    private let wantsLevels: Bool
    private var recorder: HistoryRecorder
    private let inbox: EventInbox<PhoneScreenEvent>

    init(
        target: String?, waitsForRegistration: Bool, wantsLevels: Bool, recorder: HistoryRecorder,
        inbox: EventInbox<PhoneScreenEvent>
    ) {
        self.target = target
        self.waitsForRegistration = waitsForRegistration
        self.wantsLevels = wantsLevels
        self.recorder = recorder
        self.inbox = inbox
    }

    mutating func started() -> [DeskOrder] {
        let levels: [DeskOrder] = wantsLevels ? [.command(.levels(true))] : []
        return [.command(.register)] + levels + (waitsForRegistration ? [] : callTarget())
    }

    mutating func told(_ event: PhoneEvent, at now: WallTime) -> [DeskOrder] {
        let entry = recorder.told(event, at: now)
        // What is kept comes first, so that a missed call is counted when its end is shown.
        if let entry { inbox.put(.remembered(entry)) }
        inbox.put(.phone(event))
        var orders: [DeskOrder] = entry.map { [.remember(.call($0))] } ?? []
        switch event {
        case .registered(account: 0, _): orders += callTarget()
        case .stopped: orders.append(.exit(PhoneExit.success.rawValue))
        default: break
        }
        return orders
    }

    mutating func troubled(_ problem: String) -> [DeskOrder] {
        inbox.put(.troubled(problem))
        return []
    }

    /// The screen reads its own lines.
    mutating func lineRead(_ text: String) -> [DeskOrder] { [] }
    mutating func inputEnded() -> [DeskOrder] { interrupted() }
    mutating func interrupted() -> [DeskOrder] { [.command(.stop)] }

    private mutating func callTarget() -> [DeskOrder] {
        defer { target = nil }
        return target.map { [.command(.call($0, account: nil))] } ?? []
    }
}
