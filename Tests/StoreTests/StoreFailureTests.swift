import Foundation
import GRDB
import PBXBase
import PBXModel
import Testing

@testable import Store

struct StoreFailureTests {
    private let folder: DatabaseFolder
    private let reports = Reports()

    init() throws { folder = try DatabaseFolder() }

    private func open(_ options: StoreOptions = .quick) throws -> RecordStore {
        try RecordStore(path: folder.database, options: options) { [reports] in reports.add($0) }
    }

    @Test func aFailingWriteIsRepeatedAndNothingIsLost() throws {
        let store = try open()
        let intruder = try Intruder(folder.database)
        store.record(.callClosed(closedCall(1)), ticket: CommitTicket(1))
        #expect(reports.wait { $0.contains { if case .failing = $0 { true } else { false } } })
        store.record(.callClosed(closedCall(2)), ticket: CommitTicket(2))
        #expect(store.factsWaiting == 2)
        guard case .failing(let error, waiting: _) = reports.seen.first else { return }
        #expect(error.code == .locked)
        #expect(
            error.description
                == "\(folder.database): write records: database is locked (another program keeps it locked)")
        #expect(reports.committed == [])
        try intruder.release()
        #expect(reports.wait(for: CommitTicket(2)))
        #expect(reports.wait { $0.contains(.recovered) })
        #expect(reports.committed == [CommitTicket(1), CommitTicket(2)])
        #expect(reports.seen.filter { if case .failing = $0 { true } else { false } }.count == 1)
        #expect(try store.callCount() == 2)
    }

    @Test func aFullDiskIsSaidByItsName() throws {
        let full = DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
        let error = StoreError(full, path: "/x/pbx.db", attempt: "write records", fallback: .writeFailed)
        #expect(error.code == .diskFull)
        #expect(error.description == "/x/pbx.db: write records: database or disk is full (free some space)")
    }

    @Test func oneFactThatTheDatabaseRefusesDoesNotHoldUpTheOthers() throws {
        let store = try open()
        try DatabaseQueue(path: folder.database).inDatabase { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER refuse BEFORE INSERT ON call WHEN new.called_number = '666'
                    BEGIN SELECT raise(ABORT, 'no such luck'); END
                    """)
        }
        var bad = closedCall(2)
        bad.calledNumber = "666"
        store.record(.callClosed(closedCall(1)), ticket: CommitTicket(1))
        store.record(.callClosed(bad), ticket: CommitTicket(2))
        store.record(.callClosed(closedCall(3)), ticket: CommitTicket(3))
        #expect(reports.wait(for: CommitTicket(3)))
        #expect(reports.committed == [CommitTicket(1), CommitTicket(3)])
        let refusals = reports.seen.filter { if case .refused(_, CommitTicket(2)) = $0 { true } else { false } }
        #expect(refusals.count == 1)
        #expect(try store.recentCalls(limit: 9) == [closedCall(3), closedCall(1)])
        #expect(reports.wait { _ in store.factsWaiting == 0 })
    }

    @Test func aFullQueueIsSaidAndOnlyBindingsAreLeftOut() throws {
        var options = StoreOptions.quick
        options.factsWaitingMax = 10
        let store = try open(options)
        let intruder = try Intruder(folder.database)
        // With tickets, so that the closings do not replace them.
        for serial in 0..<9 {
            store.record(.callOpened(openedCall(serial)), ticket: CommitTicket(UInt64(100 + serial)))
        }
        #expect(!store.isOverloaded)
        store.record(.callOpened(openedCall(9)), ticket: CommitTicket(109))
        #expect(store.isOverloaded)
        for serial in 0..<10 { store.record(.callClosed(closedCall(serial)), ticket: CommitTicket(UInt64(serial))) }
        #expect(store.factsWaiting == 20)
        for number in 0..<5 { store.record(.bindingSet(binding("\(number)")), ticket: nil) }
        #expect(store.factsWaiting == 20)
        try intruder.release()
        #expect(reports.wait(for: CommitTicket(9)))
        #expect(reports.wait { _ in store.factsWaiting == 0 })
        #expect(!store.isOverloaded)
        #expect(try store.callCount() == 10)
        #expect(try store.restoredBindings(now: WallTime(microseconds: 0)) == [])
        store.record(.bindingSet(binding("101")), ticket: nil)
        let areAllToldOf = reports.wait { reports in
            reports.reduce(0) { if case .bindingsDropped(let count) = $1 { $0 + count } else { $0 } } == 5
        }
        #expect(areAllToldOf)
    }

    @Test func closingDoesNotWaitForEverForABrokenDisk() throws {
        let store = try open()
        let intruder = try Intruder(folder.database)
        store.record(.callClosed(closedCall(1)), ticket: CommitTicket(1))
        store.record(.callClosed(closedCall(2)), ticket: nil)
        store.close()
        #expect(reports.seen.last == .lost(2))
        try intruder.release()
    }

    @Test func whatIsNoDatabaseIsRefusedWithAWord() throws {
        try Data("this is a text and no database of any kind, however long one looks at it\n".utf8)
            .write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.code == .isDamaged)
        #expect(error?.description.contains("this is no database of ours") == true)
    }

    @Test func aFolderThatIsNotThereIsRefusedWithAWord() throws {
        let error = #expect(throws: StoreError.self) { try RecordStore(path: "\(folder.path)/x/pbx.db") { _ in } }
        #expect(error?.code == .cannotOpen)
        #expect(
            error?.description
                == "\(folder.path)/x/pbx.db: open: no such file or directory (check owner and rights of the folder)")
    }

    @Test func aDatabaseOfALaterVersionIsLeftAlone() throws {
        try open().close()
        try DatabaseQueue(path: folder.database).inDatabase { database in
            try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('999: from the future')")
        }
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.code == .isNewer)
    }
}
