package import PBXBase

/// A call that is over, as the phone remembers it.
package struct HistoryEntry: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, CaseIterable, Codable {
        case answered
        /// It rang here, and nobody answered.
        case missed
        case declined
        /// We gave a call of ours up.
        case givenUp
        case refused
        /// No audio could be agreed on, or the way to the peer was lost.
        case failed
    }

    /// When it began.
    package var at: WallTime
    package var isOutgoing: Bool
    package var name: String?
    package var number: String
    package var uri: String
    /// Address of record of the account that it came or went by.
    package var account: String?
    package var outcome: Outcome
    /// The final response to a call of ours that was refused.
    package var status: Int?
    package var talkSeconds: Int?

    package init(
        at: WallTime, isOutgoing: Bool, name: String? = nil, number: String, uri: String, account: String? = nil,
        outcome: Outcome, status: Int? = nil, talkSeconds: Int? = nil
    ) {
        self.at = at
        self.isOutgoing = isOutgoing
        self.name = name
        self.number = number
        self.uri = uri
        self.account = account
        self.outcome = outcome
        self.status = status
        self.talkSeconds = talkSeconds
    }

    /// What calls the peer again: the number at the account's server, or the address of a call without an account.
    package var target: String { account == nil ? uri : number }
}

extension HistoryEntry {
    /// The call of a line that has just ended and began at `began`.
    init(_ summary: LineSummary, _ end: LineEnd, talkSeconds: Int?, began: WallTime, account: String?) {
        var status: Int?
        if case .refused(let refusal, _) = end { status = refusal }
        self.init(
            at: began, isOutgoing: summary.isOutgoing, name: summary.peer.name, number: summary.peer.number,
            uri: summary.peer.uri, account: account,
            outcome: Self.outcome(end, isOutgoing: summary.isOutgoing, wasAnswered: talkSeconds != nil),
            status: status, talkSeconds: talkSeconds)
    }

    private static func outcome(_ end: LineEnd, isOutgoing: Bool, wasAnswered: Bool) -> Outcome {
        if wasAnswered { return .answered }
        return switch end {
        case .here: isOutgoing ? .givenUp : .declined
        case .missed: .missed
        case .declined: .declined
        case .transferred: .answered
        case .refused: .refused
        case .there, .mediaFailed, .lost: .failed
        }
    }
}
