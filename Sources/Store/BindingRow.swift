internal import GRDB
internal import PBXBase
internal import PBXModel

/// Carries contact bindings to and from the table `binding`. The stream connection is not kept: it does not outlive us.
enum BindingRow {
    private static let columns = [
        "number", "contact", "path", "transport", "source", "local", "expires_at", "sip_call_id", "cseq", "preference",
        "user_agent",
    ]

    static let upsert =
        "INSERT INTO binding (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (number, contact) DO UPDATE SET "
        + columns.dropFirst(2).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

    static let delete = "DELETE FROM binding WHERE number = ? AND contact = ?"

    static let select = "SELECT \(columns.joined(separator: ", ")) FROM binding"

    static func bind(_ binding: ContactBinding, to row: inout RowBinder) {
        row.bind(binding.number)
        row.bind(binding.contact)
        row.bind(binding.path)
        row.bind(binding.transport)
        row.bind(binding.source.description)
        row.bind(binding.local.description)
        row.bind(binding.expiresAt.microseconds)
        row.bind(binding.sipCallID)
        row.bind(Int64(binding.cseq))
        row.bind(binding.preference)
        row.bind(binding.userAgent)
    }

    /// Nil for a row that no version of ours wrote.
    static func binding(_ row: Row) -> ContactBinding? {
        guard let source = Endpoint(row[4] as String), let local = Endpoint(row[5] as String),
            let cseq = UInt32(exactly: row[8] as Int64)
        else { return nil }
        return ContactBinding(
            number: row[0], contact: row[1], path: row[2], transport: row[3], source: source, local: local,
            expiresAt: WallTime(microseconds: row[6]), sipCallID: row[7], cseq: cseq, preference: row[9],
            userAgent: row[10])
    }
}
