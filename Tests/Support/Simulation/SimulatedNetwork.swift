package import PBXBase
package import SIPGrammar

/// How bad a path is.
package struct PathQuality: Hashable, Sendable {
    /// Of a thousand datagrams.
    package var lostPerMille = 0
    package var duplicatedPerMille = 0
    /// Those held back by `reorderDelay`, so that later ones overtake them.
    package var reorderedPerMille = 0
    package var delay = Interval.milliseconds(5)
    /// Added to the delay, evenly between nothing and this.
    package var jitter = Interval.zero
    package var reorderDelay = Interval.milliseconds(80)

    package init() {}

    /// Nothing lost, five milliseconds each way.
    package static let good = PathQuality()

    /// What a crowded wireless office does to SIP.
    package static var poor: PathQuality {
        var quality = PathQuality()
        quality.lostPerMille = 50
        quality.duplicatedPerMille = 20
        quality.reorderedPerMille = 50
        quality.jitter = .milliseconds(30)
        return quality
    }
}

/// A network without wires: carries datagrams that may be lost, late, doubled or overtaken, and streams that are
/// reliable and in order until they break. All chance comes from one seed.
package struct SimulatedNetwork {
    package enum Arrival: Sendable {
        case message([UInt8], Flow)
        case connectionClosed(Flow)
    }

    package struct Counts: Equatable, Sendable {
        package var sent = 0
        package var delivered = 0
        package var lost = 0
        package var duplicated = 0
        package var reordered = 0
    }

    private struct Connection {
        var ends: [Endpoint]
        /// When the last message towards each end arrives: the next one is not earlier.
        var lastArrival: [Instant]
    }

    package var quality: PathQuality
    /// Where a path differs from `quality`: by the address of either end.
    package var qualityOfAddress: [IPAddress: PathQuality] = [:]
    package private(set) var counts = Counts()
    private var random: SeededRandom
    private var due = DeadlineHeap<UInt64>()
    private var underway: [UInt64: Arrival] = [:]
    private var connections: [UInt64: Connection] = [:]
    private var lastSerial: UInt64 = 0
    private var lastConnection: UInt64 = 0

    package init(quality: PathQuality = .good, seed: UInt64) {
        self.quality = quality
        random = SeededRandom(seed: seed)
    }

    package var deadline: Instant? { due.deadline }
    package var isQuiet: Bool { underway.isEmpty }

    /// Opens a stream and returns its number, which both ends use.
    package mutating func connect(_ local: Endpoint, to remote: Endpoint) -> UInt64 {
        lastConnection += 1
        connections[lastConnection] = Connection(ends: [local, remote], lastArrival: [.zero, .zero])
        return lastConnection
    }

    /// Breaks every stream of this end.
    package mutating func disconnect(_ end: Endpoint, now: Instant) {
        for number in connections.filter({ $0.value.ends.contains(end) }).keys.sorted() {
            disconnect(number, now: now)
        }
    }

    /// Breaks a stream: what is underway still arrives, then both ends are told.
    package mutating func disconnect(_ number: UInt64, now: Instant) {
        guard let connection = connections.removeValue(forKey: number) else { return }
        for end in 0...1 {
            let flow = Flow(
                transport: .tcp, local: connection.ends[end], remote: connection.ends[1 - end], connection: number)
            arrive(.connectionClosed(flow), at: max(now, connection.lastArrival[end]))
        }
    }

    /// Sends as the sender sees the flow. False when the stream it names is gone.
    package mutating func send(_ message: Outgoing, now: Instant) -> Bool {
        counts.sent += 1
        var flow = message.flow
        swap(&flow.local, &flow.remote)
        guard flow.transport == .udp else { return sendOnStream(message.bytes, arriving: flow, now: now) }
        let path = qualityOfAddress[flow.local.address] ?? qualityOfAddress[flow.remote.address] ?? quality
        if happens(path.lostPerMille) {
            counts.lost += 1
            return true
        }
        var copies = 1
        if happens(path.duplicatedPerMille) {
            counts.duplicated += 1
            copies = 2
        }
        for _ in 0..<copies {
            var delay = transit(path)
            if happens(path.reorderedPerMille) {
                counts.reordered += 1
                delay = delay + path.reorderDelay
            }
            arrive(.message(message.bytes, flow), at: now + delay)
        }
        return true
    }

    private mutating func sendOnStream(_ bytes: [UInt8], arriving: Flow, now: Instant) -> Bool {
        var flow = arriving
        if flow.connection == 0 { flow.connection = connection(between: flow.remote, and: flow.local) }
        guard var connection = connections[flow.connection],
            let end = connection.ends.firstIndex(where: { $0 == flow.local })
        else { return false }
        flow.remote = connection.ends[1 - end]
        let path = qualityOfAddress[flow.local.address] ?? qualityOfAddress[flow.remote.address] ?? quality
        let at = max(now + transit(path), connection.lastArrival[end])
        connection.lastArrival[end] = at
        connections[flow.connection] = connection
        arrive(.message(bytes, flow), at: at)
        return true
    }

    /// The stream that a sender without number means: one that exists between the two, or a new one.
    private mutating func connection(between sender: Endpoint, and receiver: Endpoint) -> UInt64 {
        let known = connections.filter { $0.value.ends.contains(receiver) && $0.value.ends.contains(sender) }.keys.min()
        return known ?? connect(sender, to: receiver)
    }

    private mutating func transit(_ path: PathQuality) -> Interval {
        guard path.jitter > .zero else { return path.delay }
        return path.delay + Interval(nanoseconds: Int64.random(in: 0...path.jitter.nanoseconds, using: &random))
    }

    private mutating func happens(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1_000, using: &random) < perMille
    }

    private mutating func arrive(_ arrival: Arrival, at instant: Instant) {
        lastSerial += 1
        underway[lastSerial] = arrival
        due.schedule(lastSerial, at: instant)
    }

    /// The next arrival that is due, earliest first.
    package mutating func popDue(now: Instant) -> Arrival? {
        guard let serial = due.popDue(now: now), let arrival = underway.removeValue(forKey: serial) else { return nil }
        counts.delivered += 1
        return arrival
    }
}
