import Foundation
import GRDB
import PBXBase
import PBXModel
import Synchronization

@testable import Store

/// A folder of its own for a database, gone with the value.
final class DatabaseFolder {
    let path: String
    var database: String { "\(path)/pbx.db" }

    init() throws {
        path = NSTemporaryDirectory() + "pbx-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The database files as a crash at this moment would leave them.
    func crashCopy() throws -> DatabaseFolder {
        let copy = try DatabaseFolder()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: database + suffix) {
            try FileManager.default.copyItem(atPath: database + suffix, toPath: copy.database + suffix)
        }
        return copy
    }
}

/// Another program that keeps the database locked for writing until it is released.
struct Intruder {
    private let connection: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        connection = try DatabaseQueue(path: path, configuration: configuration)
        try connection.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func release() throws { try connection.inDatabase { try $0.execute(sql: "ROLLBACK") } }
}

/// Gathers the store's reports and lets a test wait for what it is about, with a deadline.
final class Reports: Sendable {
    private let all = Mutex<[StoreReport]>([])
    private static let patience = 20.0

    func add(_ report: StoreReport) { all.withLock { $0.append(report) } }

    var seen: [StoreReport] { all.withLock { $0 } }

    var committed: [CommitTicket] {
        seen.flatMap { report -> [CommitTicket] in
            guard case .committed(let tickets) = report else { return [] }
            return tickets
        }
    }

    /// Whether `condition` holds at last.
    func wait(until condition: ([StoreReport]) -> Bool) -> Bool {
        let end = DispatchTime.now() + Self.patience
        while !condition(seen) {
            guard DispatchTime.now() < end else { return false }
            poll(nil, 0, 1)
        }
        return true
    }

    func wait(for ticket: CommitTicket) -> Bool {
        wait { reports in
            reports.contains { if case .committed(let tickets) = $0 { tickets.contains(ticket) } else { false } }
        }
    }
}

extension StoreOptions {
    /// Times that fit a test.
    static let quick: StoreOptions = {
        var options = StoreOptions()
        options.delayMilliseconds = 5
        options.lockMilliseconds = 20
        options.retryMilliseconds = 5
        options.syncMilliseconds = 5
        options.gatherMilliseconds = 1
        return options
    }()
}

/// Microseconds since 1970 of the calls that tests make.
let testEpoch: Int64 = 1_768_212_000_000_000

func openedCall(_ serial: Int) -> CallRecord {
    var random = SeededRandom(seed: UInt64(serial))
    let start = WallTime(microseconds: testEpoch + Int64(serial) * 1_000_000)
    // As the identities of the fixture of schema 1 were made, whatever is thought of since.
    let id = CallID(
        high: UInt64(start.microseconds / 1_000) << 16 | 0x7000 | (random.next() & 0x0FFF),
        low: 0x8000_0000_0000_0000 | (random.next() >> 2))
    return CallRecord(
        id: id, direction: .internalCall, callerNumber: "101",
        callerName: "Anna \"A\" Berg", calledNumber: "102", sipCallID: "\(serial)@192.0.2.17", startedAt: start,
        routeSteps: ["102 is extension 102 (conf.d/people.toml:3:13)", "ring 102 for 30 s"])
}

func closedCall(_ serial: Int) -> CallRecord {
    var record = openedCall(serial)
    record.ringingAt = record.startedAt + .milliseconds(20)
    record.answeredAt = record.startedAt + .seconds(3)
    record.answeredBy = "102"
    record.endedAt = record.startedAt + .seconds(60)
    record.cause = .normal
    record.endedBy = .caller
    record.callerMedia = MediaFigures(
        codec: "PCMA", packetsReceived: 3_000, packetsSent: 2_999, packetsLost: -1, packetsDropped: 2,
        jitterMicroseconds: 150, longestGapMilliseconds: 41, roundTripMicroseconds: 2_300,
        listeningScoreHundredths: 441)
    record.callerMedia?.conversationalScoreHundredths = 438
    record.callerMedia?.bursts = 0
    record.callerMedia?.packetsLate = 3
    record.callerMedia?.speechLevel = -21
    record.callerMedia?.peerListeningScoreTenths = 42
    record.calleeMedia = MediaFigures(
        packetsReceived: 0, packetsSent: 3_000, packetsLost: 0, packetsDropped: 0, verdict: "no packet from 102")
    return record
}

func binding(_ number: String, contact: String = "sip:x@192.0.2.17:5062", expiresAt: Int64 = 3_600) -> ContactBinding {
    ContactBinding(
        number: number, contact: contact, path: "<sip:edge.example.com;lr>", transport: "udp",
        source: Endpoint(IPAddress(ipv4: 0xC000_0211), port: 40_001),
        local: Endpoint(.ipv6Loopback, port: 5_060), connection: 7,
        expiresAt: WallTime(microseconds: testEpoch + expiresAt * 1_000_000), sipCallID: "reg@192.0.2.17",
        cseq: .max, preference: 500, userAgent: "Desk phone ☎")
}
