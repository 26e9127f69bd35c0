/// How `pbx-phone` ends, one row for each status: the manual page lists them too.
package enum PhoneExit: Int32, Hashable, Sendable, CaseIterable {
    case success = 0
    /// Something in this machine: no socket, no media engine.
    case failed = 1
    case badUsage = 2
    case notRegistered = 10
    case busy = 11
    case declined = 12
    case notFound = 13
    case noAnswer = 14
    case notAllowed = 15
    case noCommonMedia = 16
    case serverFailed = 17
    /// An answered call whose peer is gone without a word.
    case lost = 18
    /// A file could not be played or recorded.
    case fileFailed = 19

    /// What the status says, for the manual page.
    package var meaning: String {
        switch self {
        case .success: "the call was answered and ended in order, or the phone was told to stop"
        case .failed: "the phone could not be started"
        case .badUsage: "the command line is wrong"
        case .notRegistered: "the registrar refused the account, or did not answer"
        case .busy: "the called party is busy (486, 600)"
        case .declined: "the called party refused the call (603 and other final refusals)"
        case .notFound: "there is nobody of that name or number (404, 410, 484, 604)"
        case .noAnswer: "nobody answered in time (408, 480, 487)"
        case .notAllowed: "the account may not call there, or its password is wrong (401, 403, 407)"
        case .noCommonMedia: "no codec or encryption in common (415, 488, 606)"
        case .serverFailed: "the server failed or cannot be reached (5xx)"
        case .lost: "the call was answered, and then the other side was lost"
        case .fileFailed: "a file could not be played or recorded"
        }
    }

    package init(_ end: LineEnd) {
        switch end {
        case .here, .there, .transferred: self = .success
        case .missed: self = .noAnswer
        case .declined: self = .declined
        case .mediaFailed: self = .noCommonMedia
        case .lost: self = .lost
        case .refused(let status, _): self.init(response: status)
        }
    }

    private init(response status: Int) {
        switch status {
        case 486, 600: self = .busy
        case 404, 410, 484, 604: self = .notFound
        case 408, 480, 487: self = .noAnswer
        case 401, 403, 407: self = .notAllowed
        case 415, 488, 606: self = .noCommonMedia
        case 500..<600: self = .serverFailed
        default: self = .declined
        }
    }
}
