internal import GRDB
internal import PBXBase
internal import PBXModel

/// Carries call records to and from the table `call`.
enum CallRow {
    /// In the order of `values(of:)` and of the readers below.
    private static let columns =
        [
            "id", "direction", "caller_number", "caller_name", "called_number", "answered_by", "sip_call_id",
            "started_at",
            "ringing_at", "answered_at", "ended_at", "cause", "ended_by", "route_steps",
        ] + ["caller", "callee"].flatMap { side in figureColumns.map { "\(side)_\($0)" } } + ["note"]

    private static let figureColumns =
        [
            "codec", "packets_received", "packets_sent", "packets_lost", "packets_dropped", "jitter_microseconds",
            "longest_gap_milliseconds", "round_trip_microseconds", "listening_score_hundredths", "verdict",
        ] + addedFigureColumns

    /// In the order of `addedFigures`.
    static let addedFigureColumns = [
        "conversational_score_hundredths", "bursts", "longest_loss_run", "packets_late", "packets_discarded",
        "concealed_milliseconds", "playout_delay_milliseconds", "speech_level", "noise_level", "silent_percent",
        "clipped_samples", "peer_packets_lost", "peer_jitter_microseconds", "peer_listening_score_tenths",
    ]
    private static let addedFigures: [any WritableKeyPath<MediaFigures, Int?> & Sendable] = [
        \.conversationalScoreHundredths,
        \.bursts,
        \.longestLossRun,
        \.packetsLate,
        \.packetsDiscarded,
        \.concealedMilliseconds,
        \.playoutDelayMilliseconds,
        \.speechLevel,
        \.noiseLevel,
        \.silentPercent,
        \.clippedSamples,
        \.peerPacketsLost,
        \.peerJitterMicroseconds,
        \.peerListeningScoreTenths,
    ]
    private static let callerFigures = 14
    private static let calleeFigures = callerFigures + figureColumns.count
    private static let note = calleeFigures + figureColumns.count

    /// Inserts a record, or completes the one of the same id.
    static let upsert =
        "INSERT INTO call (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (id) DO UPDATE SET "
        + columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

    static let select = "SELECT \(columns.joined(separator: ", ")) FROM call"

    static func bind(_ record: CallRecord, to row: inout RowBinder) {
        row.bind(record.id.description)
        row.bind(record.direction.rawValue)
        row.bind(record.callerNumber)
        row.bind(record.callerName)
        row.bind(record.calledNumber)
        row.bind(record.answeredBy)
        row.bind(record.sipCallID)
        row.bind(record.startedAt.microseconds)
        row.bind(record.ringingAt?.microseconds)
        row.bind(record.answeredAt?.microseconds)
        row.bind(record.endedAt?.microseconds)
        row.bind(record.cause?.rawValue)
        row.bind(record.endedBy?.rawValue)
        row.bind(record.routeSteps.joined(separator: "\n"))
        bind(record.callerMedia, to: &row)
        bind(record.calleeMedia, to: &row)
        row.bind(record.note)
    }

    private static func bind(_ figures: MediaFigures?, to row: inout RowBinder) {
        guard let figures else { return row.skip(figureColumns.count) }
        row.bind(figures.codec)
        row.bind(figures.packetsReceived)
        row.bind(figures.packetsSent)
        row.bind(figures.packetsLost)
        row.bind(figures.packetsDropped)
        row.bind(figures.jitterMicroseconds)
        row.bind(figures.longestGapMilliseconds)
        row.bind(figures.roundTripMicroseconds)
        row.bind(figures.listeningScoreHundredths)
        row.bind(figures.verdict)
        for figure in addedFigures { row.bind(figures[keyPath: figure]) }
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
        record.note = row[note]
        return record
    }

    private static func figures(_ row: Row, at first: Int) -> MediaFigures? {
        guard let received: Int = row[first + 1] else { return nil }
        var figures = MediaFigures(
            codec: row[first], packetsReceived: received, packetsSent: row[first + 2] ?? 0,
            packetsLost: row[first + 3] ?? 0, packetsDropped: row[first + 4] ?? 0, jitterMicroseconds: row[first + 5],
            longestGapMilliseconds: row[first + 6], roundTripMicroseconds: row[first + 7],
            listeningScoreHundredths: row[first + 8], verdict: row[first + 9])
        for (index, figure) in addedFigures.enumerated() { figures[keyPath: figure] = row[first + 10 + index] }
        return figures
    }
}
