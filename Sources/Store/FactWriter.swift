internal import GRDB
internal import PBXBase
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
        var statements: WriterStatements?
        var isFailing = false
        while var work = source.next() {
            var held = work.facts
            var attempts = 0
            while true {
                if work.bindingsDropped > 0 { report(.bindingsDropped(work.bindingsDropped)) }
                guard let error = write(&held, &statements) else { break }
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

    /// Writes all of `facts` and takes them out; the error, when the database takes no more for now.
    private func write(_ facts: inout [WaitingFact], _ statements: inout WriterStatements?) -> StoreError? {
        guard !facts.isEmpty else { return nil }
        do {
            try commit(facts, &statements)
            succeed(facts)
            facts = []
            return nil
        } catch let error as DatabaseError where Self.blamesFact(error) {
            return writeOneByOne(&facts, &statements)
        } catch {
            return failure(error)
        }
    }

    /// One of them is at fault: alone, each shows whether it is the one.
    private func writeOneByOne(_ facts: inout [WaitingFact], _ statements: inout WriterStatements?) -> StoreError? {
        while let fact = facts.first {
            do {
                try commit([fact], &statements)
                succeed([fact])
            } catch let error as DatabaseError where Self.blamesFact(error) {
                queue.written(1)
                report(.refused(failure(error), fact.ticket))
            } catch {
                return failure(error)
            }
            facts.removeFirst()
        }
        return nil
    }

    private func failure(_ error: any Error) -> StoreError {
        StoreError(error, path: path, attempt: "write records", fallback: .writeFailed)
    }

    private func commit(_ facts: [WaitingFact], _ statements: inout WriterStatements?) throws {
        try pool.writeWithoutTransaction { database in
            // Left open when rolling back failed too.
            if database.isInsideTransaction { try database.execute(sql: "ROLLBACK TRANSACTION") }
            let prepared = try statements ?? WriterStatements(database)
            statements = prepared
            do {
                try prepared.begin.run()
                for fact in facts { try prepared.write(fact.fact) }
                try prepared.commit.run()
            } catch {
                // A statement that failed cannot be run again.
                statements = nil
                // Some errors have rolled back already.
                if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK TRANSACTION") }
                throw error
            }
        }
        sync.wrote()
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
}

/// Everything that the writer says to the database; confined to its connection.
private struct WriterStatements {
    let begin: PreparedStatement
    let commit: PreparedStatement
    private let call: PreparedStatement
    private let note: PreparedStatement
    private let binding: PreparedStatement
    private let removal: PreparedStatement
    private let settings: PreparedStatement
    private let emptySettings: PreparedStatement

    init(_ database: Database) throws {
        begin = try PreparedStatement("BEGIN IMMEDIATE TRANSACTION", database)
        commit = try PreparedStatement("COMMIT TRANSACTION", database)
        call = try PreparedStatement(CallRow.upsert, database)
        note = try PreparedStatement("UPDATE call SET note = ? WHERE id = ?", database)
        binding = try PreparedStatement(BindingRow.upsert, database)
        removal = try PreparedStatement(BindingRow.delete, database)
        settings = try PreparedStatement(UserSettingsRow.upsert, database)
        emptySettings = try PreparedStatement(UserSettingsRow.delete, database)
    }

    func write(_ fact: Fact) throws {
        switch fact {
        case .callOpened(let record), .callClosed(let record):
            try call.run { CallRow.bind(record, to: &$0) }
        case .callNoted(let id, let text):
            try note.run { row in
                row.bind(text)
                row.bind(id.description)
            }
        case .bindingSet(let contact):
            try binding.run { BindingRow.bind(contact, to: &$0) }
        case .bindingRemoved(let number, let contact):
            try removal.run { row in
                row.bind(number)
                row.bind(contact)
            }
        case .userSettingsSet(let own) where own.isEmpty:
            try emptySettings.run { $0.bind(own.number) }
        case .userSettingsSet(let own):
            try settings.run { UserSettingsRow.bind(own, to: &$0) }
        }
    }
}
