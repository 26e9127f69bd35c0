import Synchronization

/// Where tasks leave events for the thread that owns the terminal, and wake it.
package final class EventInbox<Event: Sendable>: Sendable {
    /// The owner takes all of them at least thirty times a second: more than this means that it stands still.
    package static var eventsMax: Int { 65_536 }

    private let events = Mutex<[Event]>([])
    private let bell = WakePipe()

    package init() {}

    /// Readable while something waits.
    var descriptor: Int32 { bell.readable }

    /// False when the inbox is full and the event was not taken.
    @discardableResult
    package func put(_ event: Event) -> Bool {
        let (isTaken, wasEmpty) = events.withLock { events in
            guard events.count < Self.eventsMax else { return (false, false) }
            events.append(event)
            return (true, events.count == 1)
        }
        if wasEmpty { bell.ring() }
        return isTaken
    }

    /// Everything that waits, in order.
    package func takeAll() -> [Event] {
        _ = bell.drain()
        return events.withLock { events in
            defer { events.removeAll(keepingCapacity: true) }
            return Array(events)
        }
    }
}
