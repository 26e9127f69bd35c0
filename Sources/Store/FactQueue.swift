import Glibc
internal import PBXModel
import Synchronization

/// A fact on its way to the database, and who waits for it.
struct WaitingFact: Sendable {
    var fact: Fact
    var ticket: CommitTicket?
}

/// Between the core loop, which must not wait, and the writer's thread, which may. The lock is held for an append or
/// for taking everything, never during a write; the thread is woken only for a fact that somebody waits for, and takes
/// along what came in before.
final class FactQueue: Sendable {
    private struct State {
        var waiting: [WaitingFact] = []
        /// Taken by the writer, not yet committed.
        var inFlight = 0
        var bindingsDropped = 0
        /// Somebody waits for a fact in `waiting`, or it is a good load, or all shall be written out.
        var isUrgent = false
        /// The writer sleeps without a time limit.
        var isIdle = false
        /// A wake-up is on its way.
        var isWoken = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let doorbell: Doorbell
    private let factsWaitingMax: Int
    private let delayMilliseconds: CInt

    /// So many facts are written without waiting for more.
    private static let groupFactsMax = 512

    init(factsWaitingMax: Int, delayMilliseconds: Int) throws(StoreError) {
        self.factsWaitingMax = factsWaitingMax
        self.delayMilliseconds = CInt(clamping: delayMilliseconds)
        doorbell = try Doorbell()
    }

    /// Facts that are not committed yet.
    var count: Int { state.withLock { $0.waiting.count + $0.inFlight } }

    /// The limit is reached: who makes facts should refuse new work. What running work still has to say is taken.
    var isOverloaded: Bool { count >= factsWaitingMax }

    func append(_ fact: Fact, ticket: CommitTicket?) {
        let wakes = state.withLock { state in
            let count = state.waiting.count + state.inFlight
            if ticket == nil, count >= 2 * factsWaitingMax, fact.isBinding {
                // Calls end, and there are no new ones; registrations go on for ever. The phones will renew them.
                state.bindingsDropped += 1
                return false
            }
            state.waiting.append(WaitingFact(fact: fact, ticket: ticket))
            if ticket != nil || state.waiting.count >= Self.groupFactsMax { state.isUrgent = true }
            let wakes = (state.isUrgent || state.isIdle) && !state.isWoken
            if wakes { state.isWoken = true }
            return wakes
        }
        if wakes { doorbell.ring() }
    }

    /// Has the writer write at once what is there; `closing`: and then end.
    func hurry(closing: Bool = false) {
        state.withLock { state in
            state.isUrgent = true
            state.isWoken = true
            if closing { state.isClosed = true }
        }
        doorbell.ring()
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// What the writer is to do next.
    struct Work: Sendable {
        var facts: [WaitingFact]
        /// Binding facts that found no room since the last time.
        var bindingsDropped: Int
    }

    /// For the writer: waits until there is something to write, and takes all of it; nil when the queue is closed and
    /// empty. A fact that nobody waits for rests for `delayMilliseconds`, so that it shares a transaction.
    func next() -> Work? {
        while true {
            if let work = take(where: { $0.isUrgent || $0.isClosed }) {
                return work.facts.isEmpty && isClosed ? nil : work
            }
            guard !wait(milliseconds: delayMilliseconds) else { continue }
            if let work = take(where: { !$0.waiting.isEmpty }) { return work }
            // A quiet spell: from here on nothing but a fact wakes us.
            let isIdle = state.withLock { state in
                state.isIdle = state.waiting.isEmpty && !state.isUrgent && !state.isClosed
                return state.isIdle
            }
            if isIdle { _ = wait(milliseconds: -1) }
        }
    }

    /// For the writer, which still holds facts that could not be written: takes what came in since, after a pause.
    func nextAfterFailure(pauseMilliseconds: Int) -> Work {
        poll(nil, 0, CInt(clamping: pauseMilliseconds))
        return take { _ in true } ?? Work(facts: [], bindingsDropped: 0)
    }

    /// For the writer: `count` facts of those taken are written.
    func written(_ count: Int) {
        state.withLock { $0.inFlight -= count }
    }

    private func take(where isDue: (borrowing State) -> Bool) -> Work? {
        state.withLock { state in
            guard isDue(state) else { return nil }
            let work = Work(facts: state.waiting, bindingsDropped: state.bindingsDropped)
            state.waiting = []
            state.inFlight += work.facts.count
            state.bindingsDropped = 0
            state.isUrgent = false
            return work
        }
    }

    /// Whether somebody woke us before the time was over (-1: no limit).
    private func wait(milliseconds: CInt) -> Bool {
        let rang = doorbell.wait(milliseconds: milliseconds)
        state.withLock { state in
            state.isIdle = false
            if rang { state.isWoken = false }
        }
        return rang
    }
}

extension Fact {
    var isBinding: Bool {
        switch self {
        case .bindingSet, .bindingRemoved: true
        case .callOpened, .callClosed: false
        }
    }
}
