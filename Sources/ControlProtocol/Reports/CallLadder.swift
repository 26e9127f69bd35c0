package import PBXBase
import PBXModel

/// A call's messages as a ladder: a column for each party, callers left of the exchange, called phones right of it, and
/// a row for each message. What a screen or a printer makes of it is its own matter.
package struct CallLadder: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        /// `101 Ada Lovelace`; the name of the exchange for its own.
        package var title: String
        /// Transport and address; empty for the exchange.
        package var address: String
    }

    package enum Kind: Hashable, Sendable {
        case request, provisional, success, refusal
    }

    package struct Row: Hashable, Sendable {
        /// Since the first message.
        package var after: Interval
        /// Places in `columns`.
        package var from: Int
        package var to: Int
        /// `INVITE`, `180 Ringing`
        package var label: String
        package var hint: String?
        package var kind: Kind
        package var isRepeat: Bool

        /// `INVITE (PCMA, opus)`
        package var text: String { label + (hint.map { " (\($0))" } ?? "") }

        /// Seconds with their thousandths: `12.345`.
        package var time: String {
            let milliseconds = max(0, after.milliseconds)
            let thousandths = String(milliseconds % 1_000 + 1_000).dropFirst()
            return "\(milliseconds / 1_000).\(thousandths)"
        }
    }

    package var columns: [Column]
    /// Which of them is the exchange.
    package var exchange: Int
    package var rows: [Row]

    package init(_ report: WireTraceReport, exchangeTitle: String = "PBX-X") {
        let indices = report.parties.indices
        let callers = indices.filter { report.parties[$0].role == .caller }
        let callees = indices.filter { report.parties[$0].role == .callee }
        exchange = callers.count
        var place: [Int: Int] = [:]
        for (column, party) in callers.enumerated() { place[party] = column }
        for (column, party) in callees.enumerated() { place[party] = callers.count + 1 + column }
        columns = callers.map { Column(report.parties[$0]) }
        columns.append(Column(title: exchangeTitle, address: ""))
        columns += callees.map { Column(report.parties[$0]) }
        let times = report.messages.map { WallTime(rfc3339: $0.at) }
        let first = times.compactMap(\.self).first
        rows = []
        for (message, time) in zip(report.messages, times) {
            guard let party = place[message.party] else { continue }
            let after = time.flatMap { time in first.map { time - $0 } } ?? .zero
            rows.append(
                Row(
                    after: after, from: message.isReceived ? party : exchange,
                    to: message.isReceived ? exchange : party,
                    label: message.label, hint: message.hint, kind: Kind(label: message.label),
                    isRepeat: message.isRepeat))
        }
    }
}

extension CallLadder.Column {
    fileprivate init(_ party: WireTraceReport.Party) {
        title = party.name.isEmpty || party.name == party.number ? party.number : "\(party.number) \(party.name)"
        address = party.peer
    }
}

extension CallLadder.Kind {
    /// A response begins with its status.
    fileprivate init(label: String) {
        switch label.first {
        case "1": self = .provisional
        case "2": self = .success
        case "3", "4", "5", "6": self = .refusal
        default: self = .request
        }
    }
}
