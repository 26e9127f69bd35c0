import Glibc
import MediaControl

/// Events from one thread of the engine to the core's, with the byte down the pipe that wakes it.
final class EventRing: Sendable {
    private let ring: SPSCRing<MediaEvent>
    private let eventPipe: Int32

    /// - Parameter eventPipe: writable end of the pipe that tells the core of events.
    init(capacity: Int, eventPipe: Int32) {
        ring = SPSCRing(capacity: capacity)
        self.eventPipe = eventPipe
    }

    /// Adds an event and wakes nobody.
    func push(_ event: MediaEvent) -> SPSCRing<MediaEvent>.PushOutcome { ring.push(event) }

    /// Adds an event and wakes the core if it may sleep. False when the ring is full.
    func report(_ event: MediaEvent) -> Bool {
        switch ring.push(event) {
        case .full: return false
        case .addedToEmpty: wakeCore()
        case .added: break
        }
        return true
    }

    /// The core's side.
    func pop() -> MediaEvent? { ring.pop() }
    var isEmpty: Bool { ring.isEmpty }

    func wakeCore() {
        // A full pipe means that the core has more than enough wake-ups before it.
        var byte: UInt8 = 1
        _ = write(eventPipe, &byte, 1)
    }
}
