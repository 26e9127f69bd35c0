import Foundation
import GRDB
import PBXBase
import PBXModel
import Testing

@testable import Store

struct StoreRecoveryTests {
    private let reports = Reports()

    private func open(_ folder: DatabaseFolder) throws -> RecordStore {
        try RecordStore(path: folder.database, options: .quick) { [reports] in reports.add($0) }
    }

    @Test func whatWasCommittedIsThereAfterACrash() throws {
        let folder = try DatabaseFolder()
        let store = try open(folder)
        for serial in 0..<200 {
            store.record(.callClosed(closedCall(serial)), ticket: CommitTicket(UInt64(serial)))
        }
        store.record(.bindingSet(binding("101")), ticket: CommitTicket(1_000))
        #expect(reports.wait(for: CommitTicket(1_000)))
        // Nothing has been moved into the database file yet: it is all in the log.
        let copy = try folder.crashCopy()
        let survivor = try open(copy)
        #expect(try survivor.callCount() == 200)
        #expect(try survivor.call(closedCall(199).id) == closedCall(199))
        #expect(try survivor.restoredBindings(now: WallTime(microseconds: 0)).map(\.number) == ["101"])
        #expect(try survivor.integrityProblems() == [])
    }

    @Test func aTornLogLosesItsEndAndNothingElse() throws {
        let folder = try DatabaseFolder()
        let store = try open(folder)
        for serial in 0..<50 {
            store.record(.callClosed(closedCall(serial)), ticket: CommitTicket(UInt64(serial)))
            #expect(reports.wait(for: CommitTicket(UInt64(serial))))
        }
        let copy = try folder.crashCopy()
        let log = try FileHandle(forUpdating: URL(fileURLWithPath: copy.database + "-wal"))
        try log.truncate(atOffset: try log.seekToEnd() - 5_000)
        try log.close()
        let survivor = try open(copy)
        let count = try survivor.callCount()
        #expect((45..<50).contains(count))
        #expect(try survivor.recentCalls(limit: 100).last == closedCall(0))
        #expect(try survivor.integrityProblems() == [])
    }

    @Test func callsLeftOpenAreClosedAsInterruptedAtTheLastWrite() throws {
        let folder = try DatabaseFolder()
        let store = try open(folder)
        store.record(.callOpened(openedCall(1)), ticket: CommitTicket(1))
        store.record(.callClosed(closedCall(2)), ticket: CommitTicket(2))
        #expect(reports.wait(for: CommitTicket(2)))
        let copy = try folder.crashCopy()
        let lastWrite = Date(timeIntervalSince1970: TimeInterval(testEpoch / 1_000_000 + 500))
        for suffix in ["", "-wal"] {
            try FileManager.default.setAttributes(
                [.modificationDate: lastWrite], ofItemAtPath: copy.database + suffix)
        }
        let survivor = try open(copy)
        #expect(survivor.interruptedCalls == 1)
        let record = try #require(try survivor.call(openedCall(1).id))
        #expect(record.cause == .interrupted)
        #expect(record.endedBy == .system)
        #expect(record.endedAt == WallTime(microseconds: testEpoch + 500_000_000))
        #expect(record.answeredAt == nil)
        #expect(try survivor.call(closedCall(2).id) == closedCall(2))
        survivor.close()
        #expect(try open(copy).interruptedCalls == 0)
    }

    @Test func anInterruptedCallNeverEndsBeforeItBegan() throws {
        let folder = try DatabaseFolder()
        let store = try open(folder)
        store.record(.callOpened(openedCall(1)), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        let copy = try folder.crashCopy()
        for suffix in ["", "-wal"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: copy.database + suffix)
        }
        #expect(try open(copy).call(openedCall(1).id)?.endedAt == openedCall(1).startedAt)
    }

    @Test func theLogIsMovedIntoTheDatabaseAndBeginsAnewWhileCallsGoOn() throws {
        let folder = try DatabaseFolder()
        let store = try open(folder)
        func logBytes() -> Int {
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder.database + "-wal")
            return attributes?[.size] as? Int ?? 0
        }
        var record = closedCall(0)
        record.routeSteps = [String(repeating: "x", count: 20_000)]
        var serial = 0
        // Nothing is written between a commit and the look at the log, so it is seen at its longest.
        while logBytes() <= DiskSync.checkpointBytes, serial < 5_000 {
            for _ in 0..<100 {
                serial += 1
                record.id = closedCall(serial).id
                store.record(.callClosed(record), ticket: serial % 100 == 0 ? CommitTicket(UInt64(serial)) : nil)
            }
            #expect(reports.wait { _ in store.factsWaiting == 0 })
        }
        #expect(logBytes() > DiskSync.checkpointBytes)
        // Small changes go on while the log is moved; not twice the same, or there is nothing to write.
        var renewals: Int64 = 0
        let hasBegunAnew = reports.wait { _ in
            renewals += 1
            store.record(.bindingSet(binding("101", expiresAt: renewals)), ticket: nil)
            return logBytes() < DiskSync.checkpointBytes
        }
        #expect(hasBegunAnew)
        #expect(reports.wait { _ in store.factsWaiting == 0 })
        #expect(try store.callCount() == serial)
        #expect(try store.integrityProblems() == [])
    }

    // MARK: - Upgrade

    private static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    /// A database as release 0.1 left it: one closed call, one that was running, two bindings.
    /// `PBX_X_RECORD=1 swift test --filter StoreRecoveryTests` makes it anew, which only an unreleased schema may need.
    @Test func aDatabaseOfSchema1Opens() throws {
        let fixture = Self.fixtures.appendingPathComponent("schema-1.db")
        if ProcessInfo.processInfo.environment["PBX_X_RECORD"] != nil { try recordFixture(at: fixture) }
        let folder = try DatabaseFolder()
        try FileManager.default.copyItem(atPath: fixture.path, toPath: folder.database)
        let store = try open(folder)
        #expect(store.interruptedCalls == 1)
        var earlier = closedCall(1)
        // What schema 1 had no place for.
        earlier.callerMedia?.roundTripMicroseconds = nil
        earlier.callerMedia?.listeningScoreHundredths = nil
        earlier.callerMedia?.conversationalScoreHundredths = nil
        earlier.callerMedia?.bursts = nil
        earlier.callerMedia?.packetsLate = nil
        earlier.callerMedia?.speechLevel = nil
        earlier.callerMedia?.peerListeningScoreTenths = nil
        earlier.calleeMedia?.verdict = nil
        #expect(try store.call(closedCall(1).id) == earlier)
        #expect(try store.call(openedCall(2).id)?.cause == .interrupted)
        #expect(try store.restoredBindings(now: WallTime(microseconds: testEpoch)).map(\.number) == ["101", "102"])
        #expect(try store.integrityProblems() == [])
        store.record(.callClosed(closedCall(3)), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        #expect(try store.callCount() == 3)
    }

    private func recordFixture(at fixture: URL) throws {
        let folder = try DatabaseFolder()
        let store = try open(folder)
        store.record(.callClosed(closedCall(1)), ticket: nil)
        store.record(.callOpened(openedCall(2)), ticket: nil)
        store.record(.bindingSet(binding("101")), ticket: nil)
        store.record(.bindingSet(binding("102")), ticket: nil)
        store.close()
        try? FileManager.default.removeItem(at: fixture)
        try FileManager.default.copyItem(at: URL(fileURLWithPath: folder.database), to: fixture)
    }

    @Test func theSchemaIsWhatItsMigrationsSay() throws {
        let folder = try DatabaseFolder()
        try open(folder).close()
        let names = try DatabaseQueue(path: folder.database).read { database in
            try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid")
        }
        #expect(
            names == [
                "1: calls and bindings", "2: call quality", "3: call quality in detail", "4: settings of users",
                "5: notes of calls",
            ])
        let strict = try DatabaseQueue(path: folder.database).read { database in
            try Bool.fetchAll(database, sql: "SELECT strict FROM pragma_table_list WHERE name IN ('call', 'binding')")
        }
        #expect(strict == [true, true])
    }
}
