import Synchronization

/// Samples from exactly one thread to exactly one other, without locks: from the reader of files to a worker.
///
/// `@unchecked Sendable`: `written` is stored by the producer alone, `taken` by the consumer alone. The producer writes
/// only samples outside taken..<written, the consumer reads only those inside; each publishes its index after it is
/// done with the memory.
final class SampleRing: @unchecked Sendable {
    let capacity: Int
    private let samples: UnsafeMutablePointer<Int16>
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)

    /// `capacity` is rounded up to a power of two.
    init(capacity wanted: Int) {
        var size = 2
        while size < wanted { size *= 2 }
        capacity = size
        samples = .allocate(capacity: size)
        samples.initialize(repeating: 0, count: size)
    }

    deinit { samples.deallocate() }

    /// All samples written since the beginning. Either side; a snapshot.
    var writtenCount: Int { written.load(ordering: .acquiring) }
    /// All samples taken since the beginning. Either side; a snapshot.
    var takenCount: Int { taken.load(ordering: .acquiring) }

    /// How many samples fit in. Producer only.
    var room: Int { capacity - (written.load(ordering: .relaxed) - taken.load(ordering: .acquiring)) }

    /// Adds samples, all of which must fit (`room`). Producer only.
    func write(_ source: UnsafeBufferPointer<Int16>) {
        guard let base = source.baseAddress else { return }
        precondition(source.count <= room, "samples are written only where there is room")
        let start = written.load(ordering: .relaxed)
        let place = start & (capacity - 1)
        let first = min(source.count, capacity - place)
        (samples + place).update(from: base, count: first)
        samples.update(from: base + first, count: source.count - first)
        written.store(start + source.count, ordering: .releasing)
    }

    /// Takes up to `target.count` samples; how many there were. Consumer only.
    func read(into target: UnsafeMutableBufferPointer<Int16>) -> Int {
        guard let base = target.baseAddress else { return 0 }
        let start = taken.load(ordering: .relaxed)
        let count = min(target.count, written.load(ordering: .acquiring) - start)
        let place = start & (capacity - 1)
        let first = min(count, capacity - place)
        base.update(from: samples + place, count: first)
        (base + first).update(from: samples, count: count - first)
        taken.store(start + count, ordering: .releasing)
        return count
    }

    /// Throws away what lies before `position`, as counted by `writtenCount`. Consumer only.
    func discard(before position: Int) {
        let start = taken.load(ordering: .relaxed)
        let end = min(position, written.load(ordering: .acquiring))
        if end > start { taken.store(end, ordering: .releasing) }
    }
}
