internal import GRDB
package import PBXModel

/// What the store tells its owner, on the writer's thread: hand it over and return.
package enum StoreReport: Hashable, Sendable {
    /// These facts outlive the process from now on.
    case committed([CommitTicket])
    /// Writing fails and is repeated until it works; nothing is lost. Said once per failure. `waiting` facts are held.
    case failing(StoreError, waiting: Int)
    /// Writing works again.
    case recovered
    /// The database refuses this one fact for good; the others are written. Its ticket will not come back.
    case refused(StoreError, CommitTicket?)
    /// So many changes of bindings found no room while writing failed; phones renew them.
    case bindingsDropped(Int)
    /// The store was closed while writing failed: so many facts are lost.
    case lost(Int)
}

/// The one writer: takes all facts that wait, writes them in one transaction, reports their tickets, and starts over
/// (group commit: the busier, the fewer transactions per call).
struct FactWriter {
    let queue: FactQueue
    let pool: DatabasePool
    let sync: DiskSync
    let path: String
    let retryMilliseconds: Int
    let report: @Sendable (StoreReport) -> Void

    /// Attempts to write the rest of a closed queue before it is given up.
    private static let closingAttemptsMax = 3

    /// The body of the writer's thread.
    func run() {
        var source = FactSource(queue)
        var isFailing = false
        while var work = source.next() {
            var held = work.facts
            var attempts = 0
            while true {
                if work.bindingsDropped > 0 { report(.bindingsDropped(work.bindingsDropped)) }
                guard let error = write(held) else { break }
                if !isFailing { report(.failing(error, waiting: queue.count)) }
                isFailing = true
                attempts = queue.isClosed ? attempts + 1 : 0
                guard attempts < Self.closingAttemptsMax else {
                    report(.lost(held.count))
                    return
                }
                work = source.nextAfterFailure(pauseMilliseconds: retryMilliseconds)
                held += work.facts
            }
            if isFailing {
                isFailing = false
                report(.recovered)
            }
        }
    }

    /// Writes all of `facts`; the error, when the database takes none for now.
    private func write(_ facts: [WaitingFact]) -> StoreError? {
        do {
            guard !facts.isEmpty else { return nil }
            do {
                try commit(facts)
            } catch let error as DatabaseError where Self.blamesFact(error) && facts.count > 1 {
                // One of them is at fault: alone, each shows whether it is the one.
                for fact in facts { try commitAlone(fact) }
                return nil
            } catch let error as DatabaseError where Self.blamesFact(error) {
                refuse(facts[0], error)
                return nil
            }
            succeed(facts)
            return nil
        } catch {
            return StoreError(error, path: path, attempt: "write records", fallback: .writeFailed)
        }
    }

    private func commitAlone(_ fact: WaitingFact) throws {
        do {
            try commit([fact])
            succeed([fact])
        } catch let error as DatabaseError where Self.blamesFact(error) {
            refuse(fact, error)
        }
    }

    private func commit(_ facts: [WaitingFact]) throws {
        try pool.writeWithoutTransaction { database in
            // Left open when rolling back failed too.
            if database.isInsideTransaction { try database.execute(sql: "ROLLBACK TRANSACTION") }
            try database.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
            do {
                for fact in facts { try Self.apply(fact.fact, database) }
                try database.cachedStatement(sql: "COMMIT TRANSACTION").execute()
            } catch {
                // Some errors have rolled back already.
                if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK TRANSACTION") }
                throw error
            }
        }
        sync.wrote()
    }

    private static func apply(_ fact: Fact, _ database: Database) throws {
        switch fact {
        case .callOpened(let record), .callClosed(let record):
            try execute(CallRow.upsert, CallRow.values(of: record), database)
        case .bindingSet(let binding):
            try execute(BindingRow.upsert, BindingRow.values(of: binding), database)
        case .bindingRemoved(let number, let contact):
            try execute("DELETE FROM binding WHERE number = ? AND contact = ?", [number, contact], database)
        }
    }

    private static func execute(_ sql: String, _ values: RowValues, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
    }

    /// Whether it is what the fact says that the database refuses, and not its own state.
    private static func blamesFact(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH: true
        default: false
        }
    }

    private func succeed(_ facts: [WaitingFact]) {
        queue.written(facts.count)
        let tickets = facts.compactMap(\.ticket)
        if !tickets.isEmpty { report(.committed(tickets)) }
    }

    private func refuse(_ fact: WaitingFact, _ error: DatabaseError) {
        queue.written(1)
        let error = StoreError(error, path: path, attempt: "write a record", fallback: .writeFailed)
        report(.refused(error, fact.ticket))
    }
}
