import Glibc
import PBXBase
import PBXModel
import Store
import Synchronization

/// Feeds a store at a steady rate from one thread, as the core loop does, and measures.
enum Load {
    enum Work: Sendable {
        /// Opened, and closed with a ticket so many milliseconds later.
        case call(milliseconds: Int)
        case registration
    }

    struct Result {
        var count: Int
        /// Of the store's own threads.
        var cpuMicroseconds: Int
        /// From the fact with a ticket to its report; nil when nothing was waited for.
        var commitMicroseconds: (median: Int, p99: Int, longest: Int)?
    }

    /// When a ticket was handed out and when it came back, in microseconds.
    private final class Waits: Sendable {
        private let state = Mutex<(started: [Int], waited: [Int])>(([], []))

        func start(at time: Int) -> CommitTicket {
            state.withLock { state in
                state.started.append(time)
                return CommitTicket(UInt64(state.started.count - 1))
            }
        }

        func end(_ tickets: [CommitTicket], at time: Int) {
            state.withLock { state in
                for ticket in tickets { state.waited.append(time - state.started[Int(ticket.value)]) }
            }
        }

        var figures: (median: Int, p99: Int, longest: Int)? {
            let sorted = state.withLock { $0.waited.sorted() }
            guard let longest = sorted.last else { return nil }
            return (sorted[sorted.count / 2], sorted[sorted.count * 99 / 100], longest)
        }
    }

    static func run(_ work: Work, rate: Int, seconds: Int, folder: String) throws -> Result {
        let path = "\(folder)/store-benchmark-\(getpid()).db"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        let waits = Waits()
        let store = try RecordStore(path: path) { report in
            if case .committed(let tickets) = report { waits.end(tickets, at: microseconds(CLOCK_MONOTONIC)) }
        }
        defer { store.close() }
        var random = SeededRandom(seed: 1)
        var ending = BoundedQueue<(at: Int, record: CallRecord)>(capacity: 1_000_000)
        let cpuBefore = storeCPUMicroseconds
        let begin = microseconds(CLOCK_MONOTONIC)
        var begun = 0
        var next: (at: Int, record: CallRecord)?
        while true {
            let now = microseconds(CLOCK_MONOTONIC) - begin
            while begun < rate * seconds, begun * 1_000_000 / rate <= now {
                begun += 1
                switch work {
                case .registration: store.record(.bindingSet(binding(begun)), ticket: nil)
                case .call(let milliseconds):
                    let record = call(&random)
                    store.record(.callOpened(record), ticket: nil)
                    _ = ending.append((now + milliseconds * 1_000, ended(record)))
                }
            }
            while true {
                next = next ?? ending.popFirst()
                guard let due = next, due.at <= now else { break }
                store.record(.callClosed(due.record), ticket: waits.start(at: microseconds(CLOCK_MONOTONIC)))
                next = nil
            }
            if begun == rate * seconds, next == nil, ending.isEmpty, store.factsWaiting == 0 { break }
            poll(nil, 0, 1)
        }
        return Result(
            count: begun, cpuMicroseconds: storeCPUMicroseconds - cpuBefore, commitMicroseconds: waits.figures)
    }

    /// What the core loop pays for handing over one call's two facts, in nanoseconds.
    static func recordingNanoseconds(folder: String) throws -> Int {
        let path = "\(folder)/store-benchmark-\(getpid()).db"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        var options = StoreOptions()
        options.factsWaitingMax = 1_000_000
        let store = try RecordStore(path: path, options: options) { _ in }
        defer { store.close() }
        var random = SeededRandom(seed: 1)
        let calls = (0..<20_000).map { _ in call(&random) }.map { (opened: $0, closed: ended($0)) }
        let before = microseconds(CLOCK_THREAD_CPUTIME_ID)
        for (serial, call) in calls.enumerated() {
            store.record(.callOpened(call.opened), ticket: nil)
            store.record(.callClosed(call.closed), ticket: CommitTicket(UInt64(serial)))
        }
        return (microseconds(CLOCK_THREAD_CPUTIME_ID) - before) * 1_000 / calls.count
    }

    /// Of all threads but this one, which only feeds.
    private static var storeCPUMicroseconds: Int {
        microseconds(CLOCK_PROCESS_CPUTIME_ID) - microseconds(CLOCK_THREAD_CPUTIME_ID)
    }

    private static func microseconds(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }

    private static func call(_ random: inout SeededRandom) -> CallRecord {
        let now = WallTime(microseconds: Int64(microseconds(CLOCK_REALTIME)))
        return CallRecord(
            id: CallID(at: now, random: &random), direction: .internalCall, callerNumber: "101",
            callerName: "Anna Berg", calledNumber: "102", sipCallID: "7d1e0c9a33b14a43@192.0.2.17", startedAt: now,
            routeSteps: ["102 is extension 102 (/etc/pbx-x/conf.d/extensions.toml:41:12)"])
    }

    private static func ended(_ record: CallRecord) -> CallRecord {
        var record = record
        record.ringingAt = record.startedAt
        record.answeredAt = record.startedAt
        record.endedAt = record.startedAt + .seconds(1)
        record.answeredBy = "102"
        record.cause = .normal
        record.endedBy = .caller
        let figures = MediaFigures(
            codec: "PCMA", packetsReceived: 50, packetsSent: 50, packetsLost: 0, packetsDropped: 0,
            jitterMicroseconds: 120, longestGapMilliseconds: 21)
        record.callerMedia = figures
        record.calleeMedia = figures
        return record
    }

    /// One of 1,000 phones, renewing.
    private static func binding(_ serial: Int) -> ContactBinding {
        let number = String(1_000 + serial % 1_000)
        return ContactBinding(
            number: number, contact: "sip:\(number)@192.0.2.17:5062;transport=udp", transport: "udp",
            source: Endpoint(IPAddress(ipv4: 0xC000_0211), port: 5_062), local: Endpoint(.ipv4Loopback, port: 5_060),
            expiresAt: WallTime(microseconds: Int64(microseconds(CLOCK_REALTIME)) + 600_000_000),
            sipCallID: "reg-\(number)@192.0.2.17", cseq: UInt32(truncatingIfNeeded: serial),
            userAgent: "Desk phone 1.0")
    }
}
