package import PBXBase

/// The calls that the phone remembers, and which of the missed ones nobody has looked at yet.
package struct CallHistory: Hashable, Sendable {
    package static let entriesMax = 1_000

    /// Oldest first.
    package private(set) var entries: [HistoryEntry] = []
    /// Calls that began later are news.
    package private(set) var seenAt: WallTime?

    package init() {}

    package init(_ lines: some Sequence<HistoryLine>) {
        for line in lines {
            switch line {
            case .call(let entry): append(entry)
            case .seen(let time): see(time)
            }
        }
    }

    package mutating func append(_ entry: HistoryEntry) {
        entries.append(entry)
        if entries.count > Self.entriesMax { entries.removeFirst() }
    }

    /// All calls up to now have been looked at.
    package mutating func see(_ now: WallTime) { seenAt = max(seenAt ?? now, now) }

    /// Latest first.
    package var latest: ReversedCollection<[HistoryEntry]> { entries.reversed() }

    /// The `row`-th, counted from the latest; nil when there are fewer.
    package func entry(_ row: Int) -> HistoryEntry? {
        entries.indices.contains(entries.count - 1 - row) ? entries[entries.count - 1 - row] : nil
    }

    /// Missed calls that nobody has looked at.
    package var missedCount: Int { entries.count { isNews($0) } }

    package func isNews(_ entry: HistoryEntry) -> Bool {
        entry.outcome == .missed && seenAt.map { entry.at > $0 } ?? true
    }

    /// What `HistoryLine`s would make it again.
    package var lines: [HistoryLine] { entries.map { .call($0) } + (seenAt.map { [.seen($0)] } ?? []) }
}
