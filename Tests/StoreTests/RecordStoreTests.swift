import Foundation
import PBXBase
import PBXModel
import Testing

@testable import Store

struct RecordStoreTests {
    private let folder: DatabaseFolder
    private let reports = Reports()

    init() throws { folder = try DatabaseFolder() }

    private func open(_ options: StoreOptions = .quick) throws -> RecordStore {
        try RecordStore(path: folder.database, options: options) { [reports] in reports.add($0) }
    }

    @Test func aCallReadsBackAsItWasRecorded() throws {
        let store = try open()
        let record = closedCall(1)
        store.record(.callOpened(openedCall(1)), ticket: nil)
        store.record(.callClosed(record), ticket: CommitTicket(7))
        #expect(reports.wait(for: CommitTicket(7)))
        #expect(try store.call(record.id) == record)
        #expect(try store.callCount() == 1)
        #expect(try store.integrityProblems() == [])
    }

    @Test func anOpenedCallIsVisibleAndThenCompleted() throws {
        let store = try open()
        store.record(.callOpened(openedCall(1)), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        #expect(try store.call(openedCall(1).id) == openedCall(1))
        store.record(.callClosed(closedCall(1)), ticket: CommitTicket(2))
        #expect(reports.wait(for: CommitTicket(2)))
        #expect(try store.recentCalls(limit: 10) == [closedCall(1)])
    }

    @Test func aShortCallIsWrittenOnceAndLeavesOtherFactsAtRest() throws {
        var options = StoreOptions.quick
        options.delayMilliseconds = 60_000
        let store = try open(options)
        store.record(.bindingSet(binding("101")), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        store.record(.callOpened(openedCall(1)), ticket: nil)
        store.record(.callOpened(openedCall(2)), ticket: nil)
        #expect(store.factsWaiting == 2)
        store.record(.callClosed(closedCall(1)), ticket: CommitTicket(2))
        #expect(reports.wait(for: CommitTicket(2)))
        #expect(store.factsWaiting == 1)
        #expect(try store.recentCalls(limit: 9) == [closedCall(1)])
        store.record(.bindingRemoved(number: "101", contact: binding("101").contact), ticket: CommitTicket(3))
        #expect(reports.wait(for: CommitTicket(3)))
        #expect(try store.recentCalls(limit: 9) == [openedCall(2), closedCall(1)])
    }

    @Test func whatIsSaidOfOneBindingKeepsItsOrder() throws {
        let store = try open()
        for round in 0..<200 {
            store.record(.bindingSet(binding("101", expiresAt: Int64(round))), ticket: nil)
            store.record(.bindingRemoved(number: "101", contact: binding("101").contact), ticket: nil)
            let last = binding("101", expiresAt: Int64(10_000 + round))
            store.record(.bindingSet(last), ticket: CommitTicket(UInt64(round)))
            #expect(reports.wait(for: CommitTicket(UInt64(round))))
            let restored = try store.restoredBindings(now: WallTime(microseconds: testEpoch))
            #expect(restored.map(\.expiresAt) == [last.expiresAt])
        }
    }

    @Test func whatUsersHaveSetSurvivesACrashAndLeavesNoEmptyRows() throws {
        let store = try open()
        let settings = UserSettings(number: "101", doNotDisturb: true, forwardsTo: "103", presence: "at lunch")
        store.record(.userSettingsSet(settings), ticket: CommitTicket(1))
        store.record(.userSettingsSet(UserSettings(number: "102", doNotDisturb: true)), ticket: CommitTicket(2))
        store.record(.userSettingsSet(UserSettings(number: "102")), ticket: CommitTicket(3))
        #expect(reports.wait(for: CommitTicket(3)))
        let copy = try folder.crashCopy()
        let restored = try RecordStore(path: copy.database, options: .quick) { _ in }
        #expect(try restored.userSettings() == [settings])
    }

    @Test func aNoteIsWrittenAfterTheOpeningThatRests() throws {
        var options = StoreOptions.quick
        options.delayMilliseconds = 60_000
        let store = try open(options)
        store.record(.bindingSet(binding("101")), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        store.record(.callOpened(openedCall(1)), ticket: nil)
        store.record(.callNoted(openedCall(1).id, "wants an offer"), ticket: CommitTicket(2))
        #expect(reports.wait(for: CommitTicket(2)))
        let copy = try folder.crashCopy()
        let restored = try RecordStore(path: copy.database, options: .quick) { _ in }
        #expect(try restored.call(openedCall(1).id)?.note == "wants an offer")
    }

    @Test func aNoteOfACallThatIsOverIsKept() throws {
        let store = try open()
        store.record(.callClosed(closedCall(1)), ticket: nil)
        store.record(.callNoted(closedCall(1).id, "called back"), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        #expect(try store.call(closedCall(1).id)?.note == "called back")
        store.record(.callNoted(closedCall(1).id, nil), ticket: CommitTicket(2))
        #expect(reports.wait(for: CommitTicket(2)))
        #expect(try store.call(closedCall(1).id) == closedCall(1))
    }

    @Test func aCallThatWasNeverOpenedIsInsertedWhole() throws {
        let store = try open()
        store.record(.callClosed(closedCall(3)), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        #expect(try store.call(closedCall(3).id) == closedCall(3))
        #expect(try store.call(closedCall(4).id) == nil)
    }

    @Test func aFactThatNobodyWaitsForIsWrittenAllTheSame() throws {
        let store = try open()
        store.record(.callOpened(openedCall(1)), ticket: nil)
        #expect(reports.wait { _ in store.factsWaiting == 0 })
        #expect(try store.callCount() == 1)
        #expect(reports.seen == [])
    }

    @Test func recentCallsComeLatestFirstAndWithinTheirLimits() throws {
        let store = try open()
        for serial in [2, 5, 1, 4, 3] { store.record(.callClosed(closedCall(serial)), ticket: nil) }
        store.record(.callOpened(openedCall(6)), ticket: nil)
        #expect(reports.wait { _ in store.factsWaiting == 0 })
        let latest = try store.recentCalls(limit: 3)
        #expect(latest == [openedCall(6), closedCall(5), closedCall(4)])
        let since = try store.recentCalls(limit: 100, since: closedCall(5).startedAt)
        #expect(since == [openedCall(6), closedCall(5)])
        #expect(try store.recentCalls(limit: 0) == [])
        #expect(try store.recentCalls(limit: -1) == [])
        #expect(try store.recentCalls(limit: 9, since: WallTime(microseconds: -5)).count == 6)
    }

    @Test func ticketsComeBackOnceEachWhateverTheLoad() throws {
        let store = try open()
        let count = 5_000
        for serial in 0..<count {
            store.record(.callOpened(openedCall(serial)), ticket: nil)
            store.record(.callClosed(closedCall(serial)), ticket: CommitTicket(UInt64(serial)))
        }
        #expect(reports.wait(for: CommitTicket(UInt64(count - 1))))
        #expect(reports.committed.map(\.value) == (0..<UInt64(count)).map { $0 })
        #expect(try store.callCount() == count)
        // Far fewer transactions than calls.
        #expect(reports.seen.count < count / 4)
    }

    @Test func bindingsSurviveARestartButTheirConnectionsDoNot() throws {
        let store = try open()
        store.record(.bindingSet(binding("101")), ticket: nil)
        store.record(.bindingSet(binding("101", contact: "sip:y@192.0.2.18", expiresAt: 10)), ticket: nil)
        store.record(.bindingSet(binding("102")), ticket: nil)
        store.record(.bindingSet(binding("103")), ticket: nil)
        store.record(.bindingRemoved(number: "102", contact: binding("102").contact), ticket: nil)
        var moved = binding("103")
        moved.source.port = 50_000
        store.record(.bindingSet(moved), ticket: nil)
        store.close()

        let again = try open()
        var expected = [binding("101"), moved]
        for index in expected.indices { expected[index].connection = 0 }
        let now = WallTime(microseconds: testEpoch + 20_000_000)
        #expect(try again.restoredBindings(now: now) == expected)
        #expect(try again.restoredBindings(now: WallTime(microseconds: 0)) == expected)
        #expect(try again.restoredBindings(now: WallTime(microseconds: .max)) == [])
    }

    @Test func closingWritesWhatWaitsAndLeavesOneFile() throws {
        var options = StoreOptions.quick
        options.delayMilliseconds = 60_000
        let store = try open(options)
        store.record(.callClosed(closedCall(1)), ticket: nil)
        store.close()
        store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["pbx.db"])
        #expect(try open().callCount() == 1)
    }

    @Test func theFileIsNobodyElsesBusiness() throws {
        let store = try open()
        store.record(.callClosed(closedCall(1)), ticket: CommitTicket(1))
        #expect(reports.wait(for: CommitTicket(1)))
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.database + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }
}
