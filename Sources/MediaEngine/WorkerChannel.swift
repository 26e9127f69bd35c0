import CLinuxNet
import Glibc
import MediaControl
import Synchronization

/// What the core thread and one worker share: a ring each way and the two ways of waking each other.
///
/// `@unchecked Sendable`: the rings are safe by their own proof, the flags are atomic, the descriptors are constants
/// that are closed after the worker has ended.
final class WorkerChannel: @unchecked Sendable {
    let orders: SPSCRing<WorkerOrder>
    let events: EventRing
    /// eventfd on which a sleeping worker is woken.
    let wakeDescriptor: Int32
    /// The worker is about to sleep, or sleeps, until it is woken.
    private let isAsleep = Atomic<Bool>(false)
    private let mustStop = Atomic<Bool>(false)
    /// The core holds commands that found the ring full.
    private let isCoreWaiting = Atomic<Bool>(false)
    /// The core looks for events by itself before it goes to sleep.
    private let isCoreAttentive = Atomic<Bool>(false)

    /// - Parameter eventPipe: writable end of the pipe that tells the core of events.
    init(commandsMax: Int, eventsMax: Int, eventPipe: Int32) throws(MediaEngineError) {
        orders = SPSCRing(capacity: commandsMax)
        events = EventRing(capacity: eventsMax, eventPipe: eventPipe)
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw .systemCall("eventfd", errno: errno) }
    }

    deinit { _ = close(wakeDescriptor) }

    // MARK: The core's side

    /// False when the ring is full; the core keeps the order and is told (by `EventRing.wakeCore`) when there is room.
    /// Without `waking`, a worker that sleeps finds the order when something else wakes it.
    func send(_ order: WorkerOrder, waking: Bool = true) -> Bool {
        if orders.push(order) != .full {
            if waking { wakeWorker() }
            return true
        }
        isCoreWaiting.store(true, ordering: .sequentiallyConsistent)
        // The worker may have emptied the ring before it could see the flag.
        guard orders.push(order) != .full else { return false }
        isCoreWaiting.store(false, ordering: .sequentiallyConsistent)
        wakeWorker()
        return true
    }

    /// Until `stopAttending` no event wakes the core: what the worker answers at once then costs no wake-up.
    func attend() { isCoreAttentive.store(true, ordering: .sequentiallyConsistent) }

    /// Has events wake the core again. True when some are there that did not.
    func stopAttending() -> Bool {
        isCoreAttentive.store(false, ordering: .sequentiallyConsistent)
        return !events.isEmpty
    }

    func stop() {
        mustStop.store(true, ordering: .sequentiallyConsistent)
        wakeWorker()
    }

    /// A worker that is awake finds the command by itself: most wake-ups cost no system call.
    func wakeWorker() {
        guard isAsleep.load(ordering: .sequentiallyConsistent) else { return }
        isAsleep.store(false, ordering: .sequentiallyConsistent)
        eventfd_write(wakeDescriptor, 1)
    }

    // MARK: The worker's side

    var isStopping: Bool { mustStop.load(ordering: .relaxed) }

    /// Announces a sleep that only a wake-up ends early; false when there is something to do after all.
    func fallAsleep() -> Bool {
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        if orders.isEmpty, !mustStop.load(ordering: .sequentiallyConsistent) { return true }
        isAsleep.store(false, ordering: .sequentiallyConsistent)
        return false
    }

    func wakeUp() { isAsleep.store(false, ordering: .relaxed) }

    /// Called with an empty command ring.
    func commandsTaken() {
        guard isCoreWaiting.load(ordering: .sequentiallyConsistent) else { return }
        isCoreWaiting.store(false, ordering: .sequentiallyConsistent)
        events.wakeCore()
    }

    /// False when the ring is full.
    func report(_ event: MediaEvent) -> Bool {
        switch events.push(event) {
        case .full: return false
        // Sequentially consistent on both sides, like the ring: either we see that the core attends no more, or its
        // last look sees this event.
        case .addedToEmpty: if !isCoreAttentive.load(ordering: .sequentiallyConsistent) { events.wakeCore() }
        case .added: break
        }
        return true
    }
}
