package import PBXBase

/// Makes history of what the phone tells: remembers when each call began, and says what is to be kept of it.
package struct HistoryRecorder: Sendable {
    /// Addresses of record, by the accounts' places.
    private let accounts: [String]
    private var began: [LineNumber: WallTime] = [:]

    package init(accounts: [String]) { self.accounts = accounts }

    /// The entry of a call that has just ended; nil for anything else.
    package mutating func told(_ event: PhoneEvent, at now: WallTime) -> HistoryEntry? {
        switch event {
        case .line(let summary):
            began[summary.line] = began[summary.line] ?? now
            return nil
        case .ended(let summary, let end, let talkSeconds):
            let account = summary.account.flatMap { accounts.indices.contains($0) ? accounts[$0] : nil }
            return HistoryEntry(
                summary, end, talkSeconds: talkSeconds, began: began.removeValue(forKey: summary.line) ?? now,
                account: account)
        default: return nil
        }
    }
}
