import PBXBase
package import PBXModel

/// A call record as the control protocol shows it: times as RFC 3339 text, lengths worked out.
package struct CallRecordReport: Hashable, Sendable, Codable {
    package var callId: String
    package var direction: CallRecord.Direction
    package var from: String
    package var fromName: String
    package var to: String
    package var answeredBy: String?
    package var sipCallId: String
    package var startedAt: String
    package var ringingAt: String?
    package var answeredAt: String?
    package var endedAt: String?
    /// From start to answer, or to the end of a call that nobody answered; nil while that is open.
    package var waitSeconds: Int?
    /// From answer to end; 0 when nobody answered, nil while the call is up.
    package var talkSeconds: Int?
    package var cause: ReleaseCause?
    /// The cause for people.
    package var causeText: String?
    package var endedBy: CallRecord.EndedBy?
    package var routeSteps: [String]
    package var callerMedia: MediaFigures?
    package var calleeMedia: MediaFigures?
    package var note: String?

    package init(_ record: CallRecord) {
        callId = record.id.description
        direction = record.direction
        from = record.callerNumber
        fromName = record.callerName
        to = record.calledNumber
        answeredBy = record.answeredBy
        sipCallId = record.sipCallID
        startedAt = record.startedAt.rfc3339
        ringingAt = record.ringingAt?.rfc3339
        answeredAt = record.answeredAt?.rfc3339
        endedAt = record.endedAt?.rfc3339
        waitSeconds = (record.answeredAt ?? record.endedAt).map { ($0 - record.startedAt).roundedSeconds }
        talkSeconds = record.endedAt.map { end in record.answeredAt.map { (end - $0).roundedSeconds } ?? 0 }
        cause = record.cause
        causeText = record.cause?.row.phrase
        endedBy = record.endedBy
        routeSteps = record.routeSteps
        callerMedia = record.callerMedia
        calleeMedia = record.calleeMedia
        note = record.note
    }
}

extension Interval {
    /// To the nearest second, and never below none: a wall clock may have been set back.
    fileprivate var roundedSeconds: Int { max(0, (milliseconds + 500) / 1_000) }
}
