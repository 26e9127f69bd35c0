import ControlProtocol
import NIOCore
import PBXBase

/// An event in its wire form, made once for all subscribers.
struct EncodedEvent: Sendable {
    var seq: UInt64
    var topic: Topic
    var timestamp: String
    var line: ByteBuffer
}

/// What one connection follows, and the events that wait for it. Bounded: a client that cannot keep up loses events,
/// is told how many, and starts again from a snapshot.
///
/// ```
///          begin            snapshotArrived            too many wait
///   idle ────────▶ starting ───────────────▶ live ───────────────────▶ behind
///                     ▲          (or behind, when too many waited)        │
///                     └───────────────────────────────────────────────────┘
///                                        resynchronise
/// ```
struct EventSubscription {
    /// Events that wait for one connection: about two seconds of calls at the design load.
    static let eventsHeldMax = 16_384

    private enum Phase {
        case idle
        /// A snapshot is on its way; what happens meanwhile waits for it.
        case starting(Set<Topic>)
        case live(Set<Topic>)
        case behind(Set<Topic>)
    }

    /// What was lost since the client last had the whole truth, and how far it got.
    struct Loss: Equatable {
        var count: Int
        var seq: UInt64
        var timestamp: String
    }

    private var phase = Phase.idle
    private var held: BoundedQueue<EncodedEvent>
    private var loss: Loss?

    init(eventsHeldMax: Int = Self.eventsHeldMax) { held = BoundedQueue(capacity: eventsHeldMax) }

    var topics: Set<Topic> {
        switch phase {
        case .idle: []
        case .starting(let topics), .live(let topics), .behind(let topics): topics
        }
    }

    /// Replaces whatever was followed before. Comes before the snapshot is taken, so that no event falls in between.
    mutating func begin(_ topics: Set<Topic>) {
        empty()
        loss = nil
        phase = .starting(topics)
    }

    mutating func end() {
        empty()
        loss = nil
        phase = .idle
    }

    mutating func offer(_ event: EncodedEvent) {
        guard topics.contains(event.topic) else { return }
        if canHold, held.append(event) { return }
        lost(Loss(count: 1, seq: event.seq, timestamp: event.timestamp))
    }

    /// Events were dropped, here or before they came here.
    mutating func lost(_ dropped: Loss) {
        switch phase {
        case .idle: return
        case .starting, .behind: break
        case .live(let topics): phase = .behind(topics)
        }
        loss = Loss(
            count: (loss?.count ?? 0) + held.count + dropped.count, seq: dropped.seq, timestamp: dropped.timestamp)
        empty()
    }

    /// Once something was lost, nothing is of use before the next snapshot.
    private var canHold: Bool {
        switch phase {
        case .idle, .behind: false
        case .starting, .live: loss == nil
        }
    }

    /// The snapshot shows the state after event `seq`. Returns false when later events were lost in the meantime.
    @discardableResult
    mutating func snapshotArrived(seq: UInt64) -> Bool {
        guard case .starting(let topics) = phase else { return false }
        guard loss == nil else {
            phase = .behind(topics)
            return false
        }
        var later = BoundedQueue<EncodedEvent>(capacity: held.capacity)
        while let event = held.popFirst() {
            if event.seq > seq { _ = later.append(event) }
        }
        held = later
        phase = .live(topics)
        return true
    }

    /// The next event to write, in order; nil when there is none or a snapshot must come first.
    mutating func next() -> EncodedEvent? {
        guard case .live = phase else { return nil }
        return held.popFirst()
    }

    /// What a client that fell behind must be told before it gets the snapshot that is now to be taken; nil while
    /// nothing was lost.
    mutating func resynchronise() -> Loss? {
        guard case .behind(let topics) = phase, let told = loss else { return nil }
        loss = nil
        phase = .starting(topics)
        return told
    }

    private mutating func empty() { held = BoundedQueue(capacity: held.capacity) }
}
