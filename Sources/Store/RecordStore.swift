internal import GRDB
import Glibc
package import PBXBase
package import PBXModel
import Synchronization

/// How the store behaves; the defaults are for the daemon, tests choose shorter times.
package struct StoreOptions: Hashable, Sendable {
    /// Facts that may wait for the disk before `isOverloaded` holds.
    package var factsWaitingMax = 20_000
    /// How long a fact that nobody waits for may rest, to share a transaction with others.
    package var delayMilliseconds = 200
    /// The pause after a transaction that somebody waited for, before the next: a transaction costs about the same for
    /// one call as for ten. After a longer quiet spell a fact is written at once.
    package var gatherMilliseconds = 50
    /// How often what was committed is sent to the disk, at most: together with the time that takes, under a second.
    package var syncMilliseconds = 500
    /// How long another program's lock is waited for, and the pause before a failed write is tried again.
    package var lockMilliseconds = 1_000
    package var retryMilliseconds = 500

    package init() {}
}

/// The database `pbx.db`: call records, contact bindings and what users have set. Facts go in by `record`, which never
/// waits and is meant for the core loop; one writer commits them in groups and reports the tickets. Queries block, and
/// are for the pool.
package final class RecordStore: Sendable {
    package let path: String
    /// Calls that an earlier run left open and that were closed as interrupted when the store was opened.
    package let interruptedCalls: Int

    private let pool: DatabasePool
    /// Moves the log into the database, and does nothing else.
    private let checkpointer: DatabaseQueue
    private let queue: FactQueue
    private let sync: DiskSync
    private let writerThread: StoreThread
    private let syncThread: StoreThread
    private let isClosed = Mutex(false)

    /// Opens the database or creates it (mode 0600), brings its schema up to date, closes the calls that an earlier run
    /// left open, and starts the writer. `report` is called on the writer's thread.
    package init(
        path: String, options: StoreOptions = StoreOptions(), report: @escaping @Sendable (StoreReport) -> Void
    ) throws(StoreError) {
        self.path = path
        let lastWrite = Self.lastWrite(path)
        try Self.createPrivately(path)
        let (pool, checkpointer, interrupted) = try Self.open(path, options, lastWrite: lastWrite)
        self.pool = pool
        interruptedCalls = interrupted
        let queue = try FactQueue(options)
        let sync = try DiskSync(path: path, intervalMilliseconds: options.syncMilliseconds)
        let writer = FactWriter(
            queue: queue, pool: pool, sync: sync, path: path, retryMilliseconds: options.retryMilliseconds,
            report: report)
        self.queue = queue
        self.sync = sync
        self.checkpointer = checkpointer
        syncThread = try StoreThread(name: "store-sync") { sync.run(checkpointer: checkpointer, pool: pool) }
        writerThread = try StoreThread(name: "store-writer") { writer.run() }
    }

    deinit { close() }

    // MARK: - Facts in

    /// Takes a fact; with a ticket, its commit is reported as soon as the disk allows. Never waits.
    package func record(_ fact: Fact, ticket: CommitTicket?) {
        queue.append(fact, ticket: ticket)
    }

    /// So many facts wait that no new call should be taken (503); what running calls still record is kept all the same.
    package var isOverloaded: Bool { queue.isOverloaded }

    /// Facts that are not committed yet.
    package var factsWaiting: Int { queue.count }

    /// Writes what waits, moves the log into the database file, and ends the threads. Blocks; later facts are lost.
    package func close() {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        queue.finish()
        writerThread.join()
        sync.stop()
        syncThread.join()
        // The last to close takes the log away, and must be one that may write.
        try? pool.close()
        try? checkpointer.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? checkpointer.close()
    }

    // MARK: - Queries

    /// The latest calls first, running ones included; with `number` only those from or to it, or answered by it.
    package func recentCalls(
        limit: Int, number: String? = nil, since: WallTime? = nil
    ) throws(StoreError) -> [CallRecord] {
        try read("read calls") { database in
            var conditions: [String] = []
            var arguments = StatementArguments()
            if let since {
                // The identifier says the millisecond and is what the table is ordered by.
                conditions.append("id >= ? AND started_at >= ?")
                let milliseconds = UInt64(clamping: since.microseconds / 1_000)
                let margin: UInt64 = 60_000
                let first = CallID(high: (milliseconds - min(milliseconds, margin)) << 16, low: 0)
                arguments += [first.description, since.microseconds]
            }
            if let number {
                conditions.append("? IN (caller_number, called_number, answered_by)")
                arguments += [number]
            }
            let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
            arguments += [max(0, limit)]
            let sql = "\(CallRow.select)\(filter) ORDER BY id DESC LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: arguments).map(CallRow.record)
        }
    }

    package func call(_ id: CallID) throws(StoreError) -> CallRecord? {
        try read("read a call") { database in
            try Row.fetchOne(database, sql: "\(CallRow.select) WHERE id = ?", arguments: [id.description])
                .map(CallRow.record)
        }
    }

    package func callCount() throws(StoreError) -> Int {
        try read("count calls") { try Int.fetchOne($0, sql: "SELECT count(*) FROM call") ?? 0 }
    }

    /// What an earlier run registered and what has not expired at `now`; the others are deleted.
    package func restoredBindings(now: WallTime) throws(StoreError) -> [ContactBinding] {
        do {
            return try pool.write { database in
                try database.execute(
                    sql: "DELETE FROM binding WHERE expires_at <= ?", arguments: [now.microseconds])
                return try Row.fetchAll(database, sql: "\(BindingRow.select) ORDER BY number, contact")
                    .compactMap(BindingRow.binding)
            }
        } catch {
            throw StoreError(error, path: path, attempt: "restore registrations", fallback: .readFailed)
        }
    }

    /// What users have set themselves.
    package func userSettings() throws(StoreError) -> [UserSettings] {
        try read("read the settings of users") { database in
            try Row.fetchAll(database, sql: UserSettingsRow.select).map(UserSettingsRow.settings)
        }
    }

    /// What is wrong with the file, in SQLite's words; empty when nothing is. Reads all of it.
    package func integrityProblems() throws(StoreError) -> [String] {
        try read("check the database") { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        }
    }

    private func read<Value>(
        _ attempt: String, _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error, path: path, attempt: attempt, fallback: .readFailed)
        }
    }
}

// MARK: - Opening

extension RecordStore {
    private static let readersMax = 2
    /// What the log shrinks to when it begins anew.
    private static let logBytesKept = 1 << 20

    private static func open(
        _ path: String, _ options: StoreOptions, lastWrite: WallTime?
    ) throws(StoreError) -> (DatabasePool, DatabaseQueue, Int) {
        do {
            var configuration = Configuration()
            configuration.label = "store"
            configuration.maximumReaderCount = readersMax
            configuration.busyMode = .timeout(Double(options.lockMilliseconds) / 1_000)
            // The writer begins, commits and rolls back by prepared statements of its own.
            configuration.allowsUnsafeTransactions = true
            configuration.prepareDatabase { database in
                guard !database.configuration.readonly else { return }
                // `DiskSync` moves the log, so that no commit does.
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                try database.execute(sql: "PRAGMA journal_size_limit = \(logBytesKept)")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try refuseNewer(pool, path)
            try StoreSchema.migrator.migrate(pool)
            let interrupted = try closeInterrupted(pool, lastWrite: lastWrite)
            var checkpointing = Configuration()
            checkpointing.label = "checkpoint"
            return (pool, try DatabaseQueue(path: path, configuration: checkpointing), interrupted)
        } catch {
            throw StoreError(error, path: path, attempt: "open", fallback: .cannotOpen)
        }
    }

    private static func refuseNewer(_ pool: DatabasePool, _ path: String) throws {
        guard try pool.read(StoreSchema.migrator.hasBeenSuperseded) else { return }
        throw StoreError(
            .isNewer, "\(path): open: written by a later version (install that version, or restore a backup)")
    }

    /// Nobody knows when those calls ended: the last write of the run that held them is the latest time it was seen.
    private static func closeInterrupted(_ pool: DatabasePool, lastWrite: WallTime?) throws -> Int {
        try pool.write { database in
            try database.execute(
                sql: """
                    UPDATE call
                    SET ended_at = max(coalesce(answered_at, ringing_at, started_at), ?), cause = ?, ended_by = ?
                    WHERE ended_at IS NULL
                    """,
                arguments: [
                    lastWrite?.microseconds ?? 0, ReleaseCause.interrupted.rawValue, CallRecord.EndedBy.system.rawValue,
                ])
            return database.changesCount
        }
    }

    /// SQLite gives log and index the rights of the database file.
    private static func createPrivately(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            throw StoreError(.cannotOpen, "\(path): open: \(reason) (check owner and rights of the folder)")
        }
        fchmod(descriptor, 0o600)
        Glibc.close(descriptor)
    }

    private static func lastWrite(_ path: String) -> WallTime? {
        var latest: WallTime?
        for file in [path, "\(path)-wal"] {
            var status = stat()
            guard stat(file, &status) == 0 else { continue }
            let seconds = Int64(status.st_mtim.tv_sec)
            let time = WallTime(microseconds: seconds * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1_000)
            latest = max(latest ?? time, time)
        }
        return latest
    }
}
