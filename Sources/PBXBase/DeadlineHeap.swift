/// Many timers behind one deadline: a binary heap of (instant, key). A key has at most one deadline; cancelling or
/// moving one leaves a stale entry behind, which is dropped as soon as it would be first, or when stale entries
/// outnumber live ones.
package struct DeadlineHeap<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var at: Instant
        var serial: UInt64
        var key: Key
    }

    private struct Live: Sendable {
        var at: Instant
        var serial: UInt64
    }

    private var entries: [Entry] = []
    private var live: [Key: Live] = [:]
    private var nextSerial: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { live.isEmpty }
    package var count: Int { live.count }

    /// When the earliest key is due.
    package var deadline: Instant? { entries.first?.at }

    /// Sets or moves the deadline of `key`.
    package mutating func schedule(_ key: Key, at: Instant) {
        nextSerial &+= 1
        live[key] = Live(at: at, serial: nextSerial)
        entries.append(Entry(at: at, serial: nextSerial, key: key))
        siftUp(from: entries.count - 1)
        if entries.count > 64, entries.count > live.count * 4 { rebuild() }
        dropStale()
    }

    package mutating func cancel(_ key: Key) {
        guard live.removeValue(forKey: key) != nil else { return }
        if live.isEmpty {
            entries.removeAll(keepingCapacity: entries.count <= 1_024)
        } else {
            dropStale()
        }
    }

    /// The deadline of `key`, if it has one.
    package func deadline(of key: Key) -> Instant? { live[key]?.at }

    /// Takes the next key that is due at `now`, earliest first (and first scheduled first among equals); nil when none
    /// is.
    package mutating func popDue(now: Instant) -> Key? {
        guard let first = entries.first, first.at <= now else { return nil }
        removeFirst()
        live[first.key] = nil
        dropStale()
        return first.key
    }

    /// Keeps the first entry a live one, so that nobody is woken for a timer that was cancelled.
    private mutating func dropStale() {
        while let first = entries.first, live[first.key]?.serial != first.serial { removeFirst() }
    }

    private mutating func rebuild() {
        entries = entries.filter { live[$0.key]?.serial == $0.serial }
        guard entries.count > 1 else { return }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(from: index) }
    }

    private func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        left.at == right.at ? left.serial < right.serial : left.at < right.at
    }

    private mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        siftDown(from: 0)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if isBefore(entries[child], entries[first]) { first = child }
            }
            guard first != parent else { return }
            entries.swapAt(parent, first)
            parent = first
        }
    }
}
