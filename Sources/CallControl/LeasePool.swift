package import MediaControl
package import PBXBase
package import PBXModel

/// The free list of media ports: leases that workers handed over, taken first in, first out, so that a port rests as
/// long as possible before it is used again and late packets of its last call find nobody.
package struct LeasePool {
    private struct Shelf {
        var isIPv6: Bool
        var worker: UInt8
        var free: [PortLease] = []
        var head = 0
        var total = 0
        var isGrowing = false
        /// The worker had none left; when to ask again.
        var askAgainAt: Instant?
        /// It was told already that this worker has none left.
        var isKnownToBeShort = false

        var freeCount: Int { free.count - head }

        mutating func takeFirst() -> PortLease? {
            guard head < free.count else { return nil }
            defer {
                head += 1
                if head > 1_024, head * 2 > free.count {
                    free.removeFirst(head)
                    head = 0
                }
            }
            return free[head]
        }
    }

    /// Leases asked for at once: enough to stay ahead, few enough not to hold up the worker's packets.
    private static let lot = 128
    /// How long a worker that had none left is not asked: ports that another program held may come back.
    package static let askAgainInterval = Interval.seconds(10)

    private var shelves: [Shelf] = []
    private var leased: [MediaPortID: PortLease] = [:]
    private var nextShelf = 0

    package init() {}

    package var freeCount: Int { shelves.reduce(0) { $0 + $1.freeCount } }
    package var leasedCount: Int { leased.count }
    /// Workers that gave leases.
    package var workers: Set<UInt8> { Set(shelves.map(\.worker)) }

    /// New leases of a worker.
    package mutating func add(_ leases: [PortLease]) {
        for lease in leases {
            let index = shelf(worker: lease.id.worker, isIPv6: lease.rtp.address.isIPv6)
            shelves[index].free.append(lease)
            shelves[index].total += 1
            shelves[index].isGrowing = false
            shelves[index].isKnownToBeShort = false
        }
    }

    /// The worker could not give what was asked for: nothing more is asked of it for a while. True when that is news.
    package mutating func exhausted(worker: UInt8, isIPv6: Bool, now: Instant) -> Bool {
        let index = shelf(worker: worker, isIPv6: isIPv6)
        defer { shelves[index].isKnownToBeShort = true }
        shelves[index].askAgainAt = now + Self.askAgainInterval
        shelves[index].isGrowing = false
        return !shelves[index].isKnownToBeShort
    }

    /// The configured range may be another one: who had none left is asked again at once.
    package mutating func rangeChanged() {
        for index in shelves.indices { shelves[index].askAgainAt = nil }
    }

    /// A port of the wanted family, from the given worker if one is named, else from the one with most free.
    package mutating func take(isIPv6: Bool, worker: UInt8? = nil) -> PortLease? {
        var best: Int?
        for index in shelves.indices where shelves[index].isIPv6 == isIPv6 && shelves[index].freeCount > 0 {
            if let worker, shelves[index].worker != worker { continue }
            if let known = best, shelves[known].freeCount >= shelves[index].freeCount { continue }
            best = index
        }
        guard let best, let lease = shelves[best].takeFirst() else { return nil }
        leased[lease.id] = lease
        return lease
    }

    /// The port is clean again.
    package mutating func giveBack(_ port: MediaPortID) {
        guard let lease = leased.removeValue(forKey: port) else { return }
        shelves[shelf(worker: port.worker, isIPv6: lease.rtp.address.isIPv6)].free.append(lease)
    }

    /// What to ask of the workers so that the next calls find a port: more where less than half a lot is left.
    package mutating func growth(now: Instant) -> [MediaCommand] {
        var commands: [MediaCommand] = []
        for index in shelves.indices {
            let shelf = shelves[index]
            guard shelf.freeCount < Self.lot / 2, !shelf.isGrowing else { continue }
            if let later = shelf.askAgainAt, now < later { continue }
            shelves[index].askAgainAt = nil
            shelves[index].isGrowing = true
            commands.append(.prepare(worker: shelf.worker, count: Self.lot, isIPv6: shelf.isIPv6))
        }
        return commands
    }

    private mutating func shelf(worker: UInt8, isIPv6: Bool) -> Int {
        if let index = shelves.firstIndex(where: { $0.worker == worker && $0.isIPv6 == isIPv6 }) { return index }
        shelves.append(Shelf(isIPv6: isIPv6, worker: worker))
        return shelves.count - 1
    }
}

extension CallTable {
    /// Orders for more media ports where they run low; the driver asks after each turn.
    package mutating func growPorts(now: Instant) -> [MediaCommand] { ports.growth(now: now) }

    /// A reload may have widened the range of media ports, or chosen other music.
    package mutating func directoryChanged(to directory: Directory, into effects: inout [CallEffect]) {
        ports.rangeChanged()
        guard directory.media.holdMusic != music else { return }
        music = directory.media.holdMusic
        for worker in ports.workers { effects.append(.media(.define(holdMusic, items: musicItems, worker: worker))) }
    }

    /// New ports; a worker that is heard of for the first time is told what music is.
    mutating func leased(_ leases: [PortLease], into effects: inout [CallEffect]) {
        let known = ports.workers
        ports.add(leases)
        for worker in ports.workers where !known.contains(worker) {
            effects.append(.media(.define(holdMusic, items: musicItems, worker: worker)))
        }
    }

    /// What callers on hold hear: the files, or else a soft tone now and then.
    private var musicItems: [AudioItem] {
        guard music.isEmpty else { return music.map { .file(path: $0) } }
        return [.tone(.beep, country: "", atMost: .milliseconds(200)), .silence(.seconds(5))]
    }
}
