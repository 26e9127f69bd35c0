import FoundationEssentials
package import PBXBase

/// One line of the history's file: a call, or until when calls have been looked at. JSON, so that other programs can
/// read it.
package enum HistoryLine: Hashable, Sendable {
    case call(HistoryEntry)
    case seen(WallTime)

    /// nil for a line that says nothing we know: broken off, or of a newer phone.
    package init?(_ text: String) {
        guard let row = try? JSONDecoder().decode(Row.self, from: Data(text.utf8)) else { return nil }
        if let seen = row.seen.flatMap({ WallTime(rfc3339: $0) }) {
            self = .seen(seen)
        } else if let entry = row.entry {
            self = .call(entry)
        } else {
            return nil
        }
    }

    package var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers: there is nothing that could not be encoded.
        return (try? encoder.encode(Row(self))).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private struct Row: Codable {
        var seen: String?
        var at: String?
        var outgoing: Bool?
        var name: String?
        var number: String?
        var uri: String?
        var account: String?
        var outcome: HistoryEntry.Outcome?
        var status: Int?
        var seconds: Int?

        init(_ line: HistoryLine) {
            switch line {
            case .seen(let time): seen = time.rfc3339
            case .call(let entry):
                at = entry.at.rfc3339
                (outgoing, outcome) = (entry.isOutgoing, entry.outcome)
                (name, number, uri) = (entry.name, entry.number, entry.uri)
                (account, status, seconds) = (entry.account, entry.status, entry.talkSeconds)
            }
        }

        var entry: HistoryEntry? {
            guard let at = at.flatMap({ WallTime(rfc3339: $0) }), let outgoing, let number, let outcome else {
                return nil
            }
            return HistoryEntry(
                at: at, isOutgoing: outgoing, name: name, number: number, uri: uri ?? number, account: account,
                outcome: outcome, status: status, talkSeconds: seconds)
        }
    }
}
