internal import GRDB

/// The schema, as the list of its changes. A released step is never edited: a new one is appended, and a database of
/// every release is a fixture of the tests.
enum StoreSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: calls and bindings") { database in
            try database.execute(sql: callTable)
            // Finds what an earlier run left open without reading the whole history.
            try database.execute(sql: "CREATE INDEX call_open ON call (id) WHERE ended_at IS NULL")
            try database.execute(sql: bindingTable)
        }
        migrator.registerMigration("2: call quality") { database in
            for side in ["caller", "callee"] {
                for column in ["round_trip_microseconds INTEGER", "listening_score_hundredths INTEGER", "verdict TEXT"]
                {
                    try database.execute(sql: "ALTER TABLE call ADD COLUMN \(side)_\(column)")
                }
            }
        }
        migrator.registerMigration("3: call quality in detail") { database in
            for side in ["caller", "callee"] {
                for column in CallRow.addedFigureColumns {
                    try database.execute(sql: "ALTER TABLE call ADD COLUMN \(side)_\(column) INTEGER")
                }
            }
        }
        migrator.registerMigration("4: settings of users") { try $0.execute(sql: userSettingsTable) }
        migrator.registerMigration("5: notes of calls") { database in
            try database.execute(sql: "ALTER TABLE call ADD COLUMN note TEXT")
        }
        return migrator
    }

    /// Times are microseconds since 1970 in UTC. Identifiers are version 7 UUIDs, so the primary key is also the order
    /// of time: new rows go to the end of the one tree there is, and a call's commit writes one or two pages.
    private static let callTable = """
        CREATE TABLE call (
            id TEXT NOT NULL PRIMARY KEY,
            direction TEXT NOT NULL,
            caller_number TEXT NOT NULL,
            caller_name TEXT NOT NULL,
            called_number TEXT NOT NULL,
            answered_by TEXT,
            sip_call_id TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ringing_at INTEGER,
            answered_at INTEGER,
            ended_at INTEGER,
            cause TEXT,
            ended_by TEXT,
            route_steps TEXT NOT NULL,
            caller_codec TEXT,
            caller_packets_received INTEGER,
            caller_packets_sent INTEGER,
            caller_packets_lost INTEGER,
            caller_packets_dropped INTEGER,
            caller_jitter_microseconds INTEGER,
            caller_longest_gap_milliseconds INTEGER,
            callee_codec TEXT,
            callee_packets_received INTEGER,
            callee_packets_sent INTEGER,
            callee_packets_lost INTEGER,
            callee_packets_dropped INTEGER,
            callee_jitter_microseconds INTEGER,
            callee_longest_gap_milliseconds INTEGER
        ) STRICT, WITHOUT ROWID
        """

    private static let bindingTable = """
        CREATE TABLE binding (
            number TEXT NOT NULL,
            contact TEXT NOT NULL,
            path TEXT NOT NULL,
            transport TEXT NOT NULL,
            source TEXT NOT NULL,
            local TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            sip_call_id TEXT NOT NULL,
            cseq INTEGER NOT NULL,
            preference INTEGER NOT NULL,
            user_agent TEXT NOT NULL,
            PRIMARY KEY (number, contact)
        ) STRICT, WITHOUT ROWID
        """

    /// A row for everybody who has set something.
    private static let userSettingsTable = """
        CREATE TABLE user_settings (
            number TEXT NOT NULL PRIMARY KEY,
            do_not_disturb INTEGER NOT NULL,
            forwards_to TEXT,
            presence TEXT
        ) STRICT, WITHOUT ROWID
        """
}
