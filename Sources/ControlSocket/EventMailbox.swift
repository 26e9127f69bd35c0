import ControlProtocol
import Synchronization

/// Where the exchange leaves events for the control socket's loop: from any thread, at the price of one load while
/// nobody is subscribed and of a short lock otherwise. Bounded, so that a stuck loop cannot eat memory.
final class EventMailbox: Sendable {
    static let eventsMax = 65_536

    struct Batch: Sendable {
        var events: [ControlEventEnvelope] = []
        /// Events after `events` that found no room, and the last of them.
        var droppedCount = 0
        var lastDropped: ControlEventEnvelope?
    }

    /// How many connections follow something. Raised before a snapshot is asked for, so an event that misses it is part
    /// of the snapshot.
    private let subscribers = Atomic<Int>(0)
    private let batch = Mutex(Batch())

    var hasSubscribers: Bool { subscribers.load(ordering: .sequentiallyConsistent) > 0 }
    func addSubscriber() { subscribers.add(1, ordering: .sequentiallyConsistent) }
    func removeSubscriber() { subscribers.subtract(1, ordering: .sequentiallyConsistent) }

    /// Returns true when the mailbox was empty: then its reader must be woken.
    func put(_ events: [ControlEventEnvelope]) -> Bool {
        guard hasSubscribers, let last = events.last else { return false }
        return batch.withLock { batch in
            let wasEmpty = batch.events.isEmpty
            let room = Self.eventsMax - batch.events.count
            // After a loss nothing fits any more, even when it would: order matters more.
            let taken = batch.lastDropped == nil ? min(room, events.count) : 0
            batch.events.append(contentsOf: events.prefix(taken))
            if taken < events.count {
                batch.droppedCount += events.count - taken
                batch.lastDropped = last
            }
            return wasEmpty
        }
    }

    func takeAll() -> Batch {
        batch.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }
}
