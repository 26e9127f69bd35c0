internal import GRDB

/// A statement that is prepared once and run for as long as its connection lives; its values are bound one after the
/// other, without gathering them first.
struct PreparedStatement {
    private let statement: Statement

    init(_ sql: String, _ database: Database) throws {
        statement = try database.makeStatement(sql: sql)
    }

    /// Runs it with the values that `bind` gives; those it leaves out are NULL.
    func run(_ bind: (inout RowBinder) -> Void = { _ in }) throws {
        // Resets it, and frees it from the values of its last run.
        statement.setUncheckedArguments(StatementArguments())
        var binder = RowBinder(statement)
        bind(&binder)
        try binder.check()
        try statement.execute()
    }
}

/// Binds the values of one row, in the order of its statement.
struct RowBinder {
    private let statement: Statement
    private var index: CInt = 0
    private var failure: CInt = 0

    fileprivate init(_ statement: Statement) { self.statement = statement }

    mutating func bind(_ text: String) { record(text.bind(to: statement.sqliteStatement, at: next())) }
    mutating func bind(_ number: Int64) { record(number.bind(to: statement.sqliteStatement, at: next())) }
    mutating func bind(_ number: Int) { bind(Int64(number)) }

    mutating func bind(_ text: String?) {
        if let text { bind(text) } else { skip() }
    }

    mutating func bind(_ number: Int64?) {
        if let number { bind(number) } else { skip() }
    }

    mutating func bind(_ number: Int?) {
        if let number { bind(Int64(number)) } else { skip() }
    }

    /// Leaves so many values NULL.
    mutating func skip(_ count: Int = 1) { index += CInt(count) }

    private mutating func next() -> CInt {
        index += 1
        return index
    }

    private mutating func record(_ code: CInt) {
        if code != 0, failure == 0 { failure = code }
    }

    fileprivate func check() throws {
        guard failure != 0 else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: failure), sql: statement.sql)
    }
}
