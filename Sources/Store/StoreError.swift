internal import GRDB

/// What went wrong between us and the database file.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The file could not be opened or created.
        case cannotOpen
        /// A later version of this program has changed the file.
        case isNewer
        /// The file is damaged, or no database of ours.
        case isDamaged
        /// No space left.
        case diskFull
        /// Another process keeps the file locked.
        case locked
        case writeFailed
        case readFailed
    }

    package var code: Code
    /// Subject, attempt, finding and way out.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Translates what the database library threw; `attempt` says what we were doing, `fallback` what it is called when
    /// the library's code does not tell more.
    init(_ error: any Error, path: String, attempt: String, fallback: Code) {
        guard let error = error as? DatabaseError else {
            self = error as? StoreError ?? StoreError(fallback, "\(path): \(attempt): \(error)")
            return
        }
        let (code, remedy): (Code, String) =
            switch error.resultCode {
            case .SQLITE_FULL: (.diskFull, " (free some space)")
            case .SQLITE_BUSY, .SQLITE_LOCKED: (.locked, " (another program keeps it locked)")
            case .SQLITE_CORRUPT: (.isDamaged, " (restore a backup, or move the file away)")
            case .SQLITE_NOTADB: (.isDamaged, " (this is no database of ours: move the file away)")
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY:
                (.cannotOpen, " (check owner and rights of the file and its folder)")
            default: (fallback, "")
            }
        let words = (error.message ?? "\(error.extendedResultCode)").lowercased()
        self.init(code, "\(path): \(attempt): \(words)\(remedy)")
    }
}
