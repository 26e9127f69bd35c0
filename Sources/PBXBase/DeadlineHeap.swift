/// Many timers behind one deadline: a binary heap of (instant, key). A key has at most one deadline.
///
/// Most timers are moved off or cancelled and never fire, so these cost no work on the heap: a key that is moved to a
/// later time keeps its entry, which is put right when it would be first; a key that is cancelled, or moved to an
/// earlier time, leaves its entry behind, which is dropped then, or when such entries outnumber live ones.
///
/// Specialised here for the keys that the machines of other modules use, as code that is generic at run time would
/// cost them several times as much.
package struct DeadlineHeap<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var at: Instant
        var serial: UInt64
        var key: Key

        func isBefore(_ other: Entry) -> Bool {
            at == other.at ? serial < other.serial : at < other.at
        }
    }

    private struct Live: Sendable {
        var at: Instant
        var serial: UInt64
        /// Time and serial of the entry that stands for the key: the same, or an earlier time.
        var queuedAt: Instant
        var queuedSerial: UInt64
    }

    private var entries: [Entry] = []
    private var live: [Key: Live] = [:]
    private var nextSerial: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { live.isEmpty }
    package var count: Int { live.count }

    /// When the earliest key is due.
    package var deadline: Instant? {
        @specialized(where Key == UInt64)
        @specialized(where Key == LegID)
        @specialized(where Key == CallID)
        get { entries.first?.at }
    }

    /// Sets or moves the deadline of `key`.
    @specialized(where Key == UInt64)
    @specialized(where Key == LegID)
    @specialized(where Key == CallID)
    package mutating func schedule(_ key: Key, at: Instant) {
        nextSerial &+= 1
        let known = live[key]
        if let known, known.queuedAt <= at {
            live[key] = Live(
                at: at, serial: nextSerial, queuedAt: known.queuedAt, queuedSerial: known.queuedSerial)
        } else {
            live[key] = Live(at: at, serial: nextSerial, queuedAt: at, queuedSerial: nextSerial)
            entries.append(Entry(at: at, serial: nextSerial, key: key))
            siftUp(from: entries.count - 1)
            if entries.count > 64, entries.count > live.count * 4 { rebuild() }
        }
        if known != nil { settleFirst() }
    }

    @specialized(where Key == UInt64)
    @specialized(where Key == LegID)
    @specialized(where Key == CallID)
    package mutating func cancel(_ key: Key) {
        guard live.removeValue(forKey: key) != nil else { return }
        if live.isEmpty {
            entries.removeAll(keepingCapacity: entries.count <= 1_024)
        } else if entries[0].key == key {
            settleFirst()
        }
    }

    /// The deadline of `key`, if it has one.
    @specialized(where Key == UInt64)
    @specialized(where Key == LegID)
    @specialized(where Key == CallID)
    package func deadline(of key: Key) -> Instant? { live[key]?.at }

    /// Takes the next key that is due at `now`, earliest first (and first scheduled first among equals); nil when none
    /// is.
    @specialized(where Key == UInt64)
    @specialized(where Key == LegID)
    @specialized(where Key == CallID)
    package mutating func popDue(now: Instant) -> Key? {
        guard let first = entries.first, first.at <= now else { return nil }
        removeFirst()
        live[first.key] = nil
        settleFirst()
        return first.key
    }

    /// Keeps the first entry a live one with its right time, so that nobody is woken for a timer that was cancelled.
    private mutating func settleFirst() {
        while let first = entries.first {
            guard let known = live[first.key], known.queuedSerial == first.serial else {
                removeFirst()
                continue
            }
            guard known.serial != first.serial else { return }
            live[first.key] = Live(
                at: known.at, serial: known.serial, queuedAt: known.at, queuedSerial: known.serial)
            siftDown(Entry(at: known.at, serial: known.serial, key: first.key), from: 0)
        }
    }

    private mutating func rebuild() {
        entries = entries.filter { live[$0.key]?.queuedSerial == $0.serial }
        guard entries.count > 1 else { return }
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { siftDown(entries[index], from: index) }
    }

    private mutating func removeFirst() {
        let last = entries.removeLast()
        if !entries.isEmpty { siftDown(last, from: 0) }
    }

    private mutating func siftUp(from start: Int) {
        let entry = entries[start]
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard entry.isBefore(entries[parent]) else { break }
            entries[hole] = entries[parent]
            hole = parent
        }
        entries[hole] = entry
    }

    /// Puts `entry` into the gap at `start`, or below it.
    private mutating func siftDown(_ entry: Entry, from start: Int) {
        var hole = start
        while true {
            var child = 2 * hole + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(entry) else { break }
            entries[hole] = entries[child]
            hole = child
        }
        entries[hole] = entry
    }
}
