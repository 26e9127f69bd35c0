internal import GRDB
internal import PBXModel

/// Carries users' own settings to and from the table `user_settings`.
enum UserSettingsRow {
    static let upsert = """
        INSERT INTO user_settings (number, do_not_disturb, forwards_to, presence) VALUES (?, ?, ?, ?)
        ON CONFLICT (number) DO UPDATE SET
            do_not_disturb = excluded.do_not_disturb, forwards_to = excluded.forwards_to, presence = excluded.presence
        """

    static let delete = "DELETE FROM user_settings WHERE number = ?"

    static let select = "SELECT number, do_not_disturb, forwards_to, presence FROM user_settings ORDER BY number"

    static func bind(_ settings: UserSettings, to row: inout RowBinder) {
        row.bind(settings.number)
        row.bind(settings.doNotDisturb ? 1 : 0)
        row.bind(settings.forwardsTo)
        row.bind(settings.presence)
    }

    static func settings(_ row: Row) -> UserSettings {
        UserSettings(
            number: row[0], doNotDisturb: (row[1] as Int64) != 0, forwardsTo: row[2], presence: row[3])
    }
}
