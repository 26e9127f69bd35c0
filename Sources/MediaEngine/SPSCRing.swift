import Synchronization

/// A bounded queue from exactly one thread to exactly one other, without locks: commands on their way to a worker,
/// events on their way back.
///
/// `@unchecked Sendable`: `tail` is written by the producer alone, `head` by the consumer alone. The producer touches
/// only slots outside head..<tail and the consumer only slots inside; each publishes its index after it is done with
/// the slot, and the other reads that index before touching it, so no slot is ever seen by both at once.
final class SPSCRing<Element: Sendable>: @unchecked Sendable {
    enum PushOutcome {
        /// Nothing was added.
        case full
        /// Added, and the consumer may have seen the ring empty before: it needs to be woken.
        case addedToEmpty
        case added
    }

    private let slots: UnsafeMutablePointer<Element>
    private let mask: Int
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)

    /// `capacity` is rounded up to a power of two.
    init(capacity: Int) {
        var size = 2
        while size < capacity { size *= 2 }
        slots = .allocate(capacity: size)
        mask = size - 1
    }

    deinit {
        while pop() != nil {}
        slots.deallocate()
    }

    /// Producer only.
    func push(_ element: Element) -> PushOutcome {
        let end = tail.load(ordering: .relaxed)
        guard end &- head.load(ordering: .acquiring) <= mask else { return .full }
        (slots + (end & mask)).initialize(to: element)
        // Sequentially consistent on both sides: either the consumer's last look sees this element, or we see that it
        // had taken everything else.
        tail.store(end &+ 1, ordering: .sequentiallyConsistent)
        return head.load(ordering: .sequentiallyConsistent) == end ? .addedToEmpty : .added
    }

    /// Consumer only.
    func pop() -> Element? {
        let start = head.load(ordering: .relaxed)
        guard start != tail.load(ordering: .sequentiallyConsistent) else { return nil }
        let element = (slots + (start & mask)).move()
        head.store(start &+ 1, ordering: .sequentiallyConsistent)
        return element
    }

    /// Either side; a snapshot.
    var isEmpty: Bool {
        head.load(ordering: .sequentiallyConsistent) == tail.load(ordering: .sequentiallyConsistent)
    }
}
