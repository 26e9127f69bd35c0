internal import GRDB
internal import PBXBase
internal import PBXModel

/// The values of one row, in the order of its statement.
typealias RowValues = [(any DatabaseValueConvertible)?]

/// Carries call records to and from the table `call`.
enum CallRow {
    /// In the order of `values(of:)` and of the readers below.
    private static let columns =
        [
            "id", "direction", "caller_number", "caller_name", "called_number", "answered_by", "sip_call_id",
            "started_at",
            "ringing_at", "answered_at", "ended_at", "cause", "ended_by", "route_steps",
        ] + ["caller", "callee"].flatMap { side in figureColumns.map { "\(side)_\($0)" } }

    private static let figureColumns = [
        "codec", "packets_received", "packets_sent", "packets_lost", "packets_dropped", "jitter_microseconds",
        "longest_gap_milliseconds",
    ]
    private static let callerFigures = 14
    private static let calleeFigures = callerFigures + figureColumns.count

    /// Inserts a record, or completes the one of the same id.
    static let upsert =
        "INSERT INTO call (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (id) DO UPDATE SET "
        + columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

    static let select = "SELECT \(columns.joined(separator: ", ")) FROM call"

    static func values(of record: CallRecord) -> RowValues {
        var values: RowValues = [
            record.id.description, record.direction.rawValue, record.callerNumber, record.callerName,
            record.calledNumber, record.answeredBy, record.sipCallID, record.startedAt.microseconds,
            record.ringingAt?.microseconds, record.answeredAt?.microseconds, record.endedAt?.microseconds,
            record.cause?.rawValue, record.endedBy?.rawValue, record.routeSteps.joined(separator: "\n"),
        ]
        values.reserveCapacity(columns.count)
        append(record.callerMedia, to: &values)
        append(record.calleeMedia, to: &values)
        return values
    }

    private static func append(_ figures: MediaFigures?, to values: inout RowValues) {
        values += [
            figures?.codec, figures?.packetsReceived, figures?.packetsSent, figures?.packetsLost,
            figures?.packetsDropped, figures?.jitterMicroseconds, figures?.longestGapMilliseconds,
        ]
    }

    static func record(_ row: Row) throws -> CallRecord {
        let text: String = row[0]
        guard let id = CallID(text), let direction = CallRecord.Direction(rawValue: row[1]) else {
            throw StoreError(.isDamaged, "call \"\(text)\": id or direction is none of ours")
        }
        let steps: String = row[13]
        var record = CallRecord(
            id: id, direction: direction, callerNumber: row[2], callerName: row[3], calledNumber: row[4],
            sipCallID: row[6], startedAt: WallTime(microseconds: row[7]),
            routeSteps: steps.split(separator: "\n").map(String.init))
        record.answeredBy = row[5]
        record.ringingAt = (row[8] as Int64?).map(WallTime.init(microseconds:))
        record.answeredAt = (row[9] as Int64?).map(WallTime.init(microseconds:))
        record.endedAt = (row[10] as Int64?).map(WallTime.init(microseconds:))
        record.cause = (row[11] as String?).flatMap(ReleaseCause.init(rawValue:))
        record.endedBy = (row[12] as String?).flatMap(CallRecord.EndedBy.init(rawValue:))
        record.callerMedia = figures(row, at: callerFigures)
        record.calleeMedia = figures(row, at: calleeFigures)
        return record
    }

    private static func figures(_ row: Row, at first: Int) -> MediaFigures? {
        guard let received: Int = row[first + 1] else { return nil }
        return MediaFigures(
            codec: row[first], packetsReceived: received, packetsSent: row[first + 2] ?? 0,
            packetsLost: row[first + 3] ?? 0, packetsDropped: row[first + 4] ?? 0, jitterMicroseconds: row[first + 5],
            longestGapMilliseconds: row[first + 6])
    }
}
