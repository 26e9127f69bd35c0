import Glibc
internal import PBXBase
internal import PBXModel
import Synchronization

/// A fact on its way to the database, and who waits for it.
struct WaitingFact: Sendable {
    var fact: Fact
    var ticket: CommitTicket?
}

/// Between the core loop, which must not wait, and the writer's thread, which may. The lock is held for an append or
/// for taking what is there, never during a write. A fact that somebody waits for is urgent and wakes the writer; the
/// others rest for a while, to share a transaction, and a call that ends before its opening was written costs one row.
/// What is said of one call, or of one binding, is written in the order in which it came.
final class FactQueue: Sendable {
    fileprivate struct State {
        var urgent: [WaitingFact] = []
        /// Nil where a call ended before its opening was written.
        var resting: [WaitingFact?] = []
        var restingCount = 0
        /// Where in `resting` a call's opening is.
        var openings: [CallID: Int] = [:]
        /// Taken by the writer, not yet committed.
        var inFlight = 0
        var bindingsDropped = 0
        /// Everything shall be written at once.
        var isHurried = false
        /// The writer looks again in a moment without being woken.
        var isGathering = false
        /// The writer sleeps without a time limit.
        var isIdle = false
        /// A wake-up is on its way.
        var isWoken = false
        var isClosed = false

        var count: Int { urgent.count + restingCount + inFlight }

        mutating func rest(_ item: WaitingFact) {
            resting.append(item)
            restingCount += 1
        }

        /// The closing says all that the opening does.
        mutating func dropOpening(of call: CallID) {
            guard let index = openings.removeValue(forKey: call) else { return }
            resting[index] = nil
            restingCount -= 1
        }

        /// Moves all that rests to the urgent ones.
        mutating func wakeResting() {
            urgent += resting.lazy.compactMap { $0 }
            resting.removeAll(keepingCapacity: true)
            restingCount = 0
            openings.removeAll(keepingCapacity: true)
        }
    }

    fileprivate let state = Mutex(State())
    fileprivate let doorbell: Doorbell
    private let factsWaitingMax: Int
    fileprivate let delay: Interval
    fileprivate let gatherMilliseconds: CInt

    /// So many facts are written without waiting for more.
    private static let restingMax = 512

    init(_ options: StoreOptions) throws(StoreError) {
        factsWaitingMax = options.factsWaitingMax
        delay = .milliseconds(options.delayMilliseconds)
        gatherMilliseconds = CInt(clamping: options.gatherMilliseconds)
        doorbell = try Doorbell()
    }

    /// Facts that are not committed yet.
    var count: Int { state.withLock { $0.count } }

    /// The limit is reached: who makes facts should refuse new work. What running work still has to say is taken.
    var isOverloaded: Bool { count >= factsWaitingMax }

    func append(_ fact: Fact, ticket: CommitTicket?) {
        let item = WaitingFact(fact: fact, ticket: ticket)
        let wakes = state.withLock { state in
            switch fact {
            case .callOpened(let record):
                if ticket == nil { state.openings[record.id] = state.resting.count }
            case .callClosed(let record): state.dropOpening(of: record.id)
            case .bindingSet, .bindingRemoved:
                if ticket == nil, state.count >= 2 * factsWaitingMax {
                    // Calls end, and there are no new ones; registrations go on for ever. The phones will renew them.
                    state.bindingsDropped += 1
                    return false
                }
                // It must not overtake what was said of the same binding before.
                if ticket != nil { state.wakeResting() }
            // The opening must not be written after it.
            case .callNoted: state.wakeResting()
            case .userSettingsSet: break
            }
            if ticket == nil { state.rest(item) } else { state.urgent.append(item) }
            if state.resting.count >= Self.restingMax { state.isHurried = true }
            let wakes =
                (!state.urgent.isEmpty || state.isHurried || state.isIdle) && !state.isWoken && !state.isGathering
            if wakes { state.isWoken = true }
            return wakes
        }
        if wakes { doorbell.ring() }
    }

    /// Has the writer write all that is there, and then end.
    func finish() {
        state.withLock { state in
            state.isClosed = true
            state.isWoken = true
        }
        doorbell.ring()
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
}

/// The writer's side of the queue; confined to its thread.
struct FactSource {
    /// What the writer is to do next.
    struct Work: Sendable {
        var facts: [WaitingFact]
        /// Binding facts that found no room since the last time.
        var bindingsDropped: Int
    }

    private let queue: FactQueue
    /// When what rests is due.
    private var restingDue = Instant.zero
    /// The last round wrote what somebody waited for, so more may come.
    private var isBusy = false

    init(_ queue: FactQueue) { self.queue = queue }

    /// Waits until there is something to write, and takes it; nil when the queue is closed and empty.
    mutating func next() -> Work? {
        while true {
            if isBusy {
                isBusy = false
                queue.gather()
            }
            let now = Self.now
            if let work = queue.take(all: now >= restingDue) {
                if now >= restingDue { restingDue = now + queue.delay }
                isBusy = work.facts.contains { $0.ticket != nil }
                return work.facts.isEmpty && queue.isClosed ? nil : work
            }
            if now < restingDue {
                queue.wait(milliseconds: CInt(clamping: (restingDue - now).milliseconds + 1))
            } else if queue.becomeIdle() {
                queue.wait(milliseconds: -1)
                restingDue = Self.now + queue.delay
            }
        }
    }

    /// For a writer that still holds facts which could not be written: takes what came in since, after a pause.
    func nextAfterFailure(pauseMilliseconds: Int) -> Work {
        poll(nil, 0, CInt(clamping: pauseMilliseconds))
        return queue.take(all: true) ?? Work(facts: [], bindingsDropped: 0)
    }

    private static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

extension FactQueue {
    /// `count` facts of those taken are written.
    func written(_ count: Int) {
        state.withLock { $0.inFlight -= count }
    }

    /// Lets urgent facts come together for a moment, without being woken by any.
    fileprivate func gather() {
        let isOpen = state.withLock { state in
            state.isGathering = !state.isClosed
            return state.isGathering
        }
        guard isOpen else { return }
        poll(nil, 0, gatherMilliseconds)
        state.withLock { $0.isGathering = false }
    }

    /// What is due: the urgent facts, and with `all` those that rest; nil when that is nothing and the queue is open.
    fileprivate func take(all: Bool) -> FactSource.Work? {
        state.withLock { state in
            if all || state.isHurried || state.isClosed {
                state.wakeResting()
                state.isHurried = false
            }
            guard !state.urgent.isEmpty || state.isClosed else { return nil }
            let work = FactSource.Work(facts: state.urgent, bindingsDropped: state.bindingsDropped)
            state.urgent = []
            state.inFlight += work.facts.count
            state.bindingsDropped = 0
            return work
        }
    }

    /// From here on nothing but a fact wakes the writer; false when one is there already.
    fileprivate func becomeIdle() -> Bool {
        state.withLock { state in
            state.isIdle = state.urgent.isEmpty && state.restingCount == 0 && !state.isClosed
            return state.isIdle
        }
    }

    /// Until somebody wakes us or the time is over (-1: no limit).
    fileprivate func wait(milliseconds: CInt) {
        let rang = doorbell.wait(milliseconds: milliseconds)
        state.withLock { state in
            state.isIdle = false
            if rang { state.isWoken = false }
        }
    }
}
