/// The sessions of one worker by slot. Grows in chunks that never move, so that sessions may point at each other.
struct SessionTable: ~Copyable {
    private static let chunkSessions = 64
    /// Slots are port pairs, and a family has 32,768 of them.
    static let sessionsMax = 65_536

    private let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Session>>
    private(set) var count = 0
    private var activeSlots: [UInt32] = []

    init() {
        chunks = .allocate(capacity: Self.sessionsMax / Self.chunkSessions)
    }

    deinit {
        for index in 0..<(count + Self.chunkSessions - 1) / Self.chunkSessions { chunks[index].deallocate() }
        chunks.deallocate()
    }

    var isFull: Bool { count == Self.sessionsMax }

    /// nil when there is no such slot.
    subscript(_ slot: UInt32) -> UnsafeMutablePointer<Session>? {
        let index = Int(slot)
        guard index < count else { return nil }
        return chunks[index / Self.chunkSessions] + index % Self.chunkSessions
    }

    /// Adds the session of slot `count`; the table must not be full.
    mutating func append(_ session: Session) {
        precondition(!isFull && Int(session.slot) == count, "sessions are added in the order of their slots")
        if count % Self.chunkSessions == 0 {
            chunks[count / Self.chunkSessions] = .allocate(capacity: Self.chunkSessions)
        }
        (chunks[count / Self.chunkSessions] + count % Self.chunkSessions).initialize(to: session)
        count += 1
        // Marking a session active must not allocate.
        if activeSlots.capacity < count { activeSlots.reserveCapacity(max(Self.chunkSessions, 2 * count)) }
    }

    var activeCount: Int { activeSlots.count }
    func activeSlot(at index: Int) -> UInt32 { activeSlots[index] }

    mutating func activate(_ session: UnsafeMutablePointer<Session>) {
        guard !session.pointee.isActive else { return }
        session.pointee.isActive = true
        session.pointee.activeIndex = activeSlots.count
        activeSlots.append(session.pointee.slot)
    }

    mutating func deactivate(_ session: UnsafeMutablePointer<Session>) {
        guard session.pointee.isActive else { return }
        session.pointee.isActive = false
        let hole = session.pointee.activeIndex
        guard let last = activeSlots.popLast(), last != session.pointee.slot else { return }
        activeSlots[hole] = last
        self[last]?.pointee.activeIndex = hole
    }
}
