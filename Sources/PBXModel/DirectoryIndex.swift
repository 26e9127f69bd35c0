import PBXBase

/// Everybody in the directory, ready to be searched as somebody types: for the console and for the daemon alike.
package struct DirectoryIndex: Sendable {
    private struct Row: Sendable {
        var entry: DirectoryEntry
        var searched: SearchableName
    }

    private let rows: [Row]
    private let rowOfNumber: [String: Int]
    /// Of the longest number, for lists.
    package let numberLettersMax: Int

    package init(_ entries: [DirectoryEntry]) {
        rows = entries.map { entry in
            Row(
                entry: entry,
                searched: SearchableName(
                    entry.name, number: entry.number, otherNumber: entry.mobile,
                    others: [entry.department, entry.company, entry.email]))
        }
        numberLettersMax = entries.map(\.number.count).max() ?? 0
        rowOfNumber = Dictionary(entries.indices.map { (entries[$0].number, $0) }) { first, _ in first }
    }

    package var entries: [DirectoryEntry] { rows.map(\.entry) }

    package func entry(_ number: String) -> DirectoryEntry? { rowOfNumber[number].map { rows[$0].entry } }

    /// Who is meant by a query, best first; all for an empty one.
    package func matches(_ query: String) -> [DirectoryEntry] {
        SearchableName.matches(query, in: rows, by: \.searched).map(\.entry)
    }
}
