/// Why a call or a leg ended: one enum for SIP, records, reports and the control protocol.
package enum ReleaseCause: String, Hashable, Sendable, CaseIterable, Codable {
    case normal = "normal"
    case cancelled = "cancelled"
    case busy = "busy"
    case noAnswer = "no_answer"
    case declined = "declined"
    case doNotDisturb = "do_not_disturb"
    case notFound = "not_found"
    case notRegistered = "not_registered"
    case unreachable = "unreachable"
    case forbidden = "forbidden"
    case unsupportedMedia = "unsupported_media"
    case congestion = "congestion"
    case mediaTimeout = "media_timeout"
    case durationLimit = "duration_limit"
    case administrator = "administrator"
    case answeredElsewhere = "answered_elsewhere"
    case peerFailure = "peer_failure"
    case protocolError = "protocol_error"
    case shutdown = "shutdown"
    case redirectRefused = "redirect_refused"
    case interrupted = "interrupted"
    case internalError = "internal_error"

    /// One row of the table that every outward form of a cause comes from.
    package struct Row: Sendable {
        /// Final SIP response to an unanswered caller, and its reason phrase.
        package var sipStatus: Int
        package var sipPhrase: String
        /// ITU-T Q.850 cause value, as in the Reason header (RFC 3326).
        package var q850: Int
        /// For people.
        package var phrase: String
    }

    package var row: Row {
        switch self {
        case .normal: Row(sipStatus: 480, sipPhrase: "Temporarily Unavailable", q850: 16, phrase: "ended normally")
        case .cancelled: Row(sipStatus: 487, sipPhrase: "Request Terminated", q850: 16, phrase: "caller gave up")
        case .busy: Row(sipStatus: 486, sipPhrase: "Busy Here", q850: 17, phrase: "busy")
        case .noAnswer: Row(sipStatus: 480, sipPhrase: "No Answer", q850: 19, phrase: "nobody answered")
        case .declined: Row(sipStatus: 603, sipPhrase: "Decline", q850: 21, phrase: "declined")
        // RFC 3261 §21.4.19 names it; Q.850 21 is a call that could have been accepted.
        case .doNotDisturb:
            Row(sipStatus: 480, sipPhrase: "Do Not Disturb", q850: 21, phrase: "does not want to be disturbed")
        case .notFound: Row(sipStatus: 404, sipPhrase: "Not Found", q850: 1, phrase: "no such number")
        case .notRegistered:
            Row(sipStatus: 480, sipPhrase: "Temporarily Unavailable", q850: 20, phrase: "no phone registered")
        case .unreachable:
            Row(sipStatus: 480, sipPhrase: "Temporarily Unavailable", q850: 18, phrase: "phone did not respond")
        case .forbidden: Row(sipStatus: 403, sipPhrase: "Forbidden", q850: 57, phrase: "not allowed")
        case .unsupportedMedia:
            Row(sipStatus: 488, sipPhrase: "Not Acceptable Here", q850: 65, phrase: "no codec in common")
        case .congestion: Row(sipStatus: 503, sipPhrase: "Service Unavailable", q850: 42, phrase: "no capacity left")
        case .mediaTimeout: Row(sipStatus: 480, sipPhrase: "Media Timeout", q850: 31, phrase: "audio stopped arriving")
        case .durationLimit:
            Row(sipStatus: 480, sipPhrase: "Call Too Long", q850: 31, phrase: "longest call time reached")
        case .administrator: Row(sipStatus: 480, sipPhrase: "Released", q850: 31, phrase: "ended by an operator")
        case .answeredElsewhere:
            Row(sipStatus: 487, sipPhrase: "Call Completed Elsewhere", q850: 26, phrase: "answered elsewhere")
        case .peerFailure:
            Row(sipStatus: 500, sipPhrase: "Server Internal Error", q850: 41, phrase: "phone reported a failure")
        case .protocolError:
            Row(sipStatus: 500, sipPhrase: "Server Internal Error", q850: 111, phrase: "phone broke the protocol")
        case .shutdown: Row(sipStatus: 503, sipPhrase: "Service Unavailable", q850: 41, phrase: "server stopped")
        case .redirectRefused:
            Row(sipStatus: 486, sipPhrase: "Busy Here", q850: 17, phrase: "phone forwards to where the call may not go")
        case .interrupted:
            Row(sipStatus: 500, sipPhrase: "Server Internal Error", q850: 41, phrase: "server was interrupted")
        case .internalError: Row(sipStatus: 500, sipPhrase: "Server Internal Error", q850: 41, phrase: "internal error")
        }
    }

    /// The cause that a final response of a called phone stands for. 503 is its own trouble, not a want of capacity
    /// here (RFC 3261 §16.7).
    package init(sipStatus: Int) {
        switch sipStatus {
        case 200..<300: self = .normal
        case 300..<400: self = .redirectRefused
        case 401, 403, 407: self = .forbidden
        case 404, 410, 484, 485, 604: self = .notFound
        case 408: self = .unreachable
        case 415, 488, 606: self = .unsupportedMedia
        case 480: self = .noAnswer
        case 486, 600: self = .busy
        case 487: self = .cancelled
        case 603: self = .declined
        case 400..<500: self = .protocolError
        default: self = .peerFailure
        }
    }
}
